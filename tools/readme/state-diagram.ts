import { assertNever } from '../../src/assert-never.ts';
import type { Account } from '../../src/oauth/outcome.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { initialMachine, transition } from '../../src/sign-in/machine.ts';
import { startPace } from '../../src/sign-in/schedule.ts';
import type {
  Machine,
  PollAnswer,
  Polling,
  ReturnTarget,
  ShowingCode,
  ShownCode,
  SignInEvent,
  SignInState,
  SignInStateName,
  TransientFailure,
} from '../../src/sign-in/states.ts';
import { isAttempt } from '../../src/sign-in/step.ts';
import { stateNamed } from '../../src/sign-in/testing/sample-states.ts';

const ada: Account = { id: 'ada', name: 'Ada' };
const grace: Account = { id: 'grace', name: 'Grace' };
const problem: Problem = { kind: 'server-error', code: 'http_500' };
const refusal: Problem = { kind: 'refused', code: 'policy', status: 400 };
const attempt = 1;
/** When the samples are put to the machine. */
export const sampleNowMs = 1000;

/** A code of ten minutes, issued at 0. */
const freshCode: ShownCode = {
  userCode: 'ABCD',
  verificationUri: 'https://id.example',
  expiresAtMs: 600_000,
  lifetimeMs: 600_000,
};

/** A code that took longer to arrive than it lives. */
const staleCode: ShownCode = { ...freshCode, expiresAtMs: sampleNowMs - 500 };

const polling = (inFlight: boolean): Polling => ({
  pace: startPace(5),
  inFlight,
  nextPollAtMs: 0,
  earliestPollAtMs: 0,
  answered: true,
});

/** Every state that an attempt can return to. */
const returnTargets: {
  readonly [Name in ReturnTarget['type']]: Extract<ReturnTarget, { type: Name }>;
} = {
  signedOut: { type: 'signedOut' },
  choosingAccount: { type: 'choosingAccount', accounts: [ada, grace], chosen: ada.id },
  signedIn: {
    type: 'signedIn',
    account: ada,
    accounts: [ada, grace],
    keeping: 'kept',
    connection: { type: 'online' },
  },
};

/** Varieties of states that lead elsewhere than the sample of their name. */
function varieties(returnTo: ReturnTarget): readonly SignInState[] {
  const showing = (
    expiresAtMs: number,
    inFlight: boolean,
    transientFailure?: TransientFailure,
  ): ShowingCode => ({
    ...stateNamed.showingCode,
    returnTo,
    code: { ...freshCode, expiresAtMs },
    polling: polling(inFlight),
    transientFailure,
  });
  return [
    showing(600_000, true),
    showing(600_000, true, { problem: refusal, sinceMs: 0, count: 2 }),
    showing(500, true),
    showing(500, false),
    { ...stateNamed.expired, returnTo, lastPoll: polling(true) },
    { ...returnTargets.signedIn, accounts: [ada] },
  ];
}

/** Every answer to a poll, in every variety that leads somewhere else. */
const answers: {
  readonly [Type in PollAnswer['type']]: readonly Extract<PollAnswer, { type: Type }>[];
} = {
  pending: [{ type: 'pending' }],
  'slow-down': [{ type: 'slow-down' }],
  approved: [{ type: 'approved' }],
  authorized: [{ type: 'authorized' }],
  'next-code': [freshCode, staleCode].map((code) => ({
    type: 'next-code',
    code,
    intervalSeconds: 5,
  })),
  denied: [{ type: 'denied' }],
  expired: [{ type: 'expired' }],
  'unknown-code': [{ type: 'unknown-code', problem }],
  refused: [{ type: 'refused', problem: refusal }],
  'transient-failure': [{ type: 'transient-failure', problem }],
  failed: [{ type: 'failed', problem }],
};

