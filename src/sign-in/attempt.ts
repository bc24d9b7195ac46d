import { assertNever } from '../assert-never';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { DeviceAuthorization, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { AttemptEvent, Command, Completed, ShownCode } from './states';

/** What making a session of the tokens came to. */
export type Completion = Completed | { type: 'failed'; problem: Problem };

export interface AttemptDependencies {
  server: AuthorizationServer;
  clock: Clock;
  /** Turns tokens into a session; undoes itself when the signal aborts. */
  complete(tokens: TokenSet, signal: AbortSignal): Promise<Completion>;
  /** Revokes tokens that arrive after the attempt was cancelled. */
  revoke(tokens: TokenSet): void;
  dispatch(event: AttemptEvent): void;
}

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

/**
 * Carries out the machine's commands for attempts: requests, waits and cancellation. The device
 * code and the tokens live here and nowhere else, and are forgotten with the attempt.
 *
 * @returns a function that carries out one command; outcomes come back as events
 */
export function createAttempts(
  dependencies: AttemptDependencies,
): (command: AttemptCommand) => void {
  const { server, clock, dispatch } = dependencies;
  let current: Attempt | undefined;

  const isCurrent = (attempt: Attempt) => current === attempt;

  function abandon(): void {
    current?.cancelTimer?.();
    current?.controller.abort();
    if (current?.authorization !== undefined) server.abandoned?.();
    current = undefined;
  }

  async function requestCode(attempt: Attempt): Promise<void> {
    // The code's lifetime starts on the server before its reply arrives here.
    const sentAtMs = clock.monotonicMs();
    const result = await server.requestCode(attempt.controller.signal);
    if (!isCurrent(attempt)) return;
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

  async function poll(attempt: Attempt, authorization: DeviceAuthorization): Promise<void> {
    const sentAtMs = clock.monotonicMs();
    const answer = await server.poll(authorization, attempt.controller.signal);
    if (!isCurrent(attempt)) {
      if (answer.type === 'approved') dependencies.revoke(answer.tokens);
      return;
    }
    if (answer.type === 'approved') {
      attempt.tokens = answer.tokens;
      dispatch({
        type: 'pollAnswered',
        attempt: attempt.attempt,
        answer: { type: 'approved' },
      });
    } else if (answer.type === 'next-code') {
      attempt.authorization = answer.authorization;
      dispatch({
        type: 'pollAnswered',
        attempt: attempt.attempt,
        answer: {
          type: 'next-code',
          code: shown(answer.authorization, sentAtMs),
          intervalSeconds: answer.authorization.intervalSeconds,
        },
      });
    } else {
      dispatch({ type: 'pollAnswered', attempt: attempt.attempt, answer });
    }
  }

  async function complete(attempt: Attempt, tokens: TokenSet): Promise<void> {
    const completion = await dependencies.complete(tokens, attempt.controller.signal);
    if (!isCurrent(attempt)) return;
    current = undefined;
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

  function wait(attempt: Attempt, untilMs: number): void {
    attempt.cancelTimer?.();
    attempt.cancelTimer = clock.setTimer(Math.max(0, untilMs - clock.monotonicMs()), () => {
      if (isCurrent(attempt)) dispatch({ type: 'waitEnded', attempt: attempt.attempt });
    });
  }

  return function carryOut(command) {
    if (command.type === 'abandon') {
      if (current?.attempt === command.attempt) abandon();
      return;
    }
    if (current?.attempt !== command.attempt) {
      abandon();
      current = { attempt: command.attempt, controller: new AbortController() };
    }
    const attempt = current;
    if (attempt === undefined) return;
    switch (command.type) {
      case 'requestCode':
        void requestCode(attempt);
        break;
      case 'wait':
        wait(attempt, command.untilMs);
        break;
      case 'poll':
        if (attempt.authorization !== undefined) void poll(attempt, attempt.authorization);
        break;
      case 'complete':
        if (attempt.tokens !== undefined) void complete(attempt, attempt.tokens);
        break;
      default:
        assertNever(command);
    }
  };
}
