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
  AttemptEvent,
  Command,
  Expired,
  Failed,
  Machine,
  Moment,
  Notice,
  PollAnswer,
  Polling,
  Requesting,
  ReturnTarget,
  SessionEvent,
  ShowingCode,
  ShownCode,
  SignedIn,
  SignInEvent,
  SignInState,
  Step,
} from './states';
import { supportReference } from './support-reference';

export const initialMachine: Machine = {
  state: { type: 'starting' },
  attempt: 0,
  suspended: false,
};

const stay = (machine: Machine): Step => ({ machine, commands: [] });

const to = (machine: Machine, state: SignInState, commands: readonly Command[] = []): Step => ({
  machine: { ...machine, state },
  commands,
});

/**
 * The next state and what is to be done. Pure: the same arguments always give the same step.
 *
 * @param machine the state so far
 * @param event what happened
 * @param now when it happened
 */
export function transition(machine: Machine, event: SignInEvent, now: Moment): Step {
  switch (event.type) {
    case 'signInRequested':
      return onSignInRequested(machine, now);
    case 'cancelled':
      return onCancelled(machine);
    case 'signOutRequested':
      return onSignOut(machine, (state) => [state.account.id]);
    case 'signOutAllRequested':
      return onSignOut(machine, (state) => state.accounts.map((account) => account.id));
    case 'chooseAccountRequested':
      return machine.state.type === 'signedIn'
        ? to(machine, { type: 'choosingAccount', accounts: machine.state.accounts })
        : stay(machine);
    case 'accountChosen':
      return machine.state.type === 'choosingAccount'
        ? to(machine, { ...machine.state, chosen: event.accountId }, [
            { type: 'openSession', accountId: event.accountId },
          ])
        : stay(machine);
    case 'codeIssued':
    case 'requestFailed':
    case 'waitEnded':
    case 'pollAnswered':
    case 'completed':
    case 'completionFailed':
      // A newer attempt has taken over: nothing of an older one counts any more.
      return event.attempt === machine.attempt
        ? onAttemptEvent(machine, event, now)
        : stay(machine);
    case 'accountsFound':
      return onAccountsFound(machine, event);
    case 'sessionOpened':
      return onSessionOpened(machine, event);
    case 'sessionEnded':
      return onSessionEnded(machine, event);
    case 'connectionChanged':
      return onConnectionChanged(machine, event.offline);
    case 'suspended':
      return onSuspended(machine);
    case 'resumed':
      return onResumed(machine, now);
    default:
      return assertNever(event);
  }
}

function begin(machine: Machine, returnTo: ReturnTarget, tries: number, now: Moment): Step {
  const attempt = machine.attempt + 1;
  const { noRequestBeforeMs = 0 } = machine;
  const waits = noRequestBeforeMs > now.monotonicMs;
  const state: Requesting = { type: 'requesting', returnTo, tries };
  if (waits) state.waitsUntilMs = noRequestBeforeMs;
  return {
    machine: { ...machine, attempt, state },
    commands: [
      { type: 'abandon', attempt: machine.attempt },
      waits
        ? { type: 'wait', attempt, untilMs: noRequestBeforeMs }
        : { type: 'requestCode', attempt },
    ],
  };
}

function onSignInRequested(machine: Machine, now: Moment): Step {
  const { state } = machine;
  switch (state.type) {
    case 'signedOut':
    case 'choosingAccount':
    case 'signedIn':
      return begin(machine, state, 1, now);
    case 'authorized':
    case 'expired':
    case 'denied':
      return begin(machine, state.returnTo, 1, now);
    case 'failed':
      return begin(machine, state.returnTo, state.tries + 1, now);
    case 'starting':
    case 'requesting':
    case 'showingCode':
    case 'approved':
      return stay(machine);
    default:
      return assertNever(state);
  }
}

const withNotice = (returnTo: ReturnTarget, notice: Notice): ReturnTarget =>
  returnTo.type === 'signedOut' ? { type: 'signedOut', notice } : returnTo;

const withoutNotice = (returnTo: ReturnTarget): ReturnTarget =>
  returnTo.type === 'signedOut' ? { type: 'signedOut' } : returnTo;

function onCancelled(machine: Machine): Step {
  const { state } = machine;
  switch (state.type) {
    case 'requesting':
    case 'showingCode':
    case 'approved':
      return to(machine, withNotice(state.returnTo, 'cancelled'), [
        { type: 'abandon', attempt: machine.attempt },
      ]);
    case 'expired':
      return to(machine, withoutNotice(state.returnTo), [
        { type: 'abandon', attempt: machine.attempt },
      ]);
    case 'authorized':
    case 'denied':
    case 'failed':
      return to(machine, withoutNotice(state.returnTo));
    case 'starting':
    case 'signedOut':
    case 'signedIn':
    case 'choosingAccount':
      // Back leaves the app here: the application asks the platform.
      return stay(machine);
    default:
      return assertNever(state);
  }
}