/** Every event, in every variety that leads somewhere else. */
export const sampleEvents: {
  readonly [Type in SignInEvent['type']]: readonly Extract<SignInEvent, { type: Type }>[];
} = {
  signInRequested: [{ type: 'signInRequested' }],
  cancelled: [{ type: 'cancelled' }],
  signOutRequested: [{ type: 'signOutRequested' }],
  signOutAllRequested: [{ type: 'signOutAllRequested' }],
  wipeRequested: [{ type: 'wipeRequested' }],
  restoreRequested: [{ type: 'restoreRequested' }],
  chooseAccountRequested: [{ type: 'chooseAccountRequested' }],
  accountChosen: [{ type: 'accountChosen', accountId: 'ada' }],
  codeIssued: [freshCode, staleCode].map((code) => ({
    type: 'codeIssued',
    attempt,
    code,
    intervalSeconds: 5,
  })),
  requestFailed: [{ type: 'requestFailed', attempt, problem }],
  waitEnded: [{ type: 'waitEnded', attempt }],
  pollAnswered: Object.values(answers)
    .flat()
    .map((answer) => ({ type: 'pollAnswered', attempt, answer })),
  completed: [[ada], [ada, grace]].map((accounts) => ({
    type: 'completed',
    attempt,
    account: ada,
    accounts,
    keeping: 'kept',
  })),
  completionFailed: [{ type: 'completionFailed', attempt, problem }],
  accountsFound: [
    { type: 'accountsFound', accounts: [] },
    { type: 'accountsFound', accounts: [ada] },
    { type: 'accountsFound', accounts: [ada, grace] },
  ],
  sessionOpened: [[ada], [ada, grace]].map((accounts) => ({
    type: 'sessionOpened',
    account: ada,
    accounts,
    keeping: 'kept',
  })),
  sessionEnded: [
    { type: 'sessionEnded', accountId: 'ada', accounts: [] },
    { type: 'sessionEnded', accountId: 'ada', accounts: [grace] },
  ],
  connectionChanged: [{ type: 'connectionChanged', connection: { type: 'offline', problem } }],
  signOutAnswered: [{ type: 'signOutAnswered', answer: 'revoked' }],
  wiped: [{ type: 'wiped', answer: 'revoked' }],
  suspended: [{ type: 'suspended' }],
  resumed: [{ type: 'resumed' }],
};

/** One way from a state to another. */
export interface Edge {
  from: SignInStateName;
  to: SignInStateName;
  label: string;
}

/**
 * The event with its attempt and the code in it set anew: for a machine that stands elsewhere.
 *
 * @param ms added to the times of the samples, which lie around `sampleNowMs`
 */
export function eventAt(event: SignInEvent, attempt: number, ms: number): SignInEvent {
  const later = (code: ShownCode): ShownCode => ({ ...code, expiresAtMs: code.expiresAtMs + ms });
  switch (event.type) {
    case 'codeIssued':
      return { ...event, attempt, code: later(event.code) };
    case 'pollAnswered': {
      const { answer } = event;
      return answer.type === 'next-code'
        ? { ...event, attempt, answer: { ...answer, code: later(answer.code) } }
        : { ...event, attempt };
    }
    case 'requestFailed':
    case 'waitEnded':
    case 'completed':
    case 'completionFailed':
      return { ...event, attempt };
    case 'signInRequested':
    case 'cancelled':
    case 'signOutRequested':
    case 'signOutAllRequested':
    case 'wipeRequested':
    case 'chooseAccountRequested':
    case 'restoreRequested':
    case 'accountChosen':
    case 'accountsFound':
    case 'sessionOpened':
    case 'sessionEnded':
    case 'connectionChanged':
    case 'signOutAnswered':
    case 'wiped':
    case 'suspended':
    case 'resumed':
      return event;
    default:
      return assertNever(event);
  }
}

/** An edge as text, to compare edges by. */
export const edgeText = ({ from, to, label }: Edge): string => `${from} --> ${to} : ${label}`;

/** How an event is called in the diagram. */
export const labelOf = (event: SignInEvent): string =>
  event.type === 'pollAnswered' ? `poll answered ${event.answer.type}` : event.type;

function sampleMachines(): Machine[] {
  const attempts = Object.values(stateNamed).filter(isAttempt);
  const targets = Object.values(returnTargets);
  const states: readonly SignInState[] = [
    stateNamed.starting,
    ...targets,
    ...targets.flatMap((returnTo) => [
      ...attempts.map((state) => ({ ...state, returnTo })),
      ...varieties(returnTo),
    ]),
  ];
  return states.map((state) => ({ ...initialMachine, state, attempt }));
}

