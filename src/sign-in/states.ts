import type { Account, DeviceAuthorization, PollOutcome } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { Pace } from './schedule';

/** What the viewer sees of an authorization: everything but the device code. */
export type ShownCode = Omit<
  DeviceAuthorization,
  'deviceCode' | 'expiresInSeconds' | 'intervalSeconds'
> & {
  /** Monotonic time at which the code stops being valid, in ms. */
  expiresAtMs: number;
  lifetimeMs: number;
};

/** A moment on both clocks, with a random number for jitter and references. */
export interface Moment {
  monotonicMs: number;
  wallMs: number;
  /** In [0, 1). */
  random: number;
}

/** Polls in a row that decided nothing, for the same kind of reason. */
export interface TransientFailure {
  /** What the last of them met. */
  problem: Problem;
  /** Monotonic time of the first, in ms. */
  sinceMs: number;
  /** How many there were. */
  count: number;
}

/** Where the polling of one attempt stands, and when the next poll is due. */
export interface Polling {
  pace: Pace;
  /** A poll is in flight. */
  inFlight: boolean;
  /** Monotonic time of the next poll, in ms. */
  nextPollAtMs: number;
  /** Monotonic time before which the server's rules allow none, in ms. */
  earliestPollAtMs: number;
  /** The token endpoint has answered a poll of this code: what fails later is no refusal of the browser. */
  answered: boolean;
}

/** Why the viewer is looking at the first screen again. */
export type Notice =
  | 'signed-out'
  | `signed-out-${SignOutAnswer}`
  /** Everything is being removed from this TV: until that is done nothing else happens. */
  | 'wiping'
  | `wiped-${WipeAnswer}`
  | 'session-ended'
  | 'cancelled'
  | 'record-damaged'
  /** A later release of the app kept a sign-in here, and this one cannot read it. */
  | 'record-newer'
  | 'storage-unreadable';

/** What the server said to a sign-out. */
export type SignOutAnswer =
  | 'revoked'
  /** It has no way to be told. */
  | 'unsupported'
  /** It could not be reached, and this TV cannot keep what telling it later would take. */
  | 'untold'
  /** It could not be reached: it is told when this TV is online again. */
  | 'later'
  | 'refused';

/** What became of removing everything from this TV. */
export type WipeAnswer =
  /** The server has ended every session. */
  | 'revoked'
  /** There may be sessions that go on at the server. */
  | 'untold'
  /** There was no session. */
  | 'nothing'
  /** Something is still stored. */
  | 'failed';

/** Whether a session lasts beyond this run of the app, and why it does not. */
export type Keeping =
  | 'kept'
  /** The server gave nothing that could be kept. */
  | 'not-given'
  /** This TV's storage did not take it. */
  | 'storage-failed';

/** How the service behind an open session is doing; the session goes on in any case. */
export type ConnectionState =
  | { type: 'online' }
  /** No network, or no answer. */
  | { type: 'offline'; problem: Problem }
  /** The service answers, but does not do its part. */
  | {
      type: 'service-trouble';
      problem: Problem;
      /** When it began, also in an earlier run of the app. */
      sinceWallMs: number;
      lastsADay: boolean;
    }
  /** The service refuses to renew access; `reference` is for a conversation with support. */
  | { type: 'refused'; problem: Problem; reference: string }
  /** This TV's own storage cannot be read. */
  | { type: 'storage-unreadable' };

export interface SignedIn {
  type: 'signedIn';
  account: Account;
  /** Every account kept on this TV, the one above included. */
  accounts: readonly Account[];
  keeping: Keeping;
  connection: ConnectionState;
}

export interface SignedOut {
  type: 'signedOut';
  notice?: Notice | undefined;
}

export interface ChoosingAccount {
  type: 'choosingAccount';
  accounts: readonly Account[];
  /** Id of the account that is being opened. */
  chosen?: string;
}

/** Where Back leads from an attempt. */
export type ReturnTarget = SignedOut | SignedIn | ChoosingAccount;

export interface Requesting {
  type: 'requesting';
  returnTo: ReturnTarget;
  /** Which try in a row this is, from 1. */
  tries: number;
  /** Set while the request has to wait: monotonic ms. */
  waitsUntilMs?: number | undefined;
  /** Why it waits: the server's `Retry-After`, or too many requests of this TV. */
  waitReason?: 'server-busy' | 'many-requests' | undefined;
}

export interface ShowingCode {
  type: 'showingCode';
  returnTo: ReturnTarget;
  code: ShownCode;
  polling: Polling;
  shownAt: Moment;
  /** Set while polls decide nothing; polling goes on. */
  transientFailure?: TransientFailure | undefined;
  /** Set on the second code of a sign-in that takes two. */
  step?: 2 | undefined;
}

/** The viewer approved; the tokens are being kept and the account looked up. */
export interface Approved {
  type: 'approved';
  returnTo: ReturnTarget;
}

