import { describe, expect, it } from 'vitest';
import type { Account } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { initialMachine, transition } from './machine';
import type { Command, Machine, Moment, ShownCode, SignInEvent } from './states';
import { isAttempt } from './step';
import { stateNamed } from './testing/sample-states';

const offline = {
  type: 'offline',
  problem: { kind: 'server-unreachable', code: 'unreachable' },
} as const;
const ada: Account = { id: 'ada', name: 'Ada' };
const grace: Account = { id: 'grace', name: 'Grace' };
const problem: Problem = { kind: 'server-unreachable', code: 'unreachable' };
const at = (seconds: number, wallSeconds = seconds): Moment => ({
  monotonicMs: seconds * 1000,
  wallMs: wallSeconds * 1000,
  random: 0,
});
const code: ShownCode = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://id.example/device',
  expiresAtMs: 600_000,
  lifetimeMs: 600_000,
};

function inWords(command: Command): string {
  switch (command.type) {
    case 'wait':
      return `wait until ${command.untilMs / 1000}`;
    case 'openSession':
    case 'signOut':
    case 'wipe':
    case 'restore':
      return command.type;
    default:
      return `${command.type} ${command.attempt}`;
  }
}

/** Applies events one after another, each at its own second. */
function run(events: readonly (readonly [number, SignInEvent])[], from: Machine = initialMachine) {
  let machine = from;
  const commands: string[] = [];
  for (const [seconds, event] of events) {
    const step = transition(machine, event, at(seconds));
    machine = step.machine;
    commands.push(...step.commands.map(inWords));
  }
  return { machine, state: machine.state, commands };
}

const started: readonly (readonly [number, SignInEvent])[] = [
  [0, { type: 'accountsFound', accounts: [] }],
  [0, { type: 'signInRequested' }],
];
const showing: typeof started = [
  ...started,
  [0, { type: 'codeIssued', attempt: 1, code, intervalSeconds: 5 }],
];

const polling: typeof started = [...showing, [5.5, { type: 'waitEnded', attempt: 1 }]];

describe('the sign-in machine from the start to a code', () => {
  it('requests no code until the viewer presses "Sign in" (RFC 8628 §3.1)', () => {
    expect(run(started.slice(0, 1))).toMatchObject({ state: { type: 'signedOut' }, commands: [] });
  });

  it('opens the only kept account without a key press', () => {
    expect(run([[0, { type: 'accountsFound', accounts: [ada] }]]).commands).toEqual([
      'openSession',
    ]);
  });

  it('asks who is watching when several accounts are kept', () => {
    const { state } = run([[0, { type: 'accountsFound', accounts: [ada, grace] }]]);
    expect(state).toEqual({ type: 'choosingAccount', accounts: [ada, grace] });
  });

  it('waits one interval before the first poll', () => {
    expect(run(showing).commands).toEqual(['abandon 0', 'requestCode 1', 'wait until 5.5']);
  });

  it('does not start a second attempt when the key is pressed twice', () => {
    expect(run([...started, [0, { type: 'signInRequested' }]]).commands).toEqual([
      'abandon 0',
      'requestCode 1',
    ]);
  });

  it('shows no code that has expired before it arrives', () => {
    const { state } = run([
      ...started,
      [
        1,
        { type: 'codeIssued', attempt: 1, code: { ...code, expiresAtMs: 0 }, intervalSeconds: 5 },
      ],
    ]);
    expect(state.type).toBe('expired');
  });

  it('counts tries in a row and waits for Retry-After before the next', () => {
    const busy: Problem = { kind: 'server-busy', code: 'http_503', retryAfterSeconds: 30 };
    const failed = run([...started, [1, { type: 'requestFailed', attempt: 1, problem: busy }]]);
    expect(failed.state).toMatchObject({ type: 'failed', tries: 1, reference: 'SB-2222' });
    const again = run([[2, { type: 'signInRequested' }]], failed.machine);
    expect(again.state).toMatchObject({ type: 'requesting', tries: 2, waitsUntilMs: 31_000 });
    expect(again.commands).toEqual(['abandon 1', 'wait until 31']);
    expect(run([[31, { type: 'waitEnded', attempt: 2 }]], again.machine).commands).toEqual([
      'requestCode 2',
    ]);
  });

  it('waits for Retry-After also when the viewer went back to the first screen', () => {
    const busy: Problem = { kind: 'server-busy', code: 'http_429', retryAfterSeconds: 600 };
    const { state, commands } = run([
      ...started,
      [1, { type: 'requestFailed', attempt: 1, problem: busy }],
      [2, { type: 'cancelled' }],
      [3, { type: 'signInRequested' }],
    ]);
    expect(state).toMatchObject({ type: 'requesting', tries: 1, waitsUntilMs: 601_000 });
    expect(commands.slice(-1)).toEqual(['wait until 601']);
  });
});

