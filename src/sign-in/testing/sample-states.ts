import type { ProblemKind } from '../../oauth/problem';
import { startPace } from '../schedule';
import type { Failed, ShowingCode, SignedIn, SignInState, SignInStateName } from '../states';

export const ada = { id: 'subject-1', name: 'Ada', email: 'ada@example.com' };
export const grace = { id: 'subject-2', name: 'Grace Hopper', email: 'grace@example.com' };

/** A code that is good for ten minutes. */
export const showingCode = (code: Partial<ShowingCode['code']> = {}): ShowingCode => ({
  type: 'showingCode',
  returnTo: { type: 'signedOut' },
  shownAt: { monotonicMs: 0, wallMs: 0, random: 0 },
  polling: {
    pace: startPace(5),
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

/** An account on the screen. */
export const signedIn = (more: Partial<SignedIn> = {}): SignedIn => ({
  type: 'signedIn',
  account: ada,
  accounts: [ada],
  keeping: 'kept',
  connection: { type: 'online' },
  ...more,
});

/** A failure of some kind, after three tries. */
export const failed = (kind: ProblemKind, more: Partial<Failed> = {}): Failed => ({
  type: 'failed',
  returnTo: { type: 'signedOut' },
  problem: { kind, code: 'a_code' },
  tries: 3,
  lastTriedAtWallMs: new Date(2019, 2, 14, 14, 7).getTime(),
  reference: 'SU-4F2K',
  ...more,
});

/** One state of each name. */
export const stateNamed: {
  readonly [Name in SignInStateName]: Extract<SignInState, { type: Name }>;
} = {
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