/** The viewer approved, and the server keeps the tokens: this TV has no session. */
export interface Authorized {
  type: 'authorized';
  returnTo: ReturnTarget;
}

export interface Expired {
  type: 'expired';
  returnTo: ReturnTarget;
  /** The final poll, which collects an approval given in the last seconds; absent once answered. */
  lastPoll?: Polling;
  /** The poll in flight was sent before the expiry: it may have missed those seconds. */
  sentBeforeEnd?: boolean;
  /** What kept the last polls from an answer: an approval may have been missed. */
  problem?: Problem | undefined;
}

export interface Denied {
  type: 'denied';
  returnTo: ReturnTarget;
}

export interface Failed {
  type: 'failed';
  returnTo: ReturnTarget;
  problem: Problem;
  tries: number;
  lastTriedAtWallMs: number;
  /** Short code for a conversation with support. */
  reference: string;
}

/** The one state of the app. */
export type SignInState =
  | { type: 'starting' }
  | SignedOut
  | ChoosingAccount
  | Requesting
  | ShowingCode
  | Approved
  | Authorized
  | SignedIn
  | Expired
  | Denied
  | Failed;

export type SignInStateName = SignInState['type'];

/** The states of an attempt: each knows where Back leads. */
export type AttemptState = Extract<SignInState, { returnTo: ReturnTarget }>;

/** Which states belong to an attempt. */
export const belongsToAttempt: {
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

/** A poll's outcome without tokens and device codes, which never enter the state. */
export type PollAnswer =
  | Exclude<PollOutcome, { type: 'approved' | 'next-code' | 'failed' }>
  | { type: 'approved' }
  | { type: 'failed'; problem: Problem }
  | { type: 'next-code'; code: ShownCode; intervalSeconds: number };

/** What the viewer did. */
export type ViewerEvent =
  | { type: 'signInRequested' }
  | { type: 'cancelled' }
  | { type: 'signOutRequested' }
  | { type: 'signOutAllRequested' }
  | { type: 'wipeRequested' }
  | { type: 'chooseAccountRequested' }
  /** What this TV has kept is to be read once more. */
  | { type: 'restoreRequested' }
  | { type: 'accountChosen'; accountId: string };

/** A session was made of the tokens. */
export interface Completed {
  type: 'completed';
  account: Account;
  /** Every account kept on this TV. */
  accounts: readonly Account[];
  /** False when this TV could not keep the session: it lasts until the app closes. */
  keeping: Keeping;
}

/** What happened to the attempt numbered `attempt`. */
export type AttemptEvent = { attempt: number } & (
  | { type: 'codeIssued'; code: ShownCode; intervalSeconds: number }
  | { type: 'requestFailed'; problem: Problem }
  | { type: 'waitEnded' }
  | { type: 'pollAnswered'; answer: PollAnswer }
  | Completed
  | { type: 'completionFailed'; problem: Problem }
);

/** What the session reports. */
export type SessionEvent =
  | { type: 'accountsFound'; accounts: readonly Account[]; notice?: Notice | undefined }
  | { type: 'sessionOpened'; account: Account; accounts: readonly Account[]; keeping: Keeping }
  | { type: 'sessionEnded'; accountId: string; accounts: readonly Account[] }
  | { type: 'connectionChanged'; connection: ConnectionState }
  | { type: 'signOutAnswered'; answer: SignOutAnswer }
  | { type: 'wiped'; answer: WipeAnswer };

/** What happened to the device. */
export type LifeEvent = { type: 'suspended' } | { type: 'resumed' };

export type SignInEvent = ViewerEvent | AttemptEvent | SessionEvent | LifeEvent;

/** What is to be done; the attempt (`attempt.ts`) and the session carry it out. */
export type Command =
  | { type: 'requestCode'; attempt: number }
  | { type: 'poll'; attempt: number }
  /** Replaces an earlier wait; ends with `waitEnded`. */
  | { type: 'wait'; attempt: number; untilMs: number }
  /** Aborts the call in flight and forgets the device code; a token that still comes is revoked. */
  | { type: 'abandon'; attempt: number }
  | { type: 'complete'; attempt: number }
  | { type: 'openSession'; accountId: string }
  | { type: 'signOut'; accountIds: readonly string[] }
  /** Ends with `wiped`. */
  | { type: 'wipe' }
  /** Ends with `accountsFound`. */
  | { type: 'restore' };

/** The state, the number of the newest attempt, and what outlives both. */
export interface Machine {
  state: SignInState;
  attempt: number;
  /** The TV sleeps or shows another app: no request is sent. */
  suspended: boolean;
  /** No device request before this monotonic time in ms: a `Retry-After` asked for it. */
  noRequestBeforeMs?: number;
  /** When device requests were made within the last hour: monotonic ms, oldest first. */
  requestsAtMs?: readonly number[] | undefined;
}

/** The machine after an event, and the commands to carry out. */
export interface Step {
  machine: Machine;
  commands: readonly Command[];
}
