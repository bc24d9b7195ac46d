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
  TransientFailure,
} from './states';
import { enter, fail, keepRetryAfter, unchanged } from './step';

/** An unknown OAuth error is believed when it comes this many times running. */
const maxRefusedPolls = 3;
/** A server that never answered a poll and refuses browsers: once it may have been a proxy. */
const maxUnreadablePolls = 2;
/** A final poll later than this after the end of a code collects nothing. */
const maxFinalWaitMs = 10 * 60_000;
/** The wall clock is believed about a standby up to this long; more is a clock that was set. */
const maxPlausibleSleepMs = 24 * 3_600_000;

/** Shows a code and waits for its first poll, one interval later (RFC 8628 §3.5). */
export function showCode(
  machine: Machine,
  returnTo: ReturnTarget,
  issued: { code: ShownCode; intervalSeconds: number },
  now: Moment,
  step?: 2,
): Step {
  const { code } = issued;
  const state: ShowingCode = {
    type: 'showingCode',
    returnTo,
    code,
    polling: scheduled(startPace(issued.intervalSeconds), code, now, false),
    shownAt: now,
    step,
  };
  return now.monotonicMs >= code.expiresAtMs
    ? expire(machine, state, now)
    : enter(machine, state, [waitCommand(machine, state)]);
}

/** An interval up to this long is kept even where the code lives shorter. */
const minAbsurdIntervalSeconds = 60;

/**
 * When to poll next. An interval that is longer than the code lives, and so cannot be kept, means
 * one poll at the code's end.
 */
