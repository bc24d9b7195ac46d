import { assertNever } from '../assert-never';
import {
  onAccountsFound,
  onConnectionChanged,
  onSessionEnded,
  onSessionOpened,
  onSignOutAnswered,
} from './account-events';
import { expire, onPollAnswered, poll, pollLast, showCode, waitCommand } from './polling';
import { nextRequestAtMs, withRequest } from './request-limit';
import type {
  AttemptEvent,
  Command,
  Machine,
  Moment,
  Notice,
  ReturnTarget,
  SignedIn,
  SignInEvent,
  SignInState,
  Step,
  WipeAnswer,
} from './states';
import { enter, fail, unchanged } from './step';

/** The machine at the start of the app. */
export const initialMachine: Machine = {
  state: { type: 'starting' },
  attempt: 0,
  suspended: false,
};

/**
 * The next state and what is to be done. Pure: the same arguments always give the same step.
 *
 * @param machine the state so far
 * @param event what happened
 * @param now when it happened
 */
export function transition(machine: Machine, event: SignInEvent, now: Moment): Step {
  // What still happens to sessions that are being removed must not bring them back.
  if (isWiping(machine.state) && !['wiped', 'suspended', 'resumed'].includes(event.type)) {
    return unchanged(machine);
  }
  switch (event.type) {
    case 'signInRequested':
      return onSignInRequested(machine, now);
    case 'cancelled':
      return onCancelled(machine);
    case 'signOutRequested':
      return onSignOut(machine, (state) => [state.account.id]);
    case 'signOutAllRequested':
      return onSignOut(machine, (state) => state.accounts.map((account) => account.id));
    case 'wipeRequested':
      return onWipeRequested(machine);
    case 'wiped':
      return onWiped(machine, event.answer);
    case 'chooseAccountRequested':
      return machine.state.type === 'signedIn'
        ? enter(machine, { type: 'choosingAccount', accounts: machine.state.accounts })
        : unchanged(machine);
    case 'accountChosen':
      return machine.state.type === 'choosingAccount'
        ? enter(machine, { ...machine.state, chosen: event.accountId }, [
            { type: 'openSession', accountId: event.accountId },
          ])
        : unchanged(machine);
    case 'codeIssued':
    case 'requestFailed':
    case 'waitEnded':
    case 'pollAnswered':
    case 'completed':
    case 'completionFailed':
      // Events of an older attempt no longer count.
      return event.attempt === machine.attempt
        ? onAttemptEvent(machine, event, now)
        : unchanged(machine);
    case 'accountsFound':
      return onAccountsFound(machine, event);
    case 'sessionOpened':
      return onSessionOpened(machine, event);
    case 'sessionEnded':
      return onSessionEnded(machine, event);
    case 'connectionChanged':
      return onConnectionChanged(machine, event.connection);
    case 'signOutAnswered':
      return onSignOutAnswered(machine, event.answer);
    case 'restoreRequested':
      return machine.state.type === 'signedOut'
        ? enter(machine, { type: 'starting' }, [{ type: 'restore' }])
        : unchanged(machine);
    case 'suspended':
      return onSuspended(machine);
    case 'resumed':
      return onResumed(machine, now);
    default:
      return assertNever(event);
  }
}

function startAttempt(machine: Machine, returnTo: ReturnTarget, tries: number, now: Moment): Step {
  const next: Machine = { ...machine, attempt: machine.attempt + 1 };
  const abandon: Command = { type: 'abandon', attempt: machine.attempt };
  const step = requestCode(next, returnTo, tries, now);
  return { ...step, commands: [abandon, ...step.commands] };
}

/** Asks for a code, or waits until the server and our own limit allow it. */
function requestCode(machine: Machine, returnTo: ReturnTarget, tries: number, now: Moment): Step {
  const { attempt, noRequestBeforeMs = 0, requestsAtMs = [] } = machine;
  const allowedAtMs = nextRequestAtMs(requestsAtMs, now.monotonicMs);
  const waitsUntilMs = Math.max(noRequestBeforeMs, allowedAtMs);
  if (waitsUntilMs > now.monotonicMs) {
    const waitReason = noRequestBeforeMs >= allowedAtMs ? 'server-busy' : 'many-requests';
    return enter(machine, { type: 'requesting', returnTo, tries, waitsUntilMs, waitReason }, [
      { type: 'wait', attempt, untilMs: waitsUntilMs },
    ]);
  }
  return enter(
    { ...machine, requestsAtMs: withRequest(requestsAtMs, now.monotonicMs) },
    { type: 'requesting', returnTo, tries },
    [{ type: 'requestCode', attempt }],
  );
}

