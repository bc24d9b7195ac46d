import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProofKey } from '../../src/oauth/proof.ts';
import { type BindingServer, type Cut, startBindingServer } from './binding-server.ts';
import { type BindingWorld, createBindingWorld } from './binding-world.ts';

const servers: BindingServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function worldWith(
  options: Parameters<typeof startBindingServer>[0] = {},
  signIn: Record<string, unknown> = {},
): Promise<BindingWorld> {
  const server = await startBindingServer(options);
  servers.push(server);
  const world = createBindingWorld(server, signIn);
  world.tv.switchOn();
  await world.clock.pass(200);
  return world;
}

async function signedIn(world: BindingWorld): Promise<BindingWorld> {
  await world.signIn();
  await world.clock.pass(10_000);
  expect(world.tv.state().type).toBe('signedIn');
  return world;
}

const minuteMs = 60_000;
const firstCalls = 6;

/** What became of one pattern. */
interface Result {
  /** Signed in without another key press, after another sign-in, or not at all. */
  signedIn: 'at-once' | 'after-retry' | 'never';
  bearer: number;
  /** A kept session is gone although the server has not ended it. */
  lost: boolean;
}

type Situation = (world: BindingWorld, cut: () => void) => Promise<Result['signedIn']>;

/** Waits for a signed-in viewer who has access. */
async function hasAccess(world: BindingWorld): Promise<boolean> {
  if (world.tv.state().type !== 'signedIn') return false;
  return (await world.access())?.type === 'ready';
}

const situations: Readonly<Record<string, Situation>> = {
  async 'at sign-in'(world, cut) {
    cut();
    for (let tries = 0; tries < 8; tries++) {
      await world.signIn();
      // Longer than six polls with all their back-off.
      for (let waits = 0; waits < 12 && !(await hasAccess(world)); waits++) {
        const state = world.tv.state();
        if (state.type === 'failed') {
          // The approval was used up by a reply that was lost: the screen offers another code.
          expect(state.problem.kind).toBe('not-completed');
          break;
        }
        await world.clock.pass(minuteMs / 2);
      }
      if (await hasAccess(world)) return tries === 0 ? 'at-once' : 'after-retry';
    }
    return 'never';
  },
  async 'at start'(world, cut) {
    await signedIn(world);
    cut();
    await world.restart();
    for (let waits = 0; waits < 60 && !(await hasAccess(world)); waits++) {
      await world.clock.pass(minuteMs / 2);
    }
    return (await hasAccess(world)) ? 'at-once' : 'never';
  },
  async 'at refresh'(world, cut) {
    await signedIn(world);
    cut();
    await world.clock.pass(12 * minuteMs);
    for (let waits = 0; waits < 60 && !(await hasAccess(world)); waits++) {
      await world.clock.pass(minuteMs / 2);
    }
    return (await hasAccess(world)) ? 'at-once' : 'never';
  },
};

async function resultOf(situation: Situation, pattern: number, cut: Cut): Promise<Result> {
  const world = await worldWith();
  const outcome = await situation(world, () => world.network.cutCalls(pattern, cut));
  const kept = await world.keptAccounts();
  world.tv.switchOff();
  return { signedIn: outcome, bearer: world.server.bearerGrants(), lost: kept !== 1 };
}

const cuts: readonly Cut[] = ['preflight', 'before', 'after'];

