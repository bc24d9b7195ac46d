import type { Problem } from '../oauth/problem';
import {
  type AttemptState,
  belongsToAttempt,
  type Command,
  type Failed,
  type Machine,
  type Moment,
  type ReturnTarget,
  type SignInState,
  type Step,
} from './states';
import { supportReference } from './support-reference';

/** Nothing changes and nothing is to be done. */
export const unchanged = (machine: Machine): Step => ({ machine, commands: [] });

/** Enters a state. */
export const enter = (
  machine: Machine,
  state: SignInState,
  commands: readonly Command[] = [],
): Step => ({
  machine: { ...machine, state },
  commands,
});

/** The machine that keeps the `Retry-After` of any error: the next device request waits for it. */
export function keepRetryAfter(machine: Machine, problem: Problem, now: Moment): Machine {
  const { retryAfterSeconds } = problem;
  if (retryAfterSeconds === undefined) return machine;
  const untilMs = now.monotonicMs + retryAfterSeconds * 1000;
  return { ...machine, noRequestBeforeMs: Math.max(machine.noRequestBeforeMs ?? 0, untilMs) };
}

/** Ends the attempt with a failure. */
export function fail(
  machine: Machine,
  returnTo: ReturnTarget,
  problem: Problem,
  now: Moment,
  tries = 1,
): Step {
  const failed: Failed = {
    type: 'failed',
    returnTo,
    problem,
    tries,
    lastTriedAtWallMs: now.wallMs,
    reference: supportReference(problem.kind, now.random),
  };
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  return enter(keepRetryAfter(machine, problem, now), failed, [abandon]);
}

/** Whether a state belongs to an attempt and so knows where Back leads. */
export const isAttempt = (state: SignInState): state is AttemptState =>
  belongsToAttempt[state.type];
