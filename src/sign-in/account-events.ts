import { assertNever } from '../assert-never';
import type {
  ConnectionState,
  Machine,
  ReturnTarget,
  SessionEvent,
  SignOutAnswer,
  Step,
} from './states';
import { enter, isAttempt, unchanged } from './step';

/** What storage kept: one account is opened, several are offered. */
export function onAccountsFound(
  machine: Machine,
  event: Extract<SessionEvent, { type: 'accountsFound' }>,
): Step {
  // Slow storage may answer after the first picture: its accounts still count.
  const late =
    machine.state.type === 'signedOut' &&
    (event.accounts.length > 0 || machine.state.notice === 'storage-unreadable');
  if (machine.state.type !== 'starting' && !late) return unchanged(machine);
  const [first, second] = event.accounts;
  if (first === undefined) return enter(machine, { type: 'signedOut', notice: event.notice });
  return second === undefined
    ? enter(machine, machine.state, [{ type: 'openSession', accountId: first.id }])
    : enter(machine, { type: 'choosingAccount', accounts: event.accounts });
}

/** A session is open, or its account or its keeping changed. */
export function onSessionOpened(
  machine: Machine,
  event: Extract<SessionEvent, { type: 'sessionOpened' }>,
): Step {
  const { state } = machine;
  const { account, accounts, keeping } = event;
  const connection: ConnectionState = { type: 'online' };
  if (isAttempt(state)) {
    return enter(machine, { ...state, returnTo: withAccountUpdate(state.returnTo, event) });
  }
  switch (state.type) {
    case 'starting':
    case 'signedOut':
      return enter(machine, { type: 'signedIn', account, accounts, keeping, connection });
    case 'signedIn':
      return enter(machine, { ...state, account, accounts, keeping });
    case 'choosingAccount':
      // Another account's session may also report: only the chosen one leads on.
      return state.chosen === account.id
        ? enter(machine, { type: 'signedIn', account, accounts, keeping, connection })
        : enter(machine, { ...state, accounts });
    default:
      return assertNever(state);
  }
}

/** Account updates also apply to the state an attempt will return to. */
function withAccountUpdate(
  returnTo: ReturnTarget,
  { account, accounts, keeping }: Extract<SessionEvent, { type: 'sessionOpened' }>,
): ReturnTarget {
  switch (returnTo.type) {
    case 'signedIn':
      return { ...returnTo, account, accounts, keeping };
    case 'choosingAccount':
      return { ...returnTo, accounts };
    case 'signedOut':
      return returnTo;
    default:
      return assertNever(returnTo);
  }
}

/** What is known of the service behind the open session has changed. */
export function onConnectionChanged(machine: Machine, connection: ConnectionState): Step {
  const { state } = machine;
  if (state.type === 'signedIn') return enter(machine, { ...state, connection });
  return isAttempt(state) && state.returnTo.type === 'signedIn'
    ? enter(machine, { ...state, returnTo: { ...state.returnTo, connection } })
    : unchanged(machine);
}

/** The server or another tab ended the session of an account. */
export function onSessionEnded(
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
  // The attempt in progress goes on; only the state it returns to changes.
  if (isAttempt(state)) return enter(machine, { ...state, returnTo: after(state.returnTo) });
  switch (state.type) {
    case 'starting':
    case 'choosingAccount':
      return enter(machine, ended);
    case 'signedIn':
      return enter(machine, after(state));
    case 'signedOut':
      return unchanged(machine);
    default:
      return assertNever(state);
  }
}

/** The server answered to the sign-out whose notice is on the screen. */
export function onSignOutAnswered(machine: Machine, answer: SignOutAnswer): Step {
  const { state } = machine;
  return state.type === 'signedOut' && state.notice === 'signed-out'
    ? enter(machine, { type: 'signedOut', notice: `signed-out-${answer}` })
    : unchanged(machine);
}
