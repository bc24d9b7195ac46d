import { transition } from '../../src/device-grant/machine.ts';
import type { Account } from '../../src/device-grant/outcome.ts';
import type { Problem } from '../../src/device-grant/problem.ts';
import { startPace } from '../../src/device-grant/schedule.ts';
import type {
  PollAnswer,
  ShownCode,
  SignInEvent,
  SignInState,
  SignInStateName,
} from '../../src/device-grant/states.ts';

const account: Account = { id: 'ada', name: 'Ada' };
const other: Account = { id: 'grace', name: 'Grace' };
const problem: Problem = { kind: 'server-error', code: 'http_500' };
const behind = { name: 'signedOut' } as const;
const now = { monotonicMs: 1000, wallMs: 1000, random: 0 };
const moment = { monotonicMs: 0, wallMs: 0, random: 0 };
const code: ShownCode = {
  userCode: 'ABCD',
  verificationUri: 'https://id.example',
  expiresAtMs: 600_000,
  lifetimeMs: 600_000,
};
const polling = { pace: startPace(5), asking: true, nextPollAtMs: 0, earliestPollAtMs: 0 };

const showing = (expiresAtMs: number): SignInState => ({
  name: 'showingCode',
  behind,
  code: { ...code, expiresAtMs },
  polling,
  shownAt: moment,
});

/** Every state, in every variety that leads somewhere else. */
const samples: { [Name in SignInStateName]: readonly SignInState[] } = {
  starting: [{ name: 'starting' }],
  signedOut: [{ name: 'signedOut' }],
  choosingAccount: [{ name: 'choosingAccount', accounts: [account, other], chosen: account.id }],
  requesting: [{ name: 'requesting', behind, tries: 1 }],
  showingCode: [showing(600_000), showing(500)],
  approved: [{ name: 'approved', behind }],
  authorised: [{ name: 'authorised', behind }],
  signedIn: [
    { name: 'signedIn', account, accounts: [account], kept: true, offline: false },
    { name: 'signedIn', account, accounts: [account, other], kept: true, offline: false },
  ],
  expired: [{ name: 'expired', behind, lastPoll: polling }],
  denied: [{ name: 'denied', behind }],
  failed: [
    { name: 'failed', behind, problem, tries: 1, lastTriedAtWallMs: 0, reference: 'SE-2222' },
  ],
};

const attempt = 1;
const answers: readonly PollAnswer[] = [
  { outcome: 'pending' },
  { outcome: 'slow-down' },
  { outcome: 'troubled', problem },
  { outcome: 'approved' },
  { outcome: 'authorised' },
  { outcome: 'denied' },
  { outcome: 'expired' },
  { outcome: 'dead-code', problem },
  { outcome: 'failed', problem },
];

const events: readonly SignInEvent[] = [
  { event: 'signInRequested' },
  { event: 'cancelled' },
  { event: 'signOutRequested' },
  { event: 'signOutAllRequested' },
  { event: 'chooseAccountRequested' },
  { event: 'accountChosen', accountId: 'ada' },
  { event: 'codeIssued', attempt, code, intervalSeconds: 5 },
  { event: 'requestFailed', attempt, problem },
  { event: 'waitEnded', attempt },
  ...answers.map((answer): SignInEvent => ({ event: 'pollAnswered', attempt, answer })),
  { event: 'completed', attempt, account, accounts: [account], kept: true },
  { event: 'completionFailed', attempt, problem },
  { event: 'accountsFound', accounts: [] },
  { event: 'accountsFound', accounts: [account, other] },
  { event: 'sessionOpened', account, accounts: [account], kept: true },
  { event: 'sessionEnded', accountId: 'ada', accounts: [] },
  { event: 'sessionEnded', accountId: 'ada', accounts: [other] },
  { event: 'connectionChanged', offline: true },
  { event: 'suspended' },
  { event: 'resumed' },
];

const labelOf = (event: SignInEvent): string =>
  event.event === 'pollAnswered' ? `poll answered ${event.answer.outcome}` : event.event;

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
          .name;
        if (next === name) continue;
        const edge = `${name} --> ${next}`;
        edges.set(edge, (edges.get(edge) ?? new Set()).add(labelOf(event)));
      }
    }
  }
  const lines = [...edges].map(([edge, labels]) => `  ${edge} : ${[...labels].join(', ')}`);
  return ['stateDiagram-v2', '  [*] --> starting', ...lines].join('\n');
}
