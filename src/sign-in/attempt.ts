import { assertNever } from '../assert-never';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { RevocableTokens } from '../oauth/credentials';
import type { DeviceAuthorization, PollOutcome, RequestOutcome, TokenSet } from '../oauth/outcome';
import { type Problem, unexpectedProblem } from '../oauth/problem';
import { withTimeLimit } from '../oauth/time-limit';
import type { AttemptEvent, Command, Completed, PollAnswer, ShownCode } from './states';

/** What making a session of the tokens came to. */
export type Completion = Completed | { type: 'failed'; problem: Problem };

export interface AttemptDependencies {
  server: AuthorizationServer;
  clock: Clock;
  /** Turns tokens into a session; undoes itself when the signal aborts. */
  complete(tokens: TokenSet, signal: AbortSignal): Promise<Completion>;
  /** Revokes tokens that cannot be used, or that arrive after the attempt was cancelled. */
  revoke(tokens: RevocableTokens): void;
  dispatch(event: AttemptEvent): void;
}

/** No step of an attempt takes longer than this, in ms of the monotonic clock. */
const maxStepMs = 25_000;

/** The commands that concern an attempt. */
export type AttemptCommand = Extract<Command, { attempt: number }>;

interface Attempt {
  attempt: number;
  controller: AbortController;
  authorization?: DeviceAuthorization;
  tokens?: TokenSet;
  cancelTimer?: () => void;
}

function shown(authorization: DeviceAuthorization, sentAtMs: number): ShownCode {
  const { deviceCode: _secret, expiresInSeconds, intervalSeconds: _pace, ...rest } = authorization;
  const lifetimeMs = expiresInSeconds * 1000;
  return { ...rest, lifetimeMs, expiresAtMs: sentAtMs + lifetimeMs };
}

/** The outcome without what is secret. */
function answerOf(outcome: PollOutcome, sentAtMs: number): PollAnswer {
  switch (outcome.type) {
    case 'approved':
      return { type: 'approved' };
    case 'next-code': {
      const { authorization } = outcome;
      const code = shown(authorization, sentAtMs);
      return { type: 'next-code', code, intervalSeconds: authorization.intervalSeconds };
    }
    case 'failed':
      return { type: 'failed', problem: outcome.problem };
    case 'pending':
    case 'slow-down':
    case 'authorized':
    case 'denied':
    case 'expired':
    case 'unknown-code':
    case 'transient-failure':
    case 'refused':
      return outcome;
    default:
      return assertNever(outcome);
  }
}

/** Why a step came to no result: it took too long, or this app is at fault. */
const stepProblem = (error: unknown): Problem =>
  error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name)
    ? { kind: 'time-out', code: 'attempt_timed_out' }
    : unexpectedProblem(error);

/** The dependencies, and the attempt that is under way. */
interface Running extends AttemptDependencies {
  current?: Attempt | undefined;
}

/** Ends the attempt: what is in flight is aborted, its secrets are forgotten. */
function abandon(running: Running): void {
  const { current, server } = running;
  current?.cancelTimer?.();
  current?.controller.abort();
  if (current?.authorization !== undefined) server.abandoned?.();
  running.current = undefined;
}

/**
 * One step, which never rejects and never takes longer than `maxStepMs`.
 *
 * @param otherwise what a step that hangs or throws comes to
 * @param late gets the result of a step that was given up
 */
async function settled<Result>(
  clock: Clock,
  attempt: Attempt,
  step: (signal: AbortSignal) => Promise<Result>,
  otherwise: (problem: Problem) => Result,
  late?: (result: Result) => void,
): Promise<Result> {
  let isOver = false;
  const watched = (signal: AbortSignal) =>
    step(signal).then((result) => {
      if (isOver) late?.(result);
      return result;
    });
  try {
    return await withTimeLimit(clock, maxStepMs, watched, attempt.controller.signal);
  } catch (error) {
    isOver = true;
    return otherwise(stepProblem(error));
  }
}