describe('the sign-in machine while a code shows', () => {
  it('polls when the wait is over, and only then', () => {
    expect(run(polling).commands.slice(3)).toEqual(['poll 1', 'wait until 600']);
    expect(run([...showing, [5, { type: 'waitEnded', attempt: 1 }]]).commands.slice(3)).toEqual([
      'wait until 5.5',
    ]);
  });

  it('counts the next wait from the end of the reply', () => {
    const { commands } = run([
      ...polling,
      [9, { type: 'pollAnswered', attempt: 1, answer: { type: 'pending' } }],
    ]);
    expect(commands[commands.length - 1]).toBe('wait until 14.5');
  });

  it('reports a failed poll until the next good answer', () => {
    const failing = run([
      ...polling,
      [6, { type: 'pollAnswered', attempt: 1, answer: { type: 'transient-failure', problem } }],
    ]);
    expect(failing.state).toMatchObject({
      type: 'showingCode',
      transientFailure: { problem, sinceMs: 6000, count: 1 },
    });
    const well = run(
      [
        [16, { type: 'waitEnded', attempt: 1 }],
        [17, { type: 'pollAnswered', attempt: 1, answer: { type: 'pending' } }],
      ],
      failing.machine,
    );
    expect(well.state).toMatchObject({ type: 'showingCode', transientFailure: undefined });
  });

  it.each([
    ['denied', { type: 'denied' }, 'denied'],
    ['expired', { type: 'expired' }, 'expired'],
    ['an unknown code before its expiry', { type: 'unknown-code', problem }, 'failed'],
    ['a refusal', { type: 'failed', problem }, 'failed'],
    ['an approval', { type: 'approved' }, 'approved'],
  ] as const)('a code that shows ends on %s', (_case, answer, name) => {
    const { state } = run([...polling, [6, { type: 'pollAnswered', attempt: 1, answer }]]);
    expect(state.type).toBe(name);
  });

  it('takes an expired code off the screen and polls one last time', () => {
    const over = run([...showing, [600, { type: 'waitEnded', attempt: 1 }]]);
    expect(over.state).toMatchObject({ type: 'expired', lastPoll: { inFlight: true } });
    const late = run(
      [[601, { type: 'pollAnswered', attempt: 1, answer: { type: 'approved' } }]],
      over.machine,
    );
    expect(late.state.type).toBe('approved');
    const none = run(
      [[601, { type: 'pollAnswered', attempt: 1, answer: { type: 'pending' } }]],
      over.machine,
    );
    expect(none.state).toEqual({ type: 'expired', returnTo: { type: 'signedOut' } });
  });

  it('polls once more when the poll in flight at the expiry was sent before it', () => {
    const over = run([
      ...showing,
      [590, { type: 'waitEnded', attempt: 1 }],
      [600, { type: 'waitEnded', attempt: 1 }],
      [604, { type: 'pollAnswered', attempt: 1, answer: { type: 'transient-failure', problem } }],
    ]);
    expect(over.state.type).toBe('expired');
    expect(over.commands.slice(-1)).toEqual(['wait until 609.5']);
    const last = run([[609.5, { type: 'waitEnded', attempt: 1 }]], over.machine);
    expect(last.commands).toEqual(['poll 1']);
    const answer = (type: 'approved' | 'pending') =>
      run([[610, { type: 'pollAnswered', attempt: 1, answer: { type } }]], last.machine).state;
    expect(answer('approved').type).toBe('approved');
    expect(answer('pending')).toEqual({ type: 'expired', returnTo: { type: 'signedOut' } });
  });

  it('keeps the interval before the last poll, too', () => {
    const late = run([
      ...polling,
      [598, { type: 'pollAnswered', attempt: 1, answer: { type: 'pending' } }],
      [600, { type: 'waitEnded', attempt: 1 }],
    ]);
    expect(late.state.type).toBe('expired');
    expect(late.commands[late.commands.length - 1]).toBe('wait until 603.5');
    expect(run([[603.5, { type: 'waitEnded', attempt: 1 }]], late.machine).commands).toEqual([
      'poll 1',
    ]);
  });

  it('ignores the answers of an attempt that is over', () => {
    const { state } = run([
      ...polling,
      [6, { type: 'cancelled' }],
      [7, { type: 'pollAnswered', attempt: 1, answer: { type: 'approved' } }],
    ]);
    expect(state).toEqual({ type: 'signedOut', notice: 'cancelled' });
    const second = run([
      ...polling,
      [6, { type: 'cancelled' }],
      [7, { type: 'signInRequested' }],
      [8, { type: 'requestFailed', attempt: 1, problem }],
    ]);
    expect(second.state.type).toBe('requesting');
  });
});

