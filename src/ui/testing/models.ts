import type { ProblemKind } from '../../oauth/problem';
import type {
  Failed,
  ShowingCode,
  SignedIn,
  SignInState,
  SignInStateName,
} from '../../sign-in/states';
import type { Panel } from '../action';
import type { ScreenName } from '../screen-description';
import type { ViewModel } from '../view-model';

export const ada = { id: 'subject-1', name: 'Ada', email: 'ada@example.com' };
export const grace = { id: 'subject-2', name: 'Grace Hopper', email: 'grace@example.com' };

const everyProblemKind: Readonly<Record<ProblemKind, true>> = {
  offline: true,
  'server-unreachable': true,
  'server-error': true,
  'server-busy': true,
  'time-out': true,
  'clock-wrong': true,
  misconfigured: true,
  'browser-calls-refused': true,
  'not-completed': true,
  'not-kept': true,
  refused: true,
  'network-sign-in': true,
  'not-sendable': true,
  'storage-unreadable': true,
};

/** Every kind of problem. */
export const problemKinds = Object.keys(everyProblemKind) as ProblemKind[];

const everyPanel: Readonly<Record<Panel, true>> = {
  help: true,
  'confirm-sign-out': true,
  'confirm-exit': true,
  language: true,
  continued: true,
};

/** Every panel. */
export const panels = Object.keys(everyPanel) as Panel[];

/** A model of a state, 18 s after the app started. */
export const modelOf = (state: SignInState, more: Partial<ViewModel> = {}): ViewModel => ({
  appName: 'Your Channel',
  state,
  panel: null,
  language: 'en',
  monotonicMs: 18_000,
  ...more,
});

/** A code that is good for ten minutes. */
export const showingCode = (code: Partial<ShowingCode['code']> = {}): ShowingCode => ({
  type: 'showingCode',
  returnTo: { type: 'signedOut' },
  shownAt: { monotonicMs: 0, wallMs: 0, random: 0 },
  polling: {
    pace: { intervalSeconds: 5 } as ShowingCode['polling']['pace'],
    inFlight: false,
    nextPollAtMs: 20_000,
    earliestPollAtMs: 20_000,
    answered: true,
  },
  code: {
    userCode: 'PKQW-RNSJ',
    verificationUri: 'https://id.example.com/device',
    verificationUriComplete: 'https://id.example.com/device?user_code=PKQW-RNSJ',
    expiresAtMs: 600_000,
    lifetimeMs: 600_000,
    ...code,
  },
});

export const signedIn = (more: Partial<SignedIn> = {}): SignedIn => ({
  type: 'signedIn',
  account: ada,
  accounts: [ada],
  keeping: 'kept',
  connection: { type: 'online' },
  ...more,
});

export const failed = (kind: ProblemKind, more: Partial<Failed> = {}): Failed => ({
  type: 'failed',
  returnTo: { type: 'signedOut' },
  problem: { kind, code: 'a_code' },
  tries: 3,
  lastTriedAtWallMs: new Date(2019, 2, 14, 14, 7).getTime(),
  reference: 'SU-4F2K',
  ...more,
});

const stateNamed: { readonly [Name in SignInStateName]: Extract<SignInState, { type: Name }> } = {
  starting: { type: 'starting' },
  signedOut: { type: 'signedOut' },
  choosingAccount: { type: 'choosingAccount', accounts: [ada, grace] },
  requesting: { type: 'requesting', returnTo: { type: 'signedOut' }, tries: 1 },
  showingCode: showingCode(),
  approved: { type: 'approved', returnTo: { type: 'signedOut' } },
  authorized: { type: 'authorized', returnTo: { type: 'signedOut' } },
  signedIn: signedIn(),
  expired: { type: 'expired', returnTo: { type: 'signedOut' } },
  denied: { type: 'denied', returnTo: { type: 'signedOut' } },
  failed: failed('server-unreachable'),
};

/** A state that shows each screen. */
export const stateShowing: Readonly<Record<ScreenName, SignInState>> = {
  'signed-out': stateNamed.signedOut,
  requesting: stateNamed.requesting,
  'showing-code': stateNamed.showingCode,
  expired: stateNamed.expired,
  denied: stateNamed.denied,
  failed: stateNamed.failed,
  'signed-in': stateNamed.signedIn,
  authorized: stateNamed.authorized,
  'choosing-account': stateNamed.choosingAccount,
};

/** One state of each name. */
export const everyState: readonly SignInState[] = Object.values(stateNamed);
