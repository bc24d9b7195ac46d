import type { Clock } from '../oauth/clock';
import type { Problem } from '../oauth/problem';
import type { ConnectionState } from '../sign-in/states';
import type { AccountSession, RefreshResult, TargetAccess } from './account-session';
import type { Accounts } from './accounts';
import type { UnavailableAccess } from './api';
import type { ConnectionJudge } from './connection-state';

export interface FailureDependencies {
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  accounts: Accounts;
  judge: ConnectionJudge;
}

/** Notes how renewals failed, when to try again, and what that says of the service. */
export interface Failures {
  /** A renewal decided nothing. */
  noteFailure(accountSession: AccountSession, problem: Problem): RefreshResult;
  /** Another tab holds the session: that says nothing of the network or the service. */
  noteBusy(accountSession: AccountSession): RefreshResult;
  /** The server refuses; that may be mended there, so it is asked again, but seldom. */
  noteRefusal(accountSession: AccountSession, problem: Problem): RefreshResult;
  /** What a failure means for access to one API. */
  ofTarget(problem: Problem, type?: UnavailableAccess['type']): TargetAccess['failure'];
}

const minBackOffMs = 5000;
/** With the jitter: five minutes. */
const maxBackOffMs = 200_000;
const refusedBackOffMs = 3_600_000;
/** Jitter, as a share of the wait: clients turned away together must not return together. */
const jitter = 0.5;

/** The record of an account cannot be read now. */
export const storageUnreadable: Problem = { kind: 'storage-unreadable', code: 'storage_failed' };

/** Another tab of the app renews the session for longer than that takes. */
export const otherTabBusy: Problem = { kind: 'time-out', code: 'another_tab_busy' };

/** How long the server asks to be left alone, or a moment. */
const askedForMs = ({ retryAfterSeconds = 0 }: Problem): number =>
  Math.max(minBackOffMs, retryAfterSeconds * 1000);

/** Makes the notes of one session. */
export function createFailures({ clock, random, accounts, judge }: FailureDependencies): Failures {
  const backOff = (accountSession: AccountSession, backOffMs: number, problem: Problem) => {
    accountSession.failureCount++;
    const nowMs = clock.monotonicMs();
    const leastMs = askedForMs(problem);
    accountSession.notBeforeMs = nowMs + leastMs;
    accountSession.retryAtMs = nowMs + Math.max(backOffMs, leastMs) * (1 + jitter * random());
  };

  return {
    noteFailure(accountSession, problem) {
      const { failureCount } = accountSession;
      backOff(accountSession, Math.min(minBackOffMs * 2 ** failureCount, maxBackOffMs), problem);
      const connection: ConnectionState =
        problem.kind === 'storage-unreadable'
          ? { type: 'storage-unreadable' }
          : judge.transientFailure(problem);
      accounts.setConnection(accountSession, connection);
      return { type: 'failed', problem };
    },
    noteBusy(accountSession) {
      backOff(accountSession, minBackOffMs, otherTabBusy);
      return { type: 'failed', problem: otherTabBusy };
    },
    noteRefusal(accountSession, problem) {
      judge.answered();
      backOff(accountSession, refusedBackOffMs, problem);
      accounts.setConnection(accountSession, judge.refused(problem, accountSession.connection));
      return { type: 'failed', problem };
    },
    ofTarget: (problem, type = 'transient-failure') => ({
      outcome: { type, problem },
      notBeforeMs: clock.monotonicMs() + askedForMs(problem),
    }),
  };
}