describe('the sign-in machine while the TV sleeps', () => {
  const asleep: typeof started = [...showing, [2, { type: 'suspended' }]];

  it('the machine does not poll while the TV sleeps', () => {
    const later = run([...asleep, [6, { type: 'waitEnded', attempt: 1 }]]);
    expect(later.commands.slice(3)).toEqual(['wait until 600', 'wait until 600']);
  });

  it('takes a code off the screen when it expires while the TV sleeps', () => {
    const over = run([...asleep, [600, { type: 'waitEnded', attempt: 1 }]]);
    expect(over.state.type).toBe('expired');
  });

  it('polls at once on waking when a poll is due', () => {
    expect(run([...asleep, [60, { type: 'resumed' }]]).commands.slice(4)).toEqual([
      'poll 1',
      'wait until 600',
    ]);
  });

  it('wakes to "expired" when the time is over by the monotonic clock', () => {
    expect(run([...asleep, [700, { type: 'resumed' }]]).state.type).toBe('expired');
  });

  it.each([
    ['an hour', 3600],
    ['ten years', 315_360_000],
    ['a day back', -86_400],
  ])(
    'keeps a live code when the wall clock jumped by %s meanwhile, and asks the server',
    (_jump, seconds) => {
      const { machine } = run(asleep);
      const woken = transition(machine, { type: 'resumed' }, at(7, 7 + seconds));
      expect(woken.machine.state.type).toBe('showingCode');
      expect(woken.commands).toContainEqual({ type: 'poll', attempt: 1 });
    },
  );

  it('shows "expired" after a standby in which the monotonic clock stood still', () => {
    const { machine } = run(asleep);
    const woken = transition(machine, { type: 'resumed' }, at(6, 10_800)).machine;
    const answer = (type: 'unknown-code' | 'expired') =>
      transition(
        woken,
        {
          type: 'pollAnswered',
          attempt: 1,
          answer: type === 'expired' ? { type } : { type, problem },
        },
        at(7, 10_801),
      ).machine.state.type;
    expect(answer('expired')).toBe('expired');
    expect(answer('unknown-code')).toBe('expired');
  });

  it('believes no standby of years: a code unknown to the server was used or refused', () => {
    const { machine } = run(polling);
    const unknown = transition(
      machine,
      { type: 'pollAnswered', attempt: 1, answer: { type: 'unknown-code', problem } },
      at(7, 315_360_000),
    );
    expect(unknown.machine.state).toMatchObject({ type: 'failed', problem });
  });

  it('keeps a live code when the wall clock is set right while awake', () => {
    const { machine } = run(showing);
    const asked = transition(machine, { type: 'waitEnded', attempt: 1 }, at(6, 1e9)).machine;
    const answered = transition(
      asked,
      { type: 'pollAnswered', attempt: 1, answer: { type: 'pending' } },
      at(7, 1e9),
    );
    expect(answered.machine.state.type).toBe('showingCode');
  });

  it('keeps a live code when the clock was set right and a poll failed', () => {
    const { machine } = run(showing);
    const asked = transition(machine, { type: 'waitEnded', attempt: 1 }, at(6, 1e9)).machine;
    const failed = transition(
      asked,
      { type: 'pollAnswered', attempt: 1, answer: { type: 'transient-failure', problem } },
      at(7, 1e9),
    );
    expect(failed.machine.state).toMatchObject({
      type: 'showingCode',
      polling: { inFlight: false },
    });
    expect(failed.commands).toEqual([{ type: 'wait', attempt: 1, untilMs: 17_000 }]);
  });

  it('does not poll for a code that arrives meanwhile until the TV wakes', () => {
    const arrived = run([
      ...started,
      [1, { type: 'suspended' }],
      [2, { type: 'codeIssued', attempt: 1, code, intervalSeconds: 5 }],
    ]);
    expect(arrived.commands.slice(-1)).toEqual(['wait until 600']);
    expect(run([[60, { type: 'resumed' }]], arrived.machine).commands).toEqual([
      'poll 1',
      'wait until 600',
    ]);
  });
});

