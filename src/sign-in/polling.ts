import { assertNever } from '../assert-never';
import type { Problem } from '../oauth/problem';
import {
  delayMs,
  minDelayMs,
  type Pace,
  paceAfterFailure,
  paceAfterPending,
  paceAfterSlowDown,
  startPace,
} from './schedule';
import type {
  Command,
  Expired,
  Machine,
  Moment,
  PollAnswer,
  Polling,
  ReturnTarget,
  ShowingCode,
  ShownCode,
  Step,
} from './states';
import { enter, fail, unchanged } from './step';

/** Shows a code and waits for its first poll, one interval later (RFC 8628 §3.5). */
export function showCode(
  machine: Machine,
  returnTo: ReturnTarget,
  issued: { code: ShownCode; intervalSeconds: number },
  now: Moment,
): Step {
  const state: ShowingCode = {
    type: 'showingCode',
    returnTo,
    code: issued.code,
    polling: scheduled(startPace(issued.intervalSeconds), now),
    shownAt: now,
  };
  return now.monotonicMs >= issued.code.expiresAtMs
    ? expire(machine, state, now)
    : enter(machine, state, [waitCommand(machine, state)]);
}

function scheduled(pace: Pace, now: Moment): Polling {
  return {
    pace,
    inFlight: false,
    nextPollAtMs: now.monotonicMs + delayMs(pace, now.random),
    earliestPollAtMs: now.monotonicMs + minDelayMs(pace),
  };
}

/** The one timer of a code: it serves both the next poll and the expiry. */
export function waitCommand(machine: Machine, state: ShowingCode): Command {
  const { polling, code } = state;
  // While the TV sleeps no poll is sent, but the code still expires.
  const untilMs =
    polling.inFlight || machine.suspended
      ? code.expiresAtMs
      : Math.min(polling.nextPollAtMs, code.expiresAtMs);
  return { type: 'wait', attempt: machine.attempt, untilMs };
}

/** Sends a poll. */
export function poll(machine: Machine, state: ShowingCode): Step {
  const polled: ShowingCode = { ...state, polling: { ...state.polling, inFlight: true } };
  return enter(machine, polled, [
    { type: 'poll', attempt: machine.attempt },
    waitCommand(machine, polled),
  ]);
}

/** Takes the code off the screen; a final poll collects an approval of the last seconds. */
export function expire(machine: Machine, state: ShowingCode, now: Moment): Step {
  const { polling, returnTo } = state;
  if (polling.inFlight) {
    return enter(machine, { type: 'expired', returnTo, lastPoll: polling, sentBeforeEnd: true });
  }
  const nextPollAtMs = Math.max(now.monotonicMs, polling.earliestPollAtMs);
  return pollLast(
    machine,
    { type: 'expired', returnTo, lastPoll: { ...polling, nextPollAtMs } },
    now,
  );
}

/** Sends the final poll when it is due, else waits for it. */
export function pollLast(machine: Machine, state: Expired, now: Moment): Step {
  const { lastPoll } = state;
  if (lastPoll === undefined || lastPoll.inFlight) return enter(machine, state);
  return lastPoll.nextPollAtMs <= now.monotonicMs
    ? enter(machine, { ...state, lastPoll: { ...lastPoll, inFlight: true } }, [
        { type: 'poll', attempt: machine.attempt },
      ])
    : enter(machine, state, [
        { type: 'wait', attempt: machine.attempt, untilMs: lastPoll.nextPollAtMs },
      ]);
}

/** What a poll's answer leads to, while the code shows and after its expiry. */
export function onPollAnswered(machine: Machine, answer: PollAnswer, now: Moment): Step {
  const { state } = machine;
  if (state.type === 'showingCode' && state.polling.inFlight) {
    return onAnswerWhileShowing(machine, state, answer, now);
  }
  if (state.type === 'expired' && state.lastPoll?.inFlight) {
    return onLastAnswer(machine, { ...state, lastPoll: state.lastPoll }, answer, now);
  }
  return unchanged(machine);
}

/** True when the wall clock says that the code's time is over, right or wrong. */
export const wallClockSaysExpired = (state: ShowingCode, now: Moment) =>
  now.wallMs - state.shownAt.wallMs >= state.code.expiresAtMs - state.shownAt.monotonicMs;

function onAnswerWhileShowing(
  machine: Machine,
  state: ShowingCode,
  answer: PollAnswer,
  now: Moment,
): Step {
  const { returnTo, polling } = state;
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  const keepPolling = (pace: Pace, over: boolean, transientFailure?: Problem): Step => {
    const next: ShowingCode = { ...state, polling: scheduled(pace, now), transientFailure };
    return over ? expire(machine, next, now) : enter(machine, next, [waitCommand(machine, next)]);
  };
  const atEnd = now.monotonicMs >= state.code.expiresAtMs;
  switch (answer.type) {
    case 'pending':
      return keepPolling(paceAfterPending(polling.pace, answer.retryAfterSeconds), atEnd);
    case 'slow-down':
      return keepPolling(
        paceAfterSlowDown(polling.pace, answer.intervalSeconds, answer.retryAfterSeconds),
        atEnd,
      );
    case 'transient-failure':
      // A box that slept without telling has an old code on screen and now no server to ask.
      return keepPolling(
        paceAfterFailure(polling.pace, answer.problem.retryAfterSeconds),
        atEnd || wallClockSaysExpired(state, now),
        answer.problem,
      );
    case 'approved':
      return enter(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'authorized':
      return enter(machine, { type: 'authorized', returnTo }, [abandon]);
    case 'next-code':
      return showCode(machine, returnTo, answer, now);
    case 'denied':
      return enter(machine, { type: 'denied', returnTo }, [abandon]);
    case 'expired':
      return enter(machine, { type: 'expired', returnTo }, [abandon]);
    case 'unknown-code':
      return atEnd || wallClockSaysExpired(state, now)
        ? enter(machine, { type: 'expired', returnTo }, [abandon])
        : fail(machine, returnTo, answer.problem, now);
    case 'failed':
      return fail(machine, returnTo, answer.problem, now);
    default:
      return assertNever(answer);
  }
}

function onLastAnswer(
  machine: Machine,
  state: Expired & { lastPoll: Polling },
  answer: PollAnswer,
  now: Moment,
): Step {
  const { returnTo, lastPoll } = state;
  const over = enter(machine, { type: 'expired', returnTo }, [
    { type: 'abandon', attempt: machine.attempt },
  ]);
  const undecided = (pace: Pace): Step => {
    if (state.sentBeforeEnd !== true) return over;
    const polling = scheduled(pace, now);
    const nextPollAtMs = polling.earliestPollAtMs;
    return pollLast(
      machine,
      { type: 'expired', returnTo, lastPoll: { ...polling, nextPollAtMs } },
      now,
    );
  };
  switch (answer.type) {
    case 'approved':
      return enter(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'next-code':
      return showCode(machine, returnTo, answer, now);
    case 'authorized':
    case 'denied':
      return enter(machine, { type: answer.type, returnTo }, [
        { type: 'abandon', attempt: machine.attempt },
      ]);
    case 'pending':
      return undecided(paceAfterPending(lastPoll.pace, answer.retryAfterSeconds));
    case 'slow-down':
      return undecided(
        paceAfterSlowDown(lastPoll.pace, answer.intervalSeconds, answer.retryAfterSeconds),
      );
    case 'transient-failure':
      return undecided(paceAfterFailure(lastPoll.pace, answer.problem.retryAfterSeconds));
    case 'expired':
    case 'unknown-code':
    case 'failed':
      return over;
    default:
      return assertNever(answer);
  }
}