function onSignOut(machine: Machine, chosen: (state: SignedIn) => readonly string[]): Step {
  const { state } = machine;
  if (state.type !== 'signedIn') return stay(machine);
  const accountIds = chosen(state);
  const accounts = state.accounts.filter((account) => !accountIds.includes(account.id));
  const next: SignInState =
    accounts.length === 0
      ? { type: 'signedOut', notice: 'signed-out' }
      : { type: 'choosingAccount', accounts };
  return to(machine, next, [{ type: 'signOut', accountIds }]);
}

function onAccountsFound(
  machine: Machine,
  event: Extract<SessionEvent, { type: 'accountsFound' }>,
): Step {
  // Slow storage may answer after the first picture: what it kept still counts.
  const late = machine.state.type === 'signedOut' && event.accounts.length > 0;
  if (machine.state.type !== 'starting' && !late) return stay(machine);
  const [first, second] = event.accounts;
  if (first === undefined) {
    return to(
      machine,
      event.notice === undefined
        ? { type: 'signedOut' }
        : { type: 'signedOut', notice: event.notice },
    );
  }
  return second === undefined
    ? to(machine, machine.state, [{ type: 'openSession', accountId: first.id }])
    : to(machine, { type: 'choosingAccount', accounts: event.accounts });
}

function onSessionOpened(
  machine: Machine,
  event: Extract<SessionEvent, { type: 'sessionOpened' }>,
): Step {
  const { state } = machine;
  const { account, accounts, kept } = event;
  switch (state.type) {
    case 'starting':
    case 'signedOut':
      return to(machine, { type: 'signedIn', account, accounts, kept, offline: false });
    case 'signedIn':
      return to(machine, { ...state, account, accounts, kept });
    case 'choosingAccount':
      // Somebody else's session may have news, too: nobody has chosen that one.
      return state.chosen === account.id
        ? to(machine, { type: 'signedIn', account, accounts, kept, offline: false })
        : to(machine, { ...state, accounts });
    case 'requesting':
    case 'showingCode':
    case 'approved':
    case 'authorized':
    case 'expired':
    case 'denied':
    case 'failed':
      return to(machine, { ...state, returnTo: withAccountUpdate(state.returnTo, event) });
    default:
      return assertNever(state);
  }
}

/** What lies behind an attempt stays what it is, but may hear of a name or of who is kept. */
function withAccountUpdate(
  returnTo: ReturnTarget,
  { account, accounts, kept }: Extract<SessionEvent, { type: 'sessionOpened' }>,
): ReturnTarget {
  switch (returnTo.type) {
    case 'signedIn':
      return { ...returnTo, account, accounts, kept };
    case 'choosingAccount':
      return { ...returnTo, accounts };
    case 'signedOut':
      return returnTo;
    default:
      return assertNever(returnTo);
  }
}

function onConnectionChanged(machine: Machine, offline: boolean): Step {
  const { state } = machine;
  if (state.type === 'signedIn') {
    return state.offline === offline ? stay(machine) : to(machine, { ...state, offline });
  }
  return 'returnTo' in state && state.returnTo.type === 'signedIn'
    ? to(machine, { ...state, returnTo: { ...state.returnTo, offline } })
    : stay(machine);
}

function onSessionEnded(
  machine: Machine,
  event: Extract<SessionEvent, { type: 'sessionEnded' }>,
): Step {
  const ended: ReturnTarget =
    event.accounts.length === 0
      ? { type: 'signedOut', notice: 'session-ended' }
      : { type: 'choosingAccount', accounts: event.accounts };
  const after = (now: ReturnTarget): ReturnTarget =>
    now.type === 'signedIn' && now.account.id !== event.accountId
      ? { ...now, accounts: event.accounts }
      : ended;
  const { state } = machine;
  switch (state.type) {
    case 'starting':
    case 'choosingAccount':
      return to(machine, ended);
    case 'signedIn':
      return to(machine, after(state));
    case 'requesting':
    case 'showingCode':
    case 'approved':
    case 'authorized':
    case 'expired':
    case 'denied':
    case 'failed':
      // Somebody else is signing in on top of the session that ended: only what is behind changes.
      return to(machine, { ...state, returnTo: after(state.returnTo) });
    case 'signedOut':
      return stay(machine);
    default:
      return assertNever(state);
  }
}