describe('the sign-in machine after approval', () => {
  const approved: typeof started = [
    ...showing,
    [5.5, { type: 'waitEnded', attempt: 1 }],
    [6, { type: 'pollAnswered', attempt: 1, answer: { type: 'approved' } }],
  ];

  it('completes the session and says who signed in', () => {
    const { state, commands } = run([
      ...approved,
      [7, { type: 'completed', attempt: 1, account: ada, accounts: [ada], keeping: 'kept' }],
    ]);
    expect(commands).toContain('complete 1');
    expect(state).toEqual({
      type: 'signedIn',
      account: ada,
      accounts: [ada],
      keeping: 'kept',
      connection: { type: 'online' },
    });
  });

  it('shows a failure when the session cannot be made', () => {
    const { state } = run([
      ...approved,
      [7, { type: 'completionFailed', attempt: 1, problem: { kind: 'not-completed', code: 'x' } }],
    ]);
    expect(state).toMatchObject({ type: 'failed', problem: { kind: 'not-completed' } });
  });
});

describe('the sign-in machine while an account is signed in', () => {
  const signedIn: typeof started = [
    [0, { type: 'accountsFound', accounts: [ada] }],
    [0, { type: 'sessionOpened', account: ada, accounts: [ada, grace], keeping: 'kept' }],
  ];

  it('stays signed in when the network is lost', () => {
    const { state } = run([...signedIn, [1, { type: 'connectionChanged', connection: offline }]]);
    expect(state).toMatchObject({ type: 'signedIn', connection: offline });
  });

  it('remembers a lost network while another person signs in', () => {
    const { state } = run([
      ...signedIn,
      [1, { type: 'signInRequested' }],
      [2, { type: 'connectionChanged', connection: offline }],
      [3, { type: 'cancelled' }],
    ]);
    expect(state).toMatchObject({ type: 'signedIn', connection: offline });
  });

  it('opens an account that slow storage reports late', () => {
    const { commands } = run([
      [0, { type: 'accountsFound', accounts: [] }],
      [5, { type: 'accountsFound', accounts: [ada] }],
    ]);
    expect(commands).toEqual(['openSession']);
  });

  it('says that the session has ended when the grant is gone', () => {
    const { state } = run([
      ...signedIn,
      [1, { type: 'sessionEnded', accountId: 'ada', accounts: [] }],
    ]);
    expect(state).toEqual({ type: 'signedOut', notice: 'session-ended' });
  });

  it('stays signed in when another account\u2019s session ends', () => {
    const { state } = run([
      ...signedIn,
      [1, { type: 'sessionEnded', accountId: 'grace', accounts: [ada] }],
    ]);
    expect(state).toMatchObject({ type: 'signedIn', account: ada, accounts: [ada] });
  });

  it('stays signed in when another account\u2019s session ends during a further sign-in', () => {
    const { state } = run([
      ...signedIn,
      [1, { type: 'signInRequested' }],
      [2, { type: 'sessionEnded', accountId: 'grace', accounts: [ada] }],
      [3, { type: 'cancelled' }],
    ]);
    expect(state).toMatchObject({ type: 'signedIn', account: ada, accounts: [ada] });
  });

  it('learns a name during a further sign-in, and then signs out the right account', () => {
    const nameless: Account = { id: 'viewer', name: '' };
    const { machine } = run([
      [0, { type: 'accountsFound', accounts: [nameless] }],
      [0, { type: 'sessionOpened', account: nameless, accounts: [nameless], keeping: 'kept' }],
      [1, { type: 'signInRequested' }],
      [2, { type: 'sessionOpened', account: ada, accounts: [ada], keeping: 'kept' }],
      [3, { type: 'cancelled' }],
    ]);
    expect(transition(machine, { type: 'signOutRequested' }, at(4)).commands).toEqual([
      { type: 'signOut', accountIds: ['ada'] },
    ]);
  });

  it('leaves "Who\u2019s watching?" only for the account that was chosen', () => {
    const choosing = run([...signedIn, [1, { type: 'chooseAccountRequested' }]]);
    const news: SignInEvent = {
      type: 'sessionOpened',
      account: ada,
      accounts: [ada, grace],
      keeping: 'storage-failed',
    };
    expect(run([[2, news]], choosing.machine).state.type).toBe('choosingAccount');
    const chosen = run(
      [
        [2, { type: 'accountChosen', accountId: 'grace' }],
        [3, { ...news, account: grace }],
      ],
      choosing.machine,
    );
    expect(chosen.state).toMatchObject({ type: 'signedIn', account: grace });
  });

  it('asks who is watching after one of several accounts has signed out', () => {
    const { state, commands } = run([...signedIn, [1, { type: 'signOutRequested' }]]);
    expect(state).toEqual({ type: 'choosingAccount', accounts: [grace] });
    expect(commands).toContain('signOut');
  });

  it('returns to the signed-in account when a further sign-in is cancelled', () => {
    const { state } = run([
      ...signedIn,
      [1, { type: 'signInRequested' }],
      [2, { type: 'cancelled' }],
    ]);
    expect(state).toMatchObject({ type: 'signedIn', account: ada });
  });
});

