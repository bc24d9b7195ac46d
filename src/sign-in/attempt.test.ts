import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { RevocableTokens } from '../oauth/credentials';
import type { PollOutcome, RequestOutcome, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { createControllableClock } from '../oauth/testing/controllable-clock';
import { type AttemptDependencies, createAttempts } from './attempt';
import { initialMachine, transition } from './machine';
import type { Machine, SignInEvent } from './states';

const offline = {
  type: 'offline',
  problem: { kind: 'server-unreachable', code: 'unreachable' },
} as const;
const problem: Problem = { kind: 'server-unreachable', code: 'unreachable' };
const tokens: TokenSet = {
  accessToken: 'AT',
  tokenType: 'Bearer',
  credentials: { type: 'refresh', refreshToken: 'RT' },
};

interface Poll {
  /** Number of the code it asks about. */
  code: number;
  /** When that code was issued. */
  issuedAtMs: number;
  startedAtMs: number;
  endedAtMs?: number;
  type?: PollOutcome['type'];
}

interface Script {
  latencyMs: number;
  lifetimeSeconds: number;
  intervalSeconds: number;
  /** Answers to polls in turn; the last one repeats. */
  answers: readonly PollOutcome[];
  /** Ignores aborts, as engines without AbortController do. */
  ignoresAborts?: boolean;
  /** How keeping the session goes; at once and well unless stated. */
  complete?: AttemptDependencies['complete'];
}

/** The flow against a server in virtual time, with everything that happened written down. */
function simulate(script: Script) {
  const clock = createControllableClock();
  const polls: Poll[] = [];
  const revoked: RevocableTokens[] = [];
  const violations: string[] = [];
  let inFlight = 0;
  let asked = 0;
  let codes = 0;
  let issuedAtMs = 0;
  const delayed = <Result>(signal: AbortSignal, result: () => Result, aborted: Result) =>
    new Promise<Result>((resolve) => {
      inFlight++;
      if (inFlight > 1) violations.push(`${inFlight} requests in flight`);
      let open = true;
      const end = (value: Result) => {
        if (!open) return;
        open = false;
        inFlight--;
        resolve(value);
      };
      clock.setTimer(script.latencyMs, () => end(result()));
      setMaxListeners(0, signal);
      signal.addEventListener('abort', () => {
        if (!script.ignoresAborts) end(aborted);
      });
    });
  const server: AuthorizationServer = {
    id: 'https://id.example',
    clientId: 'tv',
    requestCode: (signal) =>
      delayed<RequestOutcome>(
        signal,
        () => {
          codes++;
          issuedAtMs = clock.monotonicMs();
          return {
            type: 'issued' as const,
            authorization: {
              deviceCode: 'DC-secret',
              userCode: 'WDJB-MJHT',
              verificationUri: 'https://id.example/device',
              expiresInSeconds: script.lifetimeSeconds,
              intervalSeconds: script.intervalSeconds,
            },
          };
        },
        { type: 'failed' as const, problem },
      ),
    poll(_authorization, signal) {
      const poll: Poll = { code: codes, issuedAtMs, startedAtMs: clock.monotonicMs() };
      polls.push(poll);
      const answer = script.answers[Math.min(asked++, script.answers.length - 1)];
      return delayed<PollOutcome>(
        signal,
        () => {
          poll.endedAtMs = clock.monotonicMs();
          const outcome: PollOutcome = answer ?? { type: 'pending' };
          poll.type = outcome.type;
          return outcome;
        },
        { type: 'transient-failure' as const, problem },
      );
    },
    refresh: () => Promise.resolve({ type: 'transient-failure', problem }),
    revoke: () => Promise.resolve({ type: 'revoked' }),
    account: () => Promise.resolve({ type: 'known', account: { id: 'ada', name: 'Ada' } }),
  };
  let machine: Machine = initialMachine;
  const carryOut = createAttempts({
    server,
    clock,
    complete:
      script.complete ??
      (() => {
        const account = { id: 'ada', name: 'Ada' };
        return Promise.resolve({
          type: 'completed',
          account,
          accounts: [account],
          keeping: 'kept',
        });
      }),
    revoke: (given) => revoked.push(given),
    dispatch,
  });
  function dispatch(event: SignInEvent): void {
    const now = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), random: 0.5 };
    const step = transition(machine, event, now);
    machine = step.machine;
    const { state } = machine;
    if (state.type === 'showingCode' && clock.monotonicMs() > state.code.expiresAtMs) {
      violations.push('a code shown after its expiry');
    }
    if (JSON.stringify(state).includes('DC-secret')) violations.push('a device code in the state');
    for (const command of step.commands) {
      switch (command.type) {
        case 'openSession':
        case 'signOut':
        case 'wipe':
        case 'restore':
          break;
        default:
          carryOut(command);
      }
    }
  }
  dispatch({ type: 'accountsFound', accounts: [] });
  return { clock, server, polls, revoked, violations, dispatch, state: () => machine.state };
}