async function requestCode(running: Running, attempt: Attempt): Promise<void> {
  const { server, clock, dispatch } = running;
  // The code's lifetime starts on the server before its reply arrives here.
  const sentAtMs = clock.monotonicMs();
  const result = await settled<RequestOutcome>(
    clock,
    attempt,
    (signal) => server.requestCode(signal),
    (problem) => ({ type: 'failed', problem }),
  );
  if (running.current !== attempt) return;
  if (result.type === 'failed') {
    dispatch({ type: 'requestFailed', attempt: attempt.attempt, problem: result.problem });
    return;
  }
  attempt.authorization = result.authorization;
  dispatch({
    type: 'codeIssued',
    attempt: attempt.attempt,
    code: shown(result.authorization, sentAtMs),
    intervalSeconds: result.authorization.intervalSeconds,
  });
}

async function poll(
  running: Running,
  attempt: Attempt,
  authorization: DeviceAuthorization,
): Promise<void> {
  const { server, clock } = running;
  const sentAtMs = clock.monotonicMs();
  const outcome = await settled<PollOutcome>(
    clock,
    attempt,
    (signal) => server.poll(authorization, signal),
    (problem) => ({ type: 'transient-failure', problem }),
    (late) => {
      // An approval counts however late it comes: the server gives it only once.
      if (late.type === 'approved') onPolled(running, attempt, late, sentAtMs);
    },
  );
  onPolled(running, attempt, outcome, sentAtMs);
}

function onPolled(
  running: Running,
  attempt: Attempt,
  outcome: PollOutcome,
  sentAtMs: number,
): void {
  const { revoke, dispatch } = running;
  const isWanted = running.current === attempt && attempt.tokens === undefined;
  if (outcome.type === 'approved' && !isWanted) revoke(outcome.tokens);
  if (outcome.type === 'failed' && outcome.unusable !== undefined) {
    revoke(outcome.unusable);
  }
  if (!isWanted) return;
  if (outcome.type === 'approved') attempt.tokens = outcome.tokens;
  if (outcome.type === 'next-code') attempt.authorization = outcome.authorization;
  const answer = answerOf(outcome, sentAtMs);
  dispatch({ type: 'pollAnswered', attempt: attempt.attempt, answer });
}

async function complete(running: Running, attempt: Attempt, tokens: TokenSet): Promise<void> {
  const { dispatch } = running;
  const completion = await settled<Completion>(
    running.clock,
    attempt,
    (signal) => running.complete(tokens, signal),
    (problem) => ({ type: 'failed', problem }),
  );
  if (running.current !== attempt) return;
  running.current = undefined;
  if (completion.type === 'failed') {
    dispatch({
      type: 'completionFailed',
      attempt: attempt.attempt,
      problem: completion.problem,
    });
  } else {
    dispatch({ ...completion, attempt: attempt.attempt });
  }
}

function wait(running: Running, attempt: Attempt, untilMs: number): void {
  const { clock, dispatch } = running;
  attempt.cancelTimer?.();
  attempt.cancelTimer = clock.setTimer(Math.max(0, untilMs - clock.monotonicMs()), () => {
    if (running.current === attempt) dispatch({ type: 'waitEnded', attempt: attempt.attempt });
  });
}

/**
 * Carries out the machine's commands for attempts: requests, waits and cancellation. The device
 * code and the tokens live here and nowhere else, and are forgotten with the attempt.
 *
 * @returns a function that carries out one command; outcomes come back as events
 */
export function createAttempts(
  dependencies: AttemptDependencies,
): (command: AttemptCommand) => void {
  const running: Running = { ...dependencies };
  return function carryOut(command) {
    if (command.type === 'abandon') {
      if (running.current?.attempt === command.attempt) abandon(running);
      return;
    }
    if (running.current?.attempt !== command.attempt) {
      abandon(running);
      running.current = { attempt: command.attempt, controller: new AbortController() };
    }
    const attempt = running.current;
    switch (command.type) {
      case 'requestCode':
        void requestCode(running, attempt);
        break;
      case 'wait':
        wait(running, attempt, command.untilMs);
        break;
      case 'poll':
        if (attempt.authorization !== undefined) void poll(running, attempt, attempt.authorization);
        break;
      case 'complete':
        if (attempt.tokens !== undefined) void complete(running, attempt, attempt.tokens);
        break;
      default:
        assertNever(command);
    }
  };
}