describe.each(Object.keys(situations))('a session stays bound when calls are cut %s', (name) => {
  it.each(cuts)(
    'cutting every subset of 6 calls (%s) leads to no Bearer token and loses no session',
    async (cut) => {
      const situation = situations[name];
      if (situation === undefined) throw new Error(`No situation ${name}`);
      const results: Result[] = [];
      const bad: string[] = [];
      for (let pattern = 0; pattern < 1 << firstCalls; pattern++) {
        const result = await resultOf(situation, pattern, cut);
        results.push(result);
        if (result.bearer > 0 || result.lost || result.signedIn === 'never') {
          bad.push(`${pattern.toString(2).padStart(firstCalls, '0')} ${JSON.stringify(result)}`);
        }
      }
      const count = (is: (result: Result) => boolean) => results.filter(is).length;
      const line = `${results.length} patterns: ${count((one) => one.signedIn === 'at-once')} signed in at once, ${count((one) => one.signedIn === 'after-retry')} after another try, ${count((one) => one.bearer > 0)} Bearer, ${count((one) => one.lost)} lost`;
      process.stdout.write(`calls cut (${cut}) ${name}: ${line}\n`);
      expect(bad).toEqual([]);
    },
    120_000,
  );
});

const account = 'account/';

/** Changes what the TV has kept of the account that is signed in. */
async function changeRecord(world: BindingWorld, change: (record: object) => object) {
  for (const [key, value] of await world.store.entries()) {
    if (key.startsWith(account)) await world.store.set(key, change(value as object));
  }
}

const connectionOf = ({ tv }: BindingWorld) => {
  const state = tv.state();
  return state.type === 'signedIn' ? state.connection : undefined;
};

describe('a bound session', () => {
  it('a session that is cut off while it renews ends with a sentence where the server takes that for a theft', async () => {
    const world = await signedIn(await worldWith({ grace: false }));
    // The rotation happened, its reply was lost, and the repeated call looks stolen.
    world.network.cutCalls(1, 'after');
    await world.clock.pass(12 * minuteMs);
    expect(world.tv.state()).toMatchObject({ type: 'signedOut', notice: 'session-ended' });
    expect(await world.keptAccounts()).toBe(0);
    expect(world.server.misused).toBe(0);
    await signedIn(world);
  });

  it('a session whose key is gone sends nothing, says so and stays until the viewer signs in again', async () => {
    const world = await signedIn(await worldWith());
    await changeRecord(world, ({ ...record }) => ({ ...record, binding: undefined }));
    await world.restart();
    world.server.seen.length = 0;
    await world.clock.pass(120 * minuteMs);
    expect(connectionOf(world)).toMatchObject({
      type: 'refused',
      problem: { kind: 'key-lost', code: 'proof_key_missing' },
    });
    expect(world.server.seen.filter((line) => line.includes('/token'))).toEqual([]);
    expect(world.diagnostics()?.dpop).toEqual({ mode: 'auto', state: 'key-lost' });
    expect(await world.keptAccounts()).toBe(1);
    await signedIn(world);
    expect(connectionOf(world)).toEqual({ type: 'online' });
    expect(world.diagnostics()?.dpop.state).toBe('on');
  });

  it('a session whose key cannot sign any more says the same', async () => {
    const world = await signedIn(await worldWith());
    await changeRecord(world, (record) => {
      const { binding } = record as { binding: { key: object } };
      return { ...record, binding: { ...binding, key: { ...binding.key, privateKey: {} } } };
    });
    await world.restart();
    await world.clock.pass(minuteMs);
    expect(connectionOf(world)).toMatchObject({ problem: { code: 'proof_key_missing' } });
    expect(world.server.misused).toBe(0);
    expect(await world.keptAccounts()).toBe(1);
  });

  it.each(['off', 'auto'])('a session stays bound when the settings say %s later', async (dpop) => {
    const world = await signedIn(await worldWith({}, { dpop: 'required' }));
    const later = createBindingWorld(world.server, { dpop });
    for (const [key, value] of await world.store.entries()) await later.store.set(key, value);
    world.tv.switchOff();
    later.tv.switchOn();
    await later.clock.pass(minuteMs);
    expect((await later.access())?.type).toBe('ready');
    expect(later.server.misused).toBe(0);
  });

  it('a session stays bound when the metadata offers no proofs any more', async () => {
    const world = await signedIn(await worldWith());
    world.server.options.advertises = false;
    await world.restart();
    await world.clock.pass(minuteMs);
    const refreshes = world.server.seen.filter((line) => line.startsWith('POST /token'));
    expect(refreshes.length).toBeGreaterThan(1);
    expect(refreshes.every((line) => line.endsWith('with proof'))).toBe(true);
  });

  it('a plain session is not used where the settings demand proofs since, and is not deleted', async () => {
    const world = await signedIn(await worldWith({}, { dpop: 'off' }));
    const later = createBindingWorld(world.server, { dpop: 'required' });
    for (const [key, value] of await world.store.entries()) await later.store.set(key, value);
    world.tv.switchOff();
    later.tv.switchOn();
    await later.clock.pass(minuteMs);
    expect(connectionOf(later)).toMatchObject({ problem: { code: 'proof_key_missing' } });
    expect(await later.keptAccounts()).toBe(1);
  });

  it('two people on one TV are bound to two keys', async () => {
    const world = await signedIn(await worldWith());
    await world.signIn('grace');
    await world.clock.pass(minuteMs);
    expect(new Set(world.server.thumbprints()).size).toBe(2);
    expect((await world.access())?.type).toBe('ready');
  });
});