function onAttemptEvent(machine: Machine, event: AttemptEvent, now: Moment): Step {
  switch (event.type) {
    case 'codeIssued':
      return onCodeIssued(machine, event, now);
    case 'requestFailed':
      return machine.state.type === 'requesting'
        ? fail(machine, machine.state.returnTo, event.problem, now, machine.state.tries)
        : stay(machine);
    case 'waitEnded':
      return onWaitEnded(machine, now);
    case 'pollAnswered':
      return onPollAnswered(machine, event.answer, now);
    case 'completed':
      return machine.state.type === 'approved'
        ? to(machine, {
            type: 'signedIn',
            account: event.account,
            accounts: event.accounts,
            kept: event.kept,
            offline: false,
          })
        : stay(machine);
    case 'completionFailed':
      return machine.state.type === 'approved'
        ? fail(machine, machine.state.returnTo, event.problem, now)
        : stay(machine);
    default:
      return assertNever(event);
  }
}

function fail(
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
  return to(left, failed, [{ type: 'abandon', attempt: machine.attempt }]);
}

function onCodeIssued(
  machine: Machine,
  event: Extract<AttemptEvent, { type: 'codeIssued' }>,
  now: Moment,
): Step {
  return machine.state.type === 'requesting'
    ? show(machine, machine.state.returnTo, event, now)
    : stay(machine);
}

function show(
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
    : to(machine, state, [wake(machine, state)]);
}

function scheduled(pace: Pace, now: Moment): Polling {
  return {
    pace,
    asking: false,
    nextPollAtMs: now.monotonicMs + delayMs(pace, now.random),
    earliestPollAtMs: now.monotonicMs + minDelayMs(pace),
  };
}

/** One timer serves both the next poll and the end of the code. */
function wake(machine: Machine, state: ShowingCode): Command {
  const { polling, code } = state;
  // While the TV sleeps nothing is asked, but the code still has its end.
  const untilMs =
    polling.asking || machine.suspended
      ? code.expiresAtMs
      : Math.min(polling.nextPollAtMs, code.expiresAtMs);
  return { type: 'wait', attempt: machine.attempt, untilMs };
}

function ask(machine: Machine, state: ShowingCode): Step {
  const asking: ShowingCode = { ...state, polling: { ...state.polling, asking: true } };
  return to(machine, asking, [{ type: 'poll', attempt: machine.attempt }, wake(machine, asking)]);
}

/** Takes the code off the screen; one last poll collects an approval of the last seconds. */
function expire(machine: Machine, state: ShowingCode, now: Moment): Step {
  const { polling, returnTo } = state;
  if (polling.asking) {
    return to(machine, { type: 'expired', returnTo, lastPoll: polling, sentBeforeEnd: true });
  }
  const nextPollAtMs = Math.max(now.monotonicMs, polling.earliestPollAtMs);
  return askLast(
    machine,
    { type: 'expired', returnTo, lastPoll: { ...polling, nextPollAtMs } },
    now,
  );
}

function askLast(machine: Machine, state: Expired, now: Moment): Step {
  const { lastPoll } = state;
  if (lastPoll === undefined || lastPoll.asking) return to(machine, state);
  return lastPoll.nextPollAtMs <= now.monotonicMs
    ? to(machine, { ...state, lastPoll: { ...lastPoll, asking: true } }, [
        { type: 'poll', attempt: machine.attempt },
      ])
    : to(machine, state, [
        { type: 'wait', attempt: machine.attempt, untilMs: lastPoll.nextPollAtMs },
      ]);
}

function onWaitEnded(machine: Machine, now: Moment): Step {
  const { state } = machine;
  switch (state.type) {
    case 'requesting': {
      if (state.waitsUntilMs === undefined) return stay(machine);
      if (state.waitsUntilMs > now.monotonicMs) {
        return to(machine, state, [
          { type: 'wait', attempt: machine.attempt, untilMs: state.waitsUntilMs },
        ]);
      }
      const { returnTo, tries } = state;
      return to(machine, { type: 'requesting', returnTo, tries }, [
        { type: 'requestCode', attempt: machine.attempt },
      ]);
    }
    case 'showingCode':
      if (now.monotonicMs >= state.code.expiresAtMs) return expire(machine, state, now);
      return !machine.suspended &&
        !state.polling.asking &&
        now.monotonicMs >= state.polling.nextPollAtMs
        ? ask(machine, state)
        : to(machine, state, [wake(machine, state)]);
    case 'expired':
      return askLast(machine, state, now);
    case 'starting':
    case 'signedOut':
    case 'choosingAccount':
    case 'approved':
    case 'authorized':
    case 'signedIn':
    case 'denied':
    case 'failed':
      return stay(machine);
    default:
      return assertNever(state);
  }
}

