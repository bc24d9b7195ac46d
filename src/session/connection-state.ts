import type { Clock } from '../oauth/clock';
import type { Problem, ProblemKind } from '../oauth/problem';
import type { ConnectionState } from '../sign-in/states';
import { supportReference } from '../sign-in/support-reference';
import type { SessionMemo } from './memo';

/** Which side a failure that decides nothing points to. */
const sides: Record<ProblemKind, 'offline' | 'service-trouble'> = {
  offline: 'offline',
  'server-unreachable': 'offline',
  'time-out': 'offline',
  'clock-wrong': 'offline',
  'network-sign-in': 'offline',
  'server-error': 'service-trouble',
  'server-busy': 'service-trouble',
  misconfigured: 'service-trouble',
  'browser-calls-refused': 'service-trouble',
  'untrusted-address': 'service-trouble',
  'not-completed': 'service-trouble',
  refused: 'service-trouble',
  'not-sendable': 'service-trouble',
  'storage-unreadable': 'service-trouble',
  'key-lost': 'service-trouble',
};

/** Whether the network is missing or the service is in trouble. */
export const sideOf = ({ kind }: Problem): 'offline' | 'service-trouble' => sides[kind];

const dayMs = 24 * 3600 * 1000;

/** Tells what failures say of the service, and for how long they have said so. */
export interface ConnectionJudge {
  /** @param problem of a renewal that decided nothing */
  transientFailure(problem: Problem): ConnectionState;
  /** @param before what was known; the reference stays while the refusal is the same */
  refused(problem: Problem, before: ConnectionState): ConnectionState;
  /** The service has done its part: trouble is over. */
  answered(): void;
}

/**
 * Makes the judge of one session. How long trouble has lasted is kept across restarts, because a TV
 * is often switched off within a day.
 *
 * @param random in [0, 1)
 */
export function createConnectionJudge(
  clock: Clock,
  random: () => number,
  memo: SessionMemo,
): ConnectionJudge {
  /** Monotonic ms; before 0 for trouble that began in an earlier run. */
  let failingSinceMs: number | undefined;

  const begin = (): number => {
    const nowMs = clock.monotonicMs();
    const wallMs = clock.wallMs();
    const keptWallMs = memo.troubleSinceWallMs();
    // A time in the future comes of a wall clock that was wrong then or is wrong now.
    const sinceWallMs = keptWallMs !== undefined && keptWallMs <= wallMs ? keptWallMs : wallMs;
    memo.troubleBegan(sinceWallMs);
    return nowMs - (wallMs - sinceWallMs);
  };

  return {
    transientFailure(problem) {
      if (sideOf(problem) === 'offline') return { type: 'offline', problem };
      failingSinceMs ??= begin();
      return {
        type: 'service-trouble',
        problem,
        sinceWallMs: memo.troubleSinceWallMs() ?? clock.wallMs(),
        lastsADay: clock.monotonicMs() - failingSinceMs >= dayMs,
      };
    },
    refused(problem, before) {
      const same = before.type === 'refused' && before.problem.code === problem.code;
      const reference = same ? before.reference : supportReference(problem.kind, random());
      return { type: 'refused', problem, reference };
    },
    answered() {
      if (failingSinceMs === undefined && memo.troubleSinceWallMs() === undefined) return;
      failingSinceMs = undefined;
      memo.troubleEnded();
    },
  };
}