describe('every state of an attempt', () => {
  const attempts = Object.values(stateNamed).filter(isAttempt);

  it.each(attempts.map((state) => [state.type, state] as const))(
    'Back leaves the attempt from the state %s',
    (_name, state) => {
      const step = transition(
        { state, attempt: 1, suspended: false },
        { type: 'cancelled' },
        at(1),
      );
      expect(step.machine.state.type).toBe('signedOut');
    },
  );
});

describe('an approval that gives this app no token', () => {
  const polled: typeof started = [...showing, [5.5, { type: 'waitEnded', attempt: 1 }]];
  const authorized: typeof started = [
    ...polled,
    [6, { type: 'pollAnswered', attempt: 1, answer: { type: 'authorized' } }],
  ];

  it('an approval without a token leads to "authorized", without a session', () => {
    const { state, commands } = run(authorized);
    expect(state).toEqual({ type: 'authorized', returnTo: { type: 'signedOut' } });
    expect(commands[commands.length - 1]).toBe('abandon 1');
  });

  it('an approval without a token returns to where the attempt began', () => {
    expect(run([...authorized, [7, { type: 'cancelled' }]]).state).toEqual({ type: 'signedOut' });
    expect(run([...authorized, [7, { type: 'signInRequested' }]]).state.type).toBe('requesting');
  });

  it('an approval may need a second code, which has its own lifetime and interval', () => {
    const second: ShownCode = {
      ...code,
      userCode: 'SECOND',
      expiresAtMs: 906_000,
      lifetimeMs: 900_000,
    };
    const { state, commands } = run([
      ...polled,
      [
        6,
        {
          type: 'pollAnswered',
          attempt: 1,
          answer: { type: 'next-code', code: second, intervalSeconds: 10 },
        },
      ],
    ]);
    expect(state).toMatchObject({ type: 'showingCode', code: second, step: 2 });
    expect(commands[commands.length - 1]).toBe('wait until 17');
  });

  it('an approval without a token is also collected by the last poll of an expired code', () => {
    const expired: typeof started = [
      ...showing,
      [600, { type: 'waitEnded', attempt: 1 }],
      [601, { type: 'pollAnswered', attempt: 1, answer: { type: 'authorized' } }],
    ];
    expect(run(expired).state.type).toBe('authorized');
  });
});