describe('a session that an earlier release bound to one key for all accounts', () => {
  /** Turns what the TV keeps into what that release kept. */
  async function asBefore(world: BindingWorld, withKey: boolean): Promise<void> {
    await changeRecord(world, (record) => {
      const { binding, ...others } = record as { binding: { key: ProofKey } };
      if (withKey) void world.store.set('dpop-key', pairs.get(binding.key.privateKey));
      return { ...others, schema: 3 };
    });
  }
  /** The whole pairs of the keys that the TV has made, as earlier releases kept them. */
  const pairs = new Map<CryptoKey, CryptoKeyPair>();
  const generateKey = globalThis.crypto.subtle.generateKey;
  beforeEach(() => {
    vi.spyOn(globalThis.crypto.subtle, 'generateKey').mockImplementation(async (...given) => {
      const made = await Reflect.apply(generateKey, globalThis.crypto.subtle, given);
      if ('privateKey' in made) pairs.set(made.privateKey, made);
      return made;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('an old session goes on with the shared key', async () => {
    const world = await signedIn(await worldWith());
    await asBefore(world, true);
    await world.restart();
    await world.clock.pass(30 * minuteMs);
    expect((await world.access())?.type).toBe('ready');
    expect(world.server.misused).toBe(0);
    expect(world.diagnostics()?.dpop.state).toBe('on');
    const shared = await world.store.get('dpop-key');
    expect(shared).toBeDefined();
    await world.signIn();
    await world.clock.pass(minuteMs);
    expect(await world.store.get('dpop-key')).toBeUndefined();
    expect((await world.access())?.type).toBe('ready');
  });

  it('an old session without its key is refused, not deleted', async () => {
    const world = await signedIn(await worldWith());
    await asBefore(world, false);
    await world.restart();
    await world.clock.pass(5 * minuteMs);
    expect(connectionOf(world)).toMatchObject({
      type: 'refused',
      problem: { kind: 'key-lost', code: 'proof_key_missing' },
    });
    expect(await world.keptAccounts()).toBe(1);
    await signedIn(world);
  });
});

describe('calls that were cut before', () => {
  const every = (1 << 30) - 1;

  it('calls of a kept session that were cut say nothing of proofs at another sign-in', async () => {
    const world = await signedIn(await worldWith());
    world.network.cutCalls(every, 'before');
    await world.restart();
    await world.clock.pass(30 * minuteMs);
    world.network.cutCalls(0b10101, 'before');
    await world.signIn('grace');
    await world.clock.pass(5 * minuteMs);
    expect((await world.access())?.type).toBe('ready');
    expect(world.server.thumbprints()).toHaveLength(2);
    expect(world.server.bearerGrants()).toBe(0);
  });

  it('calls of an earlier code that were cut say nothing of proofs at the next one', async () => {
    const world = await worldWith();
    world.network.cutCalls(0b11111, 'before');
    world.tv.press({ type: 'signInRequested' });
    await world.clock.pass(2.5 * minuteMs);
    world.tv.press({ type: 'cancelled' });
    world.network.cutCalls(0b10101, 'before');
    await world.signIn();
    await world.clock.pass(5 * minuteMs);
    expect(world.tv.state().type).toBe('signedIn');
    expect(world.server.bearerGrants()).toBe(0);
  });

  it.each([6, 8, 12])(
    'a network that fails %s calls running and then works binds the session',
    async (count) => {
      const world = await worldWith();
      world.network.cutCalls((1 << count) - 1, 'before');
      await world.signIn();
      await world.clock.pass(14 * minuteMs);
      expect(world.tv.state().type).toBe('signedIn');
      expect(world.server.bearerGrants()).toBe(0);
    },
  );

  it('a network that lets plain calls through and six with a proof not binds the session', async () => {
    const world = await worldWith();
    // Every other call: polls and the harmless ones after them take turns.
    world.network.cutCalls(0b010101010101, 'before');
    await world.signIn();
    await world.clock.pass(minuteMs);
    expect(world.tv.state().type).toBe('signedIn');
    expect(world.server.bearerGrants()).toBe(0);
  });
});

describe('a server that does not let browsers send proofs', () => {
  it('a viewer who allows the code at once is in within 45 seconds, and no poll comes too early', async () => {
    const world = await worldWith({ allowsHeader: false });
    await world.signIn();
    const polls: number[] = [];
    let isIn: number | undefined;
    for (let second = 1; second <= 60 && isIn === undefined; second++) {
      const before = world.server.seen.length;
      await world.clock.pass(1000);
      const lines = world.server.seen.slice(before);
      if (lines.some((line) => /^(OPTIONS|POST) \/token/.test(line))) polls.push(second);
      if (world.tv.state().type === 'signedIn') isIn = second;
    }
    expect(isIn).toBeLessThanOrEqual(45);
    expect(polls.every((second, index) => second - (polls[index - 1] ?? 0) >= 5)).toBe(true);
    expect(polls.length).toBe(8);
  });

  it('the viewer gets in without proofs, after one harmless call, and the diagnostics say why', async () => {
    const world = await worldWith({ allowsHeader: false });
    await world.signIn();
    await world.clock.pass(5 * minuteMs);
    expect(world.tv.state().type).toBe('signedIn');
    const calls = world.server.seen.filter(
      (line) => line.includes('/token') && !line.startsWith('OPTIONS'),
    );
    expect(calls).toEqual(['HEAD /token', 'POST /token']);
    expect(world.diagnostics()?.dpop).toEqual({ mode: 'auto', state: 'header-refused' });
    await world.restart();
    await world.clock.pass(minuteMs);
    expect((await world.access())?.type).toBe('ready');
    expect(world.diagnostics()?.dpop.state).toBe('header-refused');
  });

  it('a viewer who has a bound session is not signed out, and nothing of it is sent', async () => {
    const world = await signedIn(await worldWith());
    world.server.options.allowsHeader = false;
    world.server.seen.length = 0;
    await world.restart();
    await world.clock.pass(60 * minuteMs);
    expect(world.server.seen.filter((line) => line.startsWith('POST /token'))).toEqual([]);
    expect(await world.keptAccounts()).toBe(1);
    world.server.options.allowsHeader = true;
    await world.clock.pass(10 * minuteMs);
    expect((await world.access())?.type).toBe('ready');
  });

  it('a sign-in that the settings demand to be bound ends with a sentence', async () => {
    const world = await worldWith({ allowsHeader: false }, { dpop: 'required' });
    await world.signIn();
    await world.clock.pass(5 * minuteMs);
    expect(world.tv.state()).toMatchObject({
      type: 'failed',
      problem: { kind: 'browser-calls-refused', code: 'dpop_refused' },
    });
    expect(world.server.bearerGrants()).toBe(0);
  });
});