function onSignInRequested(machine: Machine, now: Moment): Step {
  const { state } = machine;
  switch (state.type) {
    case 'signedOut':
    case 'choosingAccount':
    case 'signedIn':
      return startAttempt(machine, state, 1, now);
    case 'authorized':
    case 'expired':
    case 'denied':
      return startAttempt(machine, state.returnTo, 1, now);
    case 'failed':
      return startAttempt(machine, state.returnTo, state.tries + 1, now);
    case 'starting':
    case 'requesting':
    case 'showingCode':
    case 'approved':
      return unchanged(machine);
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
      return enter(machine, withNotice(state.returnTo, 'cancelled'), [
        { type: 'abandon', attempt: machine.attempt },
      ]);
    case 'expired':
      return enter(machine, withoutNotice(state.returnTo), [
        { type: 'abandon', attempt: machine.attempt },
      ]);
    case 'authorized':
    case 'denied':
    case 'failed':
      return enter(machine, withoutNotice(state.returnTo));
    case 'starting':
    case 'signedOut':
    case 'signedIn':
    case 'choosingAccount':
      // Back leaves the app here, which is not this machine's business.
      return unchanged(machine);
    default:
      return assertNever(state);
  }
}

function onSignOut(machine: Machine, chosen: (state: SignedIn) => readonly string[]): Step {
  const { state } = machine;
  if (state.type !== 'signedIn') return unchanged(machine);
  const accountIds = chosen(state);
  const accounts = state.accounts.filter((account) => !accountIds.includes(account.id));
  const next: SignInState =
    accounts.length === 0
      ? { type: 'signedOut', notice: 'signed-out' }
      : { type: 'choosingAccount', accounts };
  return enter(machine, next, [{ type: 'signOut', accountIds }]);
}

const isWiping = (state: SignInState): boolean =>
  state.type === 'signedOut' && state.notice === 'wiping';

function onWiped(machine: Machine, answer: WipeAnswer): Step {
  return isWiping(machine.state)
    ? enter(machine, { type: 'signedOut', notice: `wiped-${answer}` })
    : unchanged(machine);
}

function onWipeRequested(machine: Machine): Step {
  switch (machine.state.type) {
    case 'signedOut':
    case 'signedIn':
    case 'choosingAccount':
      return enter(machine, { type: 'signedOut', notice: 'wiping' }, [{ type: 'wipe' }]);
    case 'starting':
    case 'requesting':
    case 'showingCode':
    case 'approved':
    case 'authorized':
    case 'expired':
    case 'denied':
    case 'failed':
      return unchanged(machine);
    default:
      return assertNever(machine.state);
  }
}

function onAttemptEvent(machine: Machine, event: AttemptEvent, now: Moment): Step {
  switch (event.type) {
    case 'codeIssued':
      return onCodeIssued(machine, event, now);
    case 'requestFailed':
      return machine.state.type === 'requesting'
        ? fail(machine, machine.state.returnTo, event.problem, now, machine.state.tries)
        : unchanged(machine);
    case 'waitEnded':
      return onWaitEnded(machine, now);
    case 'pollAnswered':
      return onPollAnswered(machine, event.answer, now);
    case 'completed':
      return machine.state.type === 'approved'
        ? enter(machine, {
            type: 'signedIn',
            account: event.account,
            accounts: event.accounts,
            keeping: event.keeping,
            connection: { type: 'online' },
          })
        : unchanged(machine);
    case 'completionFailed':
      return machine.state.type === 'approved'
        ? fail(machine, machine.state.returnTo, event.problem, now)
        : unchanged(machine);
    default:
      return assertNever(event);
  }
}

function onCodeIssued(
  machine: Machine,
  event: Extract<AttemptEvent, { type: 'codeIssued' }>,
  now: Moment,
): Step {
  return machine.state.type === 'requesting'
    ? showCode(machine, machine.state.returnTo, event, now)
    : unchanged(machine);
}

function onWaitEnded(machine: Machine, now: Moment): Step {
  const { state } = machine;
  switch (state.type) {
    case 'requesting':
      return state.waitsUntilMs === undefined
        ? unchanged(machine)
        : requestCode(machine, state.returnTo, state.tries, now);
    case 'showingCode':
      if (now.monotonicMs >= state.code.expiresAtMs) return expire(machine, state, now);
      return !machine.suspended &&
        !state.polling.inFlight &&
        now.monotonicMs >= state.polling.nextPollAtMs
        ? poll(machine, state)
        : enter(machine, state, [waitCommand(machine, state)]);
    case 'expired':
      return pollLast(machine, state, now);
    case 'starting':
    case 'signedOut':
    case 'choosingAccount':
    case 'approved':
    case 'authorized':
    case 'signedIn':
    case 'denied':
    case 'failed':
      return unchanged(machine);
    default:
      return assertNever(state);
  }
}

function onSuspended(machine: Machine): Step {
  const suspended: Machine = { ...machine, suspended: true };
  const { state } = machine;
  return state.type === 'showingCode' && !machine.suspended
    ? enter(suspended, state, [waitCommand(suspended, state)])
    : unchanged(suspended);
}

/**
 * Wakes up. Only the monotonic clock ends a code: a wall clock that jumped may have been set right.
 * A TV whose monotonic clock stood still hears of the expiry from the server, with the poll that
 * is sent at once.
 */
function onResumed(asleep: Machine, now: Moment): Step {
  const machine: Machine = { ...asleep, suspended: false };
  const { state } = machine;
  if (state.type !== 'showingCode') return unchanged(machine);
  if (now.monotonicMs >= state.code.expiresAtMs) return expire(machine, state, now);
  return !state.polling.inFlight && now.monotonicMs >= state.polling.earliestPollAtMs
    ? poll(machine, state)
    : enter(machine, state, [waitCommand(machine, state)]);
}