describe('the notice of a sign-out', () => {
  const signOut: SignInEvent = { type: 'signOutRequested' };
  const answered: SignInEvent = { type: 'signOutAnswered', answer: 'refused' };
  const open: SignInEvent = {
    type: 'sessionOpened',
    account: ada,
    accounts: [ada],
    keeping: 'kept',
  };

  it('the notice of a sign-out says what the server answered', () => {
    const { state } = run([
      [0, open],
      [1, signOut],
      [2, answered],
    ]);
    expect(state).toEqual({ type: 'signedOut', notice: 'signed-out-refused' });
  });

  it('a notice of a sign-out that comes after the viewer went on is not shown', () => {
    const { state } = run([
      [0, open],
      [1, signOut],
      [2, { type: 'signInRequested' }],
      [3, { type: 'cancelled' }],
      [4, answered],
    ]);
    expect(state).toEqual({ type: 'signedOut', notice: 'cancelled' });
  });
});

describe('removing everything', () => {
  const open: SignInEvent = {
    type: 'sessionOpened',
    account: ada,
    accounts: [ada],
    keeping: 'kept',
  };

  it.each<[string, SignInEvent[]]>([
    ['while signed in', [open]],
    ['while signed out', [{ type: 'accountsFound', accounts: [] }]],
    ['while choosing', [{ type: 'accountsFound', accounts: [ada, { ...ada, id: 'b' }] }]],
  ])('removes everything %s, and what happens meanwhile brings nothing back', (_case, before) => {
    const start = before.map((event, at) => [at, event] as const);
    const wiping = run([...start, [5, { type: 'wipeRequested' }]]);
    expect(wiping.state).toEqual({ type: 'signedOut', notice: 'wiping' });
    const meanwhile: SignInEvent[] = [
      open,
      { type: 'accountsFound', accounts: [ada] },
      { type: 'signInRequested' },
      { type: 'signOutAnswered', answer: 'revoked' },
      { type: 'wipeRequested' },
      { type: 'restoreRequested' },
      { type: 'suspended' },
      { type: 'resumed' },
    ];
    const after = run(
      [...meanwhile, { type: 'wiped' as const, answer: 'untold' as const }].map(
        (event, at) => [6 + at, event] as const,
      ),
      wiping.machine,
    );
    expect(after.state).toEqual({ type: 'signedOut', notice: 'wiped-untold' });
    expect(after.commands).toEqual([]);
  });

  it('removes nothing in the middle of an attempt', () => {
    const { state } = run([
      [0, { type: 'accountsFound', accounts: [] }],
      [1, { type: 'signInRequested' }],
      [2, { type: 'wipeRequested' }],
    ]);
    expect(state.type).toBe('requesting');
  });
});

describe('a memory that could not be read', () => {
  const unreadable: SignInEvent = {
    type: 'accountsFound',
    accounts: [],
    notice: 'storage-unreadable',
  };

  it('storage that could not be read is read once more when the viewer asks for it', () => {
    const { state, commands } = run([
      [0, unreadable],
      [1, { type: 'restoreRequested' }],
    ]);
    expect(state).toEqual({ type: 'starting' });
    expect(commands.at(-1)).toBe('restore');
  });

  it('the notice of unreadable storage disappears when storage turns out to be empty', () => {
    const { state } = run([
      [0, unreadable],
      [1, { type: 'accountsFound', accounts: [] }],
    ]);
    expect(state).toEqual({ type: 'signedOut' });
  });
});