/** Every edge of the machine: each event put to each sample of each state. */
export function machineEdges(): Edge[] {
  const edges = new Map<string, Edge>();
  for (const machine of sampleMachines()) {
    for (const event of Object.values(sampleEvents).flat()) {
      const now = { monotonicMs: sampleNowMs, wallMs: sampleNowMs, random: 0 };
      const from = machine.state.type;
      const to = transition(machine, event, now).machine.state.type;
      const edge: Edge = { from, to, label: labelOf(event) };
      if (from !== to) edges.set(edgeText(edge), edge);
    }
  }
  return [...edges.values()];
}

/** Names of groups in the diagram: the states an attempt returns to, and those of an attempt. */
const groups = { returnTarget: 'Where an attempt begins', attempt: 'An attempt' } as const;

const returnNames = Object.keys(returnTargets) as ReturnTarget['type'][];

/** States of an attempt in their composite; Mermaid draws no edge from one composite into another. */
const attemptNames = Object.values(stateNamed)
  .filter(isAttempt)
  .map(({ type }) => type)
  .filter((name) => name !== 'approved');

/** Edges that all members of a group share, drawn once; a name of a group stands for its members. */
const sharedEdges: readonly { from: string; to: string; label: string; drawn: string }[] = [
  {
    from: 'returnTarget',
    to: 'requesting',
    label: 'signInRequested',
    drawn: 'returnTarget --> attempt : signInRequested',
  },
  {
    from: 'attempt',
    to: 'returnTarget',
    label: 'cancelled',
    drawn: 'attempt --> returnTarget : cancelled',
  },
  {
    from: 'approved',
    to: 'returnTarget',
    label: 'cancelled',
    drawn: 'approved --> returnTarget : cancelled',
  },
];

const membersOf = (name: string): readonly string[] =>
  name === 'returnTarget' ? returnNames : name === 'attempt' ? attemptNames : [name];

const expanded = ({ from, to, label }: { from: string; to: string; label: string }): string[] =>
  membersOf(from).flatMap((one) => membersOf(to).map((other) => `${one} --> ${other} : ${label}`));

/**
 * The diagram of the sign-in, derived from the machine.
 *
 * @returns a Mermaid state diagram
 */
export function stateDiagram(): string {
  const left = new Map(machineEdges().map((edge) => [edgeText(edge), edge]));
  const shared = sharedEdges.filter((edge) => expanded(edge).every((text) => left.has(text)));
  for (const text of shared.flatMap(expanded)) left.delete(text);
  const labels = new Map<string, { from: string; to: string; labels: string[] }>();
  for (const { from, to, label } of left.values()) {
    const line = labels.get(`${from} ${to}`) ?? { from, to, labels: [] };
    labels.set(`${from} ${to}`, { ...line, labels: [...line.labels, label] });
  }
  const lines = (inside: (from: string, to: string) => boolean, indent: string) =>
    [...labels.values()]
      .filter(({ from, to }) => inside(from, to))
      .map((line) => `${indent}${line.from} --> ${line.to} : ${line.labels.join(', ')}`);
  const within =
    (names: readonly string[]) =>
    (from: string, to: string): boolean =>
      names.includes(from) && names.includes(to);
  return [
    'stateDiagram-v2',
    `  state "${groups.returnTarget}" as returnTarget {`,
    ...lines(within(returnNames), '    '),
    '  }',
    `  state "${groups.attempt}" as attempt {`,
    '    [*] --> requesting',
    ...lines(within(attemptNames), '    '),
    '  }',
    '  [*] --> starting',
    ...shared.map((edge) => `  ${edge.drawn}`),
    ...lines((from, to) => !within(returnNames)(from, to) && !within(attemptNames)(from, to), '  '),
  ].join('\n');
}

/**
 * Reads the edges of a diagram.
 *
 * @param readme a text with one Mermaid diagram in it
 * @returns each edge as `edgeText` writes it; an edge of a group once for each of its members
 */
export function drawnEdges(readme: string): string[] {
  const diagram = /```mermaid\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? '';
  return diagram.split('\n').flatMap((line) => {
    const [, from, to, labels] = /^ *([\w*[\]]+) --> (\w+)(?: : (.*))?$/.exec(line) ?? [];
    if (from === undefined || to === undefined || from === '[*]') return [];
    const target = to === 'attempt' ? 'requesting' : to;
    return (labels ?? '').split(', ').flatMap((label) => expanded({ from, to: target, label }));
  });
}