const pending: PollOutcome = { type: 'pending' };
const slowDown: PollOutcome = { type: 'slow-down' };

/** Polls that came earlier than RFC 8628 §3.5 allows. */
function pollsTooEarly(polls: readonly Poll[], intervalSeconds: number): string[] {
  const tooEarly: string[] = [];
  polls.forEach((poll, index) => {
    const before = polls.slice(0, index).filter((other) => other.code === poll.code);
    const slowDowns = before.filter((other) => other.type === 'slow-down').length;
    const last = before[before.length - 1];
    const since = last === undefined ? poll.issuedAtMs : (last.endedAtMs ?? Number.NaN);
    const allowedMs = (intervalSeconds + 5 * slowDowns) * 1000;
    if (!(poll.startedAtMs - since >= allowedMs)) {
      tooEarly.push(`${poll.startedAtMs - since} ms instead of ${allowedMs}`);
    }
  });
  return tooEarly;
}

const plain: Script = {
  latencyMs: 100,
  lifetimeSeconds: 600,
  intervalSeconds: 5,
  answers: [pending],
};

describe('an attempt', () => {
  it('an attempt polls 5, 5, 10, 15, 15 s (plus the margin) after the end of each reply', async () => {
    const { clock, polls, dispatch } = simulate({
      latencyMs: 200,
      lifetimeSeconds: 600,
      intervalSeconds: 5,
      answers: [pending, slowDown, slowDown, pending],
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(90_000);
    const ends = [200, ...polls.map((poll) => poll.endedAtMs ?? Number.NaN)];
    const waits = polls.slice(0, 5).map((poll, index) => poll.startedAtMs - (ends[index] ?? 0));
    expect(waits.map(Math.round)).toEqual([5500, 5500, 14_000, 21_000, 21_000]);
  });

  it('signs in when the viewer approves', async () => {
    const { clock, dispatch, state } = simulate({
      latencyMs: 100,
      lifetimeSeconds: 600,
      intervalSeconds: 5,
      answers: [pending, { type: 'approved', tokens }],
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(12_000);
    expect(state()).toMatchObject({ type: 'signedIn', account: { name: 'Ada' } });
  });

  it('collects an approval of the last second with one poll after the expiry', async () => {
    const { clock, dispatch, state, polls } = simulate({
      latencyMs: 100,
      lifetimeSeconds: 12,
      intervalSeconds: 5,
      answers: [pending, pending, { type: 'approved', tokens }],
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(12_500);
    expect(state().type).toBe('expired');
    await clock.pass(60_000);
    expect(polls).toHaveLength(3);
    expect(state().type).toBe('signedIn');
  });

  it('revokes a token that comes after Cancel', async () => {
    const { clock, dispatch, state, revoked } = simulate({
      latencyMs: 1000,
      lifetimeSeconds: 600,
      intervalSeconds: 5,
      answers: [{ type: 'approved', tokens }],
      ignoresAborts: true,
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(7000);
    dispatch({ type: 'cancelled' });
    await clock.pass(5000);
    expect(state()).toEqual({ type: 'signedOut', notice: 'cancelled' });
    expect(revoked).toEqual([tokens]);
  });

  const silent = <Result>() => new Promise<Result>(() => undefined);

  it('shows a failure when a code has been on its way for 25 s', async () => {
    const { clock, server, dispatch, state } = simulate(plain);
    server.requestCode = silent;
    dispatch({ type: 'signInRequested' });
    await clock.pass(24_900);
    expect(state().type).toBe('requesting');
    await clock.pass(200);
    expect(state()).toMatchObject({
      type: 'failed',
      problem: { kind: 'time-out', code: 'attempt_timed_out' },
    });
  });

  it('goes on polling when a poll never ends, and says so', async () => {
    const { clock, server, dispatch, state, polls } = simulate(plain);
    const { poll } = server;
    let hanging = 1;
    server.poll = (authorization, signal) =>
      hanging-- > 0 ? silent() : poll(authorization, signal);
    dispatch({ type: 'signInRequested' });
    await clock.pass(31_000);
    expect(state()).toMatchObject({
      type: 'showingCode',
      transientFailure: { problem: { kind: 'time-out', code: 'attempt_timed_out' } },
    });
    await clock.pass(15_000);
    expect(polls.length).toBeGreaterThan(0);
    expect(state()).toMatchObject({ type: 'showingCode', transientFailure: undefined });
  });

  it('takes an approval that comes after its poll was given up', async () => {
    const { clock, server, dispatch, state } = simulate(plain);
    server.poll = () =>
      new Promise((resolve) => {
        clock.setTimer(30_000, () => resolve({ type: 'approved', tokens }));
      });
    dispatch({ type: 'signInRequested' });
    await clock.pass(34_000);
    expect(state().type).toBe('showingCode');
    await clock.pass(3000);
    expect(state().type).toBe('signedIn');
  });

  it('shows a failure when keeping the session takes longer than 25 s', async () => {
    const { clock, dispatch, state } = simulate({
      ...plain,
      answers: [{ type: 'approved', tokens }],
      complete: silent,
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(10_000);
    expect(state().type).toBe('approved');
    await clock.pass(25_000);
    expect(state()).toMatchObject({
      type: 'failed',
      problem: { kind: 'time-out', code: 'attempt_timed_out' },
    });
  });

  it.each(['throws', 'rejects'])('an attempt ends in a problem when a step %s', async (how) => {
    const fault = () => {
      if (how === 'throws') throw new TypeError('Invalid URL');
      return Promise.reject(new TypeError('Invalid URL'));
    };
    const problemShown = { kind: 'not-completed', code: 'unexpected_error', detail: 'TypeError' };
    const first = simulate(plain);
    first.server.requestCode = fault;
    first.dispatch({ type: 'signInRequested' });
    await first.clock.pass(100);
    expect(first.state()).toMatchObject({ type: 'failed', problem: problemShown });

    const second = simulate({ ...plain, answers: [{ type: 'approved', tokens }], complete: fault });
    second.dispatch({ type: 'signInRequested' });
    await second.clock.pass(10_000);
    expect(second.state()).toMatchObject({ type: 'failed', problem: problemShown });

    const third = simulate(plain);
    third.server.poll = fault;
    third.dispatch({ type: 'signInRequested' });
    await third.clock.pass(6000);
    expect(third.state()).toMatchObject({
      type: 'showingCode',
      transientFailure: { problem: problemShown },
    });
  });

  it('revokes tokens of a type that it does not know, and says so', async () => {
    const unusable = { accessToken: 'AT' };
    const unknownType: Problem = { kind: 'not-completed', code: 'unsupported_token_type' };
    const { clock, dispatch, state, revoked } = simulate({
      ...plain,
      answers: [{ type: 'failed', problem: unknownType, unusable }],
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(6000);
    expect(state()).toMatchObject({ type: 'failed', problem: unknownType });
    expect(revoked).toEqual([unusable]);
  });

  it.each([
    [61, 8],
    [120, 4],
    [300, 1],
    [1e9, 0],
  ])(
    'polls every %i s or later, as the server says: %i times, and once at the end of the code',
    async (intervalSeconds, times) => {
      const { clock, dispatch, polls } = simulate({
        ...plain,
        intervalSeconds,
        answers: [pending],
      });
      dispatch({ type: 'signInRequested' });
      await clock.pass(1_500_000);
      expect(polls).toHaveLength(times + 1);
      const starts = polls.map((poll) => poll.startedAtMs);
      starts.slice(1).forEach((start, index) => {
        expect(start - (starts[index] ?? 0)).toBeGreaterThanOrEqual(intervalSeconds * 1000);
      });
      expect(starts[starts.length - 1]).toBeGreaterThanOrEqual(600_000);
    },
  );

  it('says that the code has expired after three hours of standby', async () => {
    const { clock, dispatch, state, polls } = simulate({
      latencyMs: 100,
      lifetimeSeconds: 600,
      intervalSeconds: 5,
      answers: [pending, { type: 'expired' }],
    });
    dispatch({ type: 'signInRequested' });
    await clock.pass(10_000);
    const before = polls.length;
    dispatch({ type: 'suspended' });
    clock.sleep(3 * 3600_000);
    dispatch({ type: 'resumed' });
    // The monotonic clock stood still: only the server knows.
    await clock.pass(2000);
    expect(state().type).toBe('expired');
    await clock.pass(60_000);
    expect(polls.length).toBeLessThanOrEqual(before + 1);
    expect(state()).toEqual({ type: 'expired', returnTo: { type: 'signedOut' } });
  });

  it('polls by the rules of RFC 8628 in any order of events', async () => {
    const answer: fc.Arbitrary<PollOutcome> = fc.oneof(
      { weight: 6, arbitrary: fc.constant(pending) },
      { weight: 3, arbitrary: fc.constant(slowDown) },
      { weight: 3, arbitrary: fc.constant({ type: 'transient-failure', problem } as PollOutcome) },
      fc.constant({ type: 'denied' } as PollOutcome),
      fc.constant({ type: 'expired' } as PollOutcome),
      fc.constant({ type: 'unknown-code', problem } as PollOutcome),
      fc.constant({ type: 'failed', problem } as PollOutcome),
      fc.constant({ type: 'approved', tokens } as PollOutcome),
    );
    const act = fc.oneof(
      fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({
        type: fc.constant('sleep' as const),
        ms: fc.integer({ min: 0, max: 4_000_000 }),
      }),
      fc.record({
        type: fc.constant('press' as const),
        event: fc.constantFrom<SignInEvent>(
          { type: 'signInRequested' },
          { type: 'cancelled' },
          { type: 'suspended' },
          { type: 'resumed' },
          { type: 'signOutRequested' },
          { type: 'connectionChanged', connection: offline },
          { type: 'sessionEnded', accountId: 'ada', accounts: [] },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          latencyMs: fc.integer({ min: 0, max: 20_000 }),
          lifetimeSeconds: fc.integer({ min: 0, max: 120 }),
          intervalSeconds: fc.integer({ min: 1, max: 15 }),
          answers: fc.array(answer, { minLength: 1, maxLength: 12 }),
        }),
        fc.array(act, { maxLength: 25 }),
        async (script, acts) => {
          const { clock, polls, violations, dispatch, state } = simulate(script);
          dispatch({ type: 'signInRequested' });
          for (const one of acts) {
            if (one.type === 'pass') await clock.pass(one.ms);
            else if (one.type === 'sleep') clock.sleep(one.ms);
            else dispatch(one.event);
          }
          await clock.pass(300_000);
          expect(violations).toEqual([]);
          expect(pollsTooEarly(polls, script.intervalSeconds)).toEqual([]);
          dispatch({ type: 'cancelled' });
          expect(['signedOut', 'signedIn', 'choosingAccount']).toContain(state().type);
        },
      ),
      { numRuns: 500 },
    );
  });
});