describe('a poll that decides nothing', () => {
  type Answer = Extract<SignInEvent, { type: 'pollAnswered' }>['answer'];
  const busy: Problem = { kind: 'server-busy', code: 'http_429', status: 429 };
  const broken: Problem = { kind: 'server-error', code: 'http_502', status: 502 };
  const refusal: Problem = { kind: 'refused', code: 'policy', status: 400, detail: 'Not today' };
  const unreadable: Problem = { kind: 'browser-calls-refused', code: 'cors_refused' };
  const transient = (of: Problem): Answer => ({ type: 'transient-failure', problem: of });
  const refused: Answer = { type: 'refused', problem: refusal };
  const pending: Answer = { type: 'pending' };

  /** The machine after polls with these answers. */
  const afterPolls = (answers: readonly Answer[], lifetimeMs = 600_000, everySeconds = 100) => {
    let machine = run(started).machine;
    const issued = { ...code, expiresAtMs: lifetimeMs, lifetimeMs };
    const send = (event: SignInEvent, seconds: number) => {
      machine = transition(machine, event, at(seconds)).machine;
    };
    send({ type: 'codeIssued', attempt: 1, code: issued, intervalSeconds: 5 }, 0);
    answers.forEach((answer, index) => {
      send({ type: 'waitEnded', attempt: 1 }, everySeconds * (index + 1));
      send({ type: 'pollAnswered', attempt: 1, answer }, everySeconds * (index + 1));
    });
    return machine;
  };

  it('an attempt ends when the same unknown OAuth error comes three times running', () => {
    expect(afterPolls([refused, refused]).state.type).toBe('showingCode');
    expect(afterPolls([refused, refused, refused]).state).toMatchObject({
      type: 'failed',
      problem: refusal,
    });
  });

  it.each([
    ['pending', pending],
    ['an outage', transient(broken)],
  ])('starts to count refusals anew after %s', (_what, between) => {
    expect(afterPolls([refused, refused, between, refused, refused]).state.type).toBe(
      'showingCode',
    );
  });

  it.each([
    ['a 502', broken],
    ['a 429', busy],
    ['no answer', problem],
    ['a foreign page', { kind: 'server-error', code: 'http_403', status: 403 } as const],
    ['a captive portal', { kind: 'network-sign-in', code: 'captive_portal', status: 200 } as const],
  ])('never ends a live code on %s, however often it comes', (_what, trouble) => {
    const state = afterPolls(
      new Array<Answer>(40).fill(transient(trouble)),
      50_000_000,
      1000,
    ).state;
    expect(state).toMatchObject({
      type: 'showingCode',
      transientFailure: { problem: trouble, sinceMs: 1_000_000, count: 40 },
    });
  });

  it('failing polls are shown with their beginning, which is new when the kind of problem changes', () => {
    const twice = afterPolls([transient(problem), transient(broken), transient(broken)]).state;
    expect(twice).toMatchObject({
      transientFailure: { problem: broken, sinceMs: 200_000, count: 2 },
    });
  });

  it('never ends a code on unreadable answers once the token endpoint has answered', () => {
    const blocked = new Array<Answer>(4).fill(transient(unreadable));
    expect(afterPolls([pending, ...blocked]).state.type).toBe('showingCode');
    expect(afterPolls([transient(broken), ...blocked]).state.type).toBe('showingCode');
    expect(afterPolls([refused, ...blocked]).state.type).toBe('showingCode');
  });

  it('ends a code whose token endpoint has only ever refused browsers, at the second time', () => {
    expect(afterPolls([transient(unreadable)]).state.type).toBe('showingCode');
    expect(afterPolls([transient(unreadable), transient(unreadable)]).state).toMatchObject({
      type: 'failed',
      problem: unreadable,
    });
  });

  it('lengthens the interval for good after a 429, as after slow_down', () => {
    const { state } = afterPolls([transient(busy), pending]);
    expect(state).toMatchObject({ polling: { pace: { intervalSeconds: 10, slowedDown: true } } });
  });

  it('keeps a Retry-After for the next code, too', () => {
    const asked: Problem = { ...broken, retryAfterSeconds: 300 };
    const { machine } = run(
      [
        [101, { type: 'cancelled' }],
        [102, { type: 'signInRequested' }],
      ],
      afterPolls([transient(asked)]),
    );
    expect(machine.state).toMatchObject({
      type: 'requesting',
      waitsUntilMs: 400_000,
      waitReason: 'server-busy',
    });
  });

  it('the problem of failing polls is shown with "expired", unless the server answers well in the end', () => {
    const over = run([[600, { type: 'waitEnded', attempt: 1 }]], afterPolls([transient(broken)]));
    expect(over.state).toMatchObject({ type: 'expired', problem: broken });
    const last = (answer: Answer) =>
      run([[601, { type: 'pollAnswered', attempt: 1, answer }]], over.machine).state;
    expect(last({ type: 'expired' })).toMatchObject({ type: 'expired', problem: broken });
    expect(last(transient(problem))).toMatchObject({ type: 'expired', problem });
    expect(last(pending)).toEqual({ type: 'expired', returnTo: { type: 'signedOut' } });
  });
});