function onPollAnswered(machine: Machine, answer: PollAnswer, now: Moment): Step {
  const { state } = machine;
  if (state.type === 'showingCode' && state.polling.asking) {
    return onAnswerWhileShowing(machine, state, answer, now);
  }
  if (state.type === 'expired' && state.lastPoll?.asking) {
    return onLastAnswer(machine, { ...state, lastPoll: state.lastPoll }, answer, now);
  }
  return stay(machine);
}

/** True when the wall clock says that the code's time is over, right or wrong. */
const wallClockSaysExpired = (state: ShowingCode, now: Moment) =>
  now.wallMs - state.shownAt.wallMs >= state.code.expiresAtMs - state.shownAt.monotonicMs;

function onAnswerWhileShowing(
  machine: Machine,
  state: ShowingCode,
  answer: PollAnswer,
  now: Moment,
): Step {
  const { returnTo, polling } = state;
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  const goOn = (pace: Pace, over: boolean, transientFailure?: Problem): Step => {
    const { transientFailure: _over, ...rest } = state;
    const next: ShowingCode = { ...rest, polling: scheduled(pace, now) };
    if (transientFailure !== undefined) next.transientFailure = transientFailure;
    return over ? expire(machine, next, now) : to(machine, next, [wake(machine, next)]);
  };
  const atEnd = now.monotonicMs >= state.code.expiresAtMs;
  switch (answer.type) {
    case 'pending':
      return goOn(paceAfterPending(polling.pace, answer.retryAfterSeconds), atEnd);
    case 'slow-down':
      return goOn(
        paceAfterSlowDown(polling.pace, answer.intervalSeconds, answer.retryAfterSeconds),
        atEnd,
      );
    case 'transient-failure':
      // A box that slept without telling has an old code on screen and now no server to ask.
      return goOn(
        paceAfterFailure(polling.pace, answer.problem.retryAfterSeconds),
        atEnd || wallClockSaysExpired(state, now),
        answer.problem,
      );
    case 'approved':
      return to(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'authorized':
      return to(machine, { type: 'authorized', returnTo }, [abandon]);
    case 'next-code':
      return show(machine, returnTo, answer, now);
    case 'denied':
      return to(machine, { type: 'denied', returnTo }, [abandon]);
    case 'expired':
      return to(machine, { type: 'expired', returnTo }, [abandon]);
    case 'unknown-code':
      return atEnd || wallClockSaysExpired(state, now)
        ? to(machine, { type: 'expired', returnTo }, [abandon])
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
  const over = to(machine, { type: 'expired', returnTo }, [
    { type: 'abandon', attempt: machine.attempt },
  ]);
  const undecided = (pace: Pace): Step => {
    if (state.sentBeforeEnd !== true) return over;
    const polling = scheduled(pace, now);
    const nextPollAtMs = polling.earliestPollAtMs;
    return askLast(
      machine,
      { type: 'expired', returnTo, lastPoll: { ...polling, nextPollAtMs } },
      now,
    );
  };
  switch (answer.type) {
    case 'approved':
      return to(machine, { type: 'approved', returnTo }, [
        { type: 'complete', attempt: machine.attempt },
      ]);
    case 'next-code':
      return show(machine, returnTo, answer, now);
    case 'authorized':
    case 'denied':
      return to(machine, { type: answer.type, returnTo }, [
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

function onSuspended(machine: Machine): Step {
  const suspended: Machine = { ...machine, suspended: true };
  const { state } = machine;
  return state.type === 'showingCode' && !machine.suspended
    ? to(suspended, state, [wake(suspended, state)])
    : stay(suspended);
}

function onResumed(asleep: Machine, now: Moment): Step {
  const machine: Machine = { ...asleep, suspended: false };
  const { state } = machine;
  if (state.type !== 'showingCode') return stay(machine);
  // Timers and the monotonic clock may have stood still during standby: here the wall clock counts.
  if (now.monotonicMs >= state.code.expiresAtMs || wallClockSaysExpired(state, now)) {
    return expire(machine, state, now);
  }
  return !state.polling.asking && now.monotonicMs >= state.polling.earliestPollAtMs
    ? ask(machine, state)
    : to(machine, state, [wake(machine, state)]);
}