function scheduled(pace: Pace, code: ShownCode, now: Moment, answered: boolean): Polling {
  const { intervalSeconds } = pace;
  const nowMs = now.monotonicMs;
  if (intervalSeconds > minAbsurdIntervalSeconds && intervalSeconds * 1000 >= code.lifetimeMs) {
    const endMs = Math.max(code.expiresAtMs, nowMs + pace.retryAfterSeconds * 1000);
    return { pace, inFlight: false, nextPollAtMs: endMs, earliestPollAtMs: endMs, answered };
  }
  return {
    pace,
    inFlight: false,
    nextPollAtMs: nowMs + delayMs(pace, now.random),
    earliestPollAtMs: nowMs + minDelayMs(pace),
    answered,
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
  const problem = state.transientFailure?.problem;
  if (polling.inFlight) {
    return enter(machine, {
      type: 'expired',
      returnTo,
      problem,
      lastPoll: polling,
      sentBeforeEnd: true,
    });
  }
  const nextPollAtMs = Math.max(now.monotonicMs, polling.earliestPollAtMs);
  return pollLast(
    machine,
    { type: 'expired', returnTo, problem, lastPoll: { ...polling, nextPollAtMs } },
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
  // An approval also counts when its poll had been given up.
  if (state.type === 'showingCode' && (state.polling.inFlight || answer.type === 'approved')) {
    return onAnswerWhileShowing(machine, state, answer, now);
  }
  if (state.type === 'expired' && state.lastPoll?.inFlight) {
    return onLastAnswer(machine, { ...state, lastPoll: state.lastPoll }, answer, now);
  }
  return unchanged(machine);
}

/**
 * Whether a code that the server no longer knows has simply expired: by the monotonic clock, or
 * because the TV slept without telling and the monotonic clock stood still.
 */
function hasExpired(state: ShowingCode, now: Moment): boolean {
  const { shownAt, code } = state;
  const sleptMs = now.wallMs - shownAt.wallMs - (now.monotonicMs - shownAt.monotonicMs);
  const plausible = sleptMs > 0 && sleptMs <= maxPlausibleSleepMs;
  return now.monotonicMs + (plausible ? sleptMs : 0) >= code.expiresAtMs;
}

function onAnswerWhileShowing(
  machine: Machine,
  state: ShowingCode,
  answer: PollAnswer,
  now: Moment,
): Step {
  const { returnTo } = state;
  const { pace } = state.polling;
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  switch (answer.type) {
    case 'pending':
      return keepPolling(machine, state, paceAfterPending(pace, answer.retryAfterSeconds), now);
    case 'slow-down': {
      const { intervalSeconds, retryAfterSeconds } = answer;
      const slower = paceAfterSlowDown(pace, intervalSeconds, retryAfterSeconds);
      return keepPolling(machine, state, slower, now);
    }
    case 'transient-failure':
    case 'refused':
      return onFailedPoll(machine, state, answer, now);
    case 'approved':
      return enter(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'authorized':
      return enter(machine, { type: 'authorized', returnTo }, [abandon]);
    case 'next-code':
      return showCode(machine, returnTo, answer, now, 2);
    case 'denied':
      return enter(machine, { type: 'denied', returnTo }, [abandon]);
    case 'expired':
      return enter(machine, { type: 'expired', returnTo }, [abandon]);
    case 'unknown-code':
      return hasExpired(state, now)
        ? enter(machine, { type: 'expired', returnTo }, [abandon])
        : fail(machine, returnTo, answer.problem, now);
    case 'failed':
      return fail(machine, returnTo, answer.problem, now);
    default:
      return assertNever(answer);
  }
}

/** Waits for the next poll; a code whose time is over leaves the screen. */
function keepPolling(
  machine: Machine,
  state: ShowingCode,
  pace: Pace,
  now: Moment,
  transientFailure?: TransientFailure,
): Step {
  const { code } = state;
  const answered = state.polling.answered || transientFailure?.problem.status !== undefined;
  const next: ShowingCode = {
    ...state,
    polling: scheduled(pace, code, now, answered || transientFailure === undefined),
    transientFailure,
  };
  return now.monotonicMs >= code.expiresAtMs
    ? expire(machine, next, now)
    : enter(machine, next, [waitCommand(machine, next)]);
}

/** A poll that decided nothing: only an error that the server repeats ends the attempt. */
function onFailedPoll(
  machine: Machine,
  state: ShowingCode,
  answer: Extract<PollAnswer, { type: 'transient-failure' | 'refused' }>,
  now: Moment,
): Step {
  const { polling, returnTo, transientFailure: before } = state;
  const { problem } = answer;
  const again = before?.problem.kind === problem.kind;
  const failure: TransientFailure = {
    problem,
    sinceMs: again ? before.sinceMs : now.monotonicMs,
    count: again ? before.count + 1 : 1,
  };
  const neverAnswered = problem.kind === 'browser-calls-refused' && !polling.answered;
  const isFinal =
    failure.count >=
    (answer.type === 'refused' ? maxRefusedPolls : neverAnswered ? maxUnreadablePolls : Infinity);
  if (isFinal) return fail(machine, returnTo, problem, now);
  const kept = keepRetryAfter(machine, problem, now);
  return keepPolling(kept, state, paceAfterProblem(polling.pace, problem), now, failure);
}

/** A server that counts requests (429) also gets a longer interval. */
const paceAfterProblem = (pace: Pace, problem: Problem): Pace =>
  paceAfterFailure(
    problem.status === 429 ? paceAfterSlowDown(pace) : pace,
    problem.retryAfterSeconds,
  );

function onLastAnswer(
  machine: Machine,
  state: Expired & { lastPoll: Polling },
  answer: PollAnswer,
  now: Moment,
): Step {
  const { returnTo, lastPoll } = state;
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  const over = (problem?: Problem): Step =>
    enter(machine, { type: 'expired', returnTo, problem }, [abandon]);
  const undecided = (pace: Pace, problem?: Problem): Step => {
    // A second final poll only makes sense as long as the server may still know the code.
    if (state.sentBeforeEnd !== true || minDelayMs(pace) > maxFinalWaitMs) return over(problem);
    const nextPollAtMs = now.monotonicMs + minDelayMs(pace);
    const polling: Polling = { ...lastPoll, pace, inFlight: false, nextPollAtMs };
    return pollLast(machine, { type: 'expired', returnTo, problem, lastPoll: polling }, now);
  };
  switch (answer.type) {
    case 'approved':
      return enter(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'next-code':
      return showCode(machine, returnTo, answer, now, 2);
    case 'authorized':
    case 'denied':
      return enter(machine, { type: answer.type, returnTo }, [abandon]);
    case 'pending':
      return undecided(paceAfterPending(lastPoll.pace, answer.retryAfterSeconds));
    case 'slow-down':
      return undecided(
        paceAfterSlowDown(lastPoll.pace, answer.intervalSeconds, answer.retryAfterSeconds),
      );
    case 'transient-failure':
    case 'refused':
      return undecided(paceAfterProblem(lastPoll.pace, answer.problem), answer.problem);
    case 'failed':
      return over(answer.problem);
    case 'expired':
    case 'unknown-code':
      return over(state.problem);
    default:
      return assertNever(answer);
  }
}
