import type { Problem } from '../oauth/problem';
import type {
  AttemptState,
  Command,
  Failed,
  Machine,
  Moment,
  ReturnTarget,
  SignInState,
  SignInStateName,
  Step,
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

/** Ends the attempt with a failure; a `Retry-After` of it also holds for the next attempt. */
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
  const { retryAfterSeconds } = problem;
  const left: Machine =
    retryAfterSeconds === undefined
      ? machine
      : { ...machine, noRequestBeforeMs: now.monotonicMs + retryAfterSeconds * 1000 };
  return enter(left, failed, [{ type: 'abandon', attempt: machine.attempt }]);
}

const belongsToAttempt: {
  readonly [Name in SignInStateName]: Name extends AttemptState['type'] ? true : false;
} = {
  starting: false,
  signedOut: false,
  choosingAccount: false,
  requesting: true,
  showingCode: true,
  approved: true,
  authorized: true,
  signedIn: false,
  expired: true,
  denied: true,
  failed: true,
};

/** Whether a state belongs to an attempt and so knows where Back leads. */
export const isAttempt = (state: SignInState): state is AttemptState =>
  belongsToAttempt[state.type];