describe('the interval', () => {
  const issued = (intervalSeconds: number): typeof started => [
    ...started,
    [0, { type: 'codeIssued', attempt: 1, code, intervalSeconds }],
  ];

  it.each([
    [70, 77],
    [120, 132],
    [300, 330],
    [599, 600],
  ])('an interval of %i s is kept: the timer is set for %d s', (intervalSeconds, seconds) => {
    expect(run(issued(intervalSeconds)).commands.slice(-1)).toEqual([`wait until ${seconds}`]);
  });

  it.each([600, 601, 1e9])(
    'an interval of %i s, longer than the code lives, means one poll at its end',
    (intervalSeconds) => {
      const over = run([...issued(intervalSeconds), [600, { type: 'waitEnded', attempt: 1 }]]);
      expect(over.commands.slice(-2)).toEqual(['wait until 600', 'poll 1']);
      expect(over.state.type).toBe('expired');
    },
  );
});

describe('device requests in quick succession', () => {
  const press = (times: number, everySeconds: number) => {
    let machine = run(started.slice(0, 1)).machine;
    const requests: number[] = [];
    for (let time = 0; time < times; time++) {
      const now = at(time * everySeconds);
      for (const event of [
        { type: 'signInRequested' },
        { type: 'waitEnded', attempt: machine.attempt + 1 },
        { type: 'cancelled' },
      ] as const) {
        const step = transition(machine, event, now);
        machine = step.machine;
        if (step.commands.some((command) => command.type === 'requestCode')) {
          requests.push(now.monotonicMs / 1000);
        }
      }
    }
    return { machine, requests };
  };

  it('five device requests are sent when OK and Back are mashed for ten seconds', () => {
    expect(press(100, 0.1).requests).toHaveLength(5);
  });

  it('at most twenty device requests an hour are sent however long the keys are mashed', () => {
    const { requests } = press(4 * 3600, 1);
    for (const from of requests) {
      expect(requests.filter((at) => at >= from && at < from + 3600).length).toBeLessThanOrEqual(
        20,
      );
    }
    expect(requests.length).toBeGreaterThan(40);
  });

  it('device requests in quick succession wait longer each time, and say why', () => {
    const { machine } = press(5, 0.1);
    const sixth = run([[1, { type: 'signInRequested' }]], machine);
    expect(sixth.state).toMatchObject({
      type: 'requesting',
      waitsUntilMs: 15_400,
      waitReason: 'many-requests',
    });
    const { attempt } = sixth.machine;
    const asked = run([[15.4, { type: 'waitEnded', attempt }]], sixth.machine);
    expect(asked.commands).toEqual([`requestCode ${attempt}`]);
    const seventh = run(
      [
        [16, { type: 'cancelled' }],
        [16, { type: 'signInRequested' }],
      ],
      asked.machine,
    );
    expect(seventh.state).toMatchObject({ waitsUntilMs: 45_400 });
  });

  it('a viewer who asks for a new code every ten minutes does not wait', () => {
    expect(press(30, 601).requests).toHaveLength(30);
  });
});
