import type { Account } from '../../src/oauth/outcome.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { transition } from '../../src/sign-in/machine.ts';
import { startPace } from '../../src/sign-in/schedule.ts';
import type {
  PollAnswer,
  ShownCode,
  SignInEvent,
  SignInState,
  SignInStateName,
} from '../../src/sign-in/states.ts';

const account: Account = { id: 'ada', name: 'Ada' };
const other: Account = { id: 'grace', name: 'Grace' };
const problem: Problem = { kind: 'server-error', code: 'http_500' };
const returnTo = { type: 'signedOut' } as const;
const now = { monotonicMs: 1000, wallMs: 1000, random: 0 };
const moment = { monotonicMs: 0, wallMs: 0, random: 0 };
const code: ShownCode = {
  userCode: 'ABCD',
  verificationUri: 'https://id.example',
  expiresAtMs: 600_000,
  lifetimeMs: 600_000,
};
const polling = { pace: startPace(5), inFlight: true, nextPollAtMs: 0, earliestPollAtMs: 0 };

const showing = (expiresAtMs: number): SignInState => ({
  type: 'showingCode',
  returnTo,
  code: { ...code, expiresAtMs },
  polling,
  shownAt: moment,
});

/** Every state, in every variety that leads somewhere else. */
const samples: { [Name in SignInStateName]: readonly SignInState[] } = {
  starting: [{ type: 'starting' }],
  signedOut: [{ type: 'signedOut' }],
  choosingAccount: [{ type: 'choosingAccount', accounts: [account, other], chosen: account.id }],
  requesting: [{ type: 'requesting', returnTo, tries: 1 }],
  showingCode: [showing(600_000), showing(500)],
  approved: [{ type: 'approved', returnTo }],
  authorized: [{ type: 'authorized', returnTo }],
  signedIn: [
    { type: 'signedIn', account, accounts: [account], kept: true, offline: false },
    { type: 'signedIn', account, accounts: [account, other], kept: true, offline: false },
  ],
  expired: [{ type: 'expired', returnTo, lastPoll: polling }],
  denied: [{ type: 'denied', returnTo }],
  failed: [
    { type: 'failed', returnTo, problem, tries: 1, lastTriedAtWallMs: 0, reference: 'SE-2222' },
  ],
};

const attempt = 1;
const answers: readonly PollAnswer[] = [
  { type: 'pending' },
  { type: 'slow-down' },
  { type: 'transient-failure', problem },
  { type: 'approved' },
  { type: 'authorized' },
  { type: 'denied' },
  { type: 'expired' },
  { type: 'unknown-code', problem },
  { type: 'failed', problem },
];

const events: readonly SignInEvent[] = [
  { type: 'signInRequested' },
  { type: 'cancelled' },
  { type: 'signOutRequested' },
  { type: 'signOutAllRequested' },
  { type: 'chooseAccountRequested' },
  { type: 'accountChosen', accountId: 'ada' },
  { type: 'codeIssued', attempt, code, intervalSeconds: 5 },
  { type: 'requestFailed', attempt, problem },
  { type: 'waitEnded', attempt },
  ...answers.map((answer): SignInEvent => ({ type: 'pollAnswered', attempt, answer })),
  { type: 'completed', attempt, account, accounts: [account], kept: true },
  { type: 'completionFailed', attempt, problem },
  { type: 'accountsFound', accounts: [] },
  { type: 'accountsFound', accounts: [account, other] },
  { type: 'sessionOpened', account, accounts: [account], kept: true },
  { type: 'sessionEnded', accountId: 'ada', accounts: [] },
  { type: 'sessionEnded', accountId: 'ada', accounts: [other] },
  { type: 'connectionChanged', offline: true },
  { type: 'suspended' },
  { type: 'resumed' },
];

const labelOf = (event: SignInEvent): string =>
  event.type === 'pollAnswered' ? `poll answered ${event.answer.type}` : event.type;

/**
 * The diagram of the sign-in, found by putting every event to every state of the machine.
 *
 * @returns a Mermaid state diagram
 */
export function stateDiagram(): string {
  const edges = new Map<string, Set<string>>();
  for (const name of Object.keys(samples) as SignInStateName[]) {
    for (const state of samples[name]) {
      for (const event of events) {
        const next = transition({ state, attempt, suspended: false }, event, now).machine.state
          .type;
        if (next === name) continue;
        const edge = `${name} --> ${next}`;
        edges.set(edge, (edges.get(edge) ?? new Set()).add(labelOf(event)));
      }
    }
  }
  const lines = [...edges].map(([edge, labels]) => `  ${edge} : ${[...labels].join(', ')}`);
  return ['stateDiagram-v2', '  [*] --> starting', ...lines].join('\n');
}
