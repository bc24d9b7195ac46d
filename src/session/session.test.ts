import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretOf } from '../oauth/credentials';
import type { RevokeOutcome, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { pause } from '../oauth/time-limit';
import type { Notice, SignOutAnswer } from '../sign-in/states';
import { createAccountRecords } from './account-records';
import { createProofs } from './dpop';
import { createSeal } from './seal';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import {
  ada,
  grace,
  increasingRandom,
  type SessionHarness,
  sessionHarness,
} from './testing/harness';
import { modelServer, unreachable } from './testing/model-server';
import { sessionClock, settle, watchedCrypto } from './testing/session-clock';

const never = new AbortController().signal;
const year = 365 * 24 * 3600 * 1000;

/** The refresh token that lies in the store, as the app would read it at its next start. */
async function keptToken(tv: SessionHarness, accountId = 'ada'): Promise<string | undefined> {
  const seal = createSeal(tv.store, watchedCrypto);
  const owner = { serverId: tv.server.id, clientId: tv.server.clientId };
  const reading = await createAccountRecords(tv.store, seal, owner, Math.random).read(accountId);
  return reading.type === 'kept' ? secretOf(reading.credentials) : undefined;
}

const refreshToken = (text = '') => ({ type: 'refresh', refreshToken: text }) as const;

async function signedIn(tv = sessionHarness(), account = ada): Promise<SessionHarness> {
  await tv.clock.run(tv.session.complete(tv.server.grant(account), never));
  return tv;
}

/** The app after a restart, with the account open and its access renewed. */
async function restarted(
  tv: SessionHarness,
  changes: Parameters<SessionHarness['again']>[0] = {},
): Promise<SessionHarness> {
  tv.session.suspend();
  const next = tv.again(changes);
  await next.clock.run(next.session.restore());
  next.session.open('ada');
  await settle();
  return next;
}

const failingStore = (name: string): RecordStore => {
  const fail = async () => {
    throw new DOMException(`${name} here`, name);
  };
  return { get: fail, set: fail, delete: fail, entries: fail, update: fail };
};

const hangingStore = (): RecordStore => {
  const hang = () => new Promise<never>(() => {});
  return { get: hang, set: hang, delete: hang, entries: hang, update: hang };
};

describe('completing a sign-in', () => {
  it('a sign-in looks the account up, keeps the refresh token and has the access token at hand', async () => {
    const tv = sessionHarness();
    const tokens = tv.server.grant(ada);
    const completion = await tv.clock.run(tv.session.complete(tokens, never));
    expect(completion).toEqual({
      type: 'completed',
      account: ada,
      accounts: [ada],
      keeping: 'kept',
    });
    expect(await keptToken(tv)).toBe(tokens.credentials.refreshToken);
    expect(await tv.session.accessToken()).toEqual({
      type: 'ready',
      token: tokens.accessToken,
      tokenType: 'Bearer',
    });
    expect(tv.accountEvents).toEqual([{ type: 'signedIn', account: ada }]);
  });

  it('a sign-in asks the engine not to evict the record, and the diagnostics say what it answered', async () => {
    const tv = await signedIn(sessionHarness({ persist: async () => false }));
    await settle();
    expect(tv.session.diagnostics()).toMatchObject({ persisted: false, seal: 'sealed' });
  });

  it('a sign-in without a refresh token works for this run', async () => {
    const tv = sessionHarness();
    const { credentials: _none, ...tokens } = tv.server.grant(ada);
    const completion = await tv.clock.run(tv.session.complete(tokens, never));
    expect(completion).toMatchObject({ type: 'completed', keeping: 'not-given' });
    expect((await tv.session.accessToken()).type).toBe('ready');
    await tv.clock.pass(3600_000);
    expect(tv.events).toEqual([{ type: 'sessionEnded', accountId: 'ada', accounts: [] }]);
    expect(tv.server.calls).not.toContain('refresh');
  });

  const unreadable = 'storage-unreadable';
  const broken: [string, () => RecordStore, string, Notice | undefined][] = [
    ['absent', () => indexedDbStore(() => undefined, 'tv'), 'NotSupportedError', undefined],
    ['blocked', () => failingStore('SecurityError'), 'SecurityError', undefined],
    ['full', () => failingStore('QuotaExceededError'), 'QuotaExceededError', unreadable],
    ['hanging', hangingStore, 'TimeoutError', unreadable],
  ];
  it.each(broken)(
    'a sign-in works for this run when storage is %s',
    async (_name, make, storageError, notice) => {
      const tv = sessionHarness({ store: make() });
      await tv.clock.run(tv.session.restore());
      expect(tv.events).toEqual([{ type: 'accountsFound', accounts: [], notice }]);
      const tokens = tv.server.grant(ada);
      const completion = await tv.clock.run(tv.session.complete(tokens, never));
      expect(completion).toMatchObject({
        type: 'completed',
        account: ada,
        keeping: 'storage-failed',
      });
      expect(tv.session.diagnostics()).toMatchObject({ storage: 'failing', storageError });

      await tv.clock.pass(3_545_000);
      const renewed = await tv.clock.run(tv.session.accessToken());
      expect(renewed).toMatchObject({ type: 'ready' });
      expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
      expect(tv.server.reuses).toBe(0);

      await tv.clock.run(tv.session.signOut(['ada']));
      expect(tv.server.isAlive(tokens.credentials.refreshToken)).toBe(false);
    },
  );

  it('a session is kept after all when storage recovers', async () => {
    const store = memoryStore();
    let full = true;
    const tv = await signedIn(
      sessionHarness({
        store: {
          ...store,
          update: (key, change) =>
            full
              ? failingStore('QuotaExceededError').update(key, change)
              : store.update(key, change),
        },
      }),
    );
    expect(tv.session.diagnostics().keeping).toBe('storage-failed');
    full = false;
    await tv.clock.pass(3_540_000);
    expect(tv.events).toContainEqual({
      type: 'sessionOpened',
      account: ada,
      accounts: [ada],
      keeping: 'kept',
    });
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
  });

  it.each([
    ['the ID token', { claims: { sub: 'ada', name: 'Ada Lövelace' } }, 'ada', 'Ada Lövelace'],
    ['no one, without an ID token', {}, '\u0000viewer', ''],
    ['no one, with an ID token that does not fit', { idToken: 'a.b.c' }, '\u0000viewer', ''],
  ])(
    'a sign-in is not lost when the account cannot be looked up: the name is that of %s',
    async (_name, identity, id, name) => {
      const tv = sessionHarness();
      tv.server.accountReply = { type: 'token-refused' };
      const tokens = tv.server.grant(ada, identity);
      const completion = await tv.clock.run(tv.session.complete(tokens, never));
      expect(completion).toMatchObject({
        type: 'completed',
        account: { id, name },
        keeping: 'kept',
      });
    },
  );

  it('a session learns a missing name with the next renewal', async () => {
    const tv = sessionHarness();
    tv.server.accountReply = { type: 'transient-failure', problem: unreachable };
    await signedIn(tv);
    tv.server.accountReply = { type: 'known', account: ada };
    await tv.clock.pass(3_540_000);
    expect(tv.events).toEqual([
      { type: 'sessionOpened', account: ada, accounts: [ada], keeping: 'kept' },
    ]);
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
  });

  it('a sign-in does not wait for ever for the name', async () => {
    const tv = sessionHarness();
    tv.server.account = () => new Promise(() => {});
    const startedAtMs = tv.clock.monotonicMs();
    await signedIn(tv);
    expect(tv.clock.monotonicMs() - startedAtMs).toBeLessThanOrEqual(10_000);
  });

  it('a sign-in revokes the tokens when the viewer cancels meanwhile', async () => {
    const tv = sessionHarness();
    tv.server.delayMs = 1000;
    const tokens = tv.server.grant(ada);
    const cancel = new AbortController();
    const completing = tv.session.complete(tokens, cancel.signal);
    cancel.abort();
    expect(await tv.clock.run(completing)).toEqual({
      type: 'failed',
      problem: { kind: 'not-completed', code: 'cancelled' },
    });
    expect(tv.server.isAlive(tokens.credentials.refreshToken)).toBe(false);
    expect(tv.session.diagnostics()).toMatchObject({ signedIn: false, accounts: 0 });
    expect(await keptToken(tv)).toBeUndefined();
  });

  it('a sign-in refuses a plain token where DPoP is required, and revokes it', async () => {
    const clock = sessionClock();
    const store = memoryStore();
    const proofs = createProofs({
      mode: 'required',
      store,
      clock,
      crypto: watchedCrypto,
    });
    const tv = sessionHarness({ clock, store, proofs });
    const tokens = tv.server.grant(ada);
    expect(await clock.run(tv.session.complete(tokens, never))).toMatchObject({
      type: 'failed',
      problem: { kind: 'misconfigured', code: 'dpop_ignored' },
    });
    expect(tv.server.isAlive(tokens.credentials.refreshToken)).toBe(false);
  });
});

describe('the next start', () => {
  it('the next start opens the session from the record at once and renews in the background', async () => {
    const tv = await signedIn();
    tv.session.suspend();
    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
    next.session.open('ada');
    expect(next.events[1]).toEqual({
      type: 'sessionOpened',
      account: ada,
      accounts: [ada],
      keeping: 'kept',
    });
    expect(await next.clock.run(next.session.accessToken())).toMatchObject({ type: 'ready' });
    expect(next.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
    expect(next.events).toHaveLength(2);
  });

  it('the next start stays signed in, offline, while the server cannot be reached, and comes back', async () => {
    const tv = await signedIn();
    tv.server.down = true;
    const next = await restarted(tv);
    // The renewal is repeated once before it counts as a failure.
    await next.clock.pass(2000);
    expect(next.events.slice(1)).toEqual([
      { type: 'sessionOpened', account: ada, accounts: [ada], keeping: 'kept' },
      { type: 'connectionChanged', connection: { type: 'offline', problem: unreachable } },
    ]);
    expect(await next.session.accessToken()).toEqual({
      type: 'transient-failure',
      problem: unreachable,
    });
    await next.clock.pass(3600_000);
    expect(next.server.calls.length).toBeLessThan(50);
    next.server.down = false;
    await next.clock.pass(400_000);
    expect(next.events.slice(3)).toEqual([
      { type: 'connectionChanged', connection: { type: 'online' } },
    ]);
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('the next start asks for a fresh sign-in when the server has ended the session', async () => {
    const tv = await signedIn();
    await tv.server.revoke({ credentials: refreshToken(await keptToken(tv)) }, never);
    const next = await restarted(tv);
    expect(next.events.slice(2)).toEqual([
      { type: 'sessionEnded', accountId: 'ada', accounts: [] },
    ]);
    expect(next.accountEvents).toEqual([
      { type: 'signedIn', account: ada },
      { type: 'signedOut', account: ada, reason: 'ended' },
    ]);
    expect(await keptToken(next)).toBeUndefined();
    expect(await next.session.accessToken()).toEqual({ type: 'signed-out' });
  });

  it('the next start says that a record had to be set aside, and only once', async () => {
    const tv = await signedIn();
    await tv.store.delete('seal-key');
    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([
      { type: 'accountsFound', accounts: [], notice: 'record-damaged' },
    ]);
    const later = tv.again();
    await later.session.restore();
    expect(later.events).toEqual([{ type: 'accountsFound', accounts: [] }]);
  });

  it('the next start does not wait longer than two seconds for storage, but takes a late answer', async () => {
    const store = memoryStore();
    const tv = await signedIn(sessionHarness({ store }));
    const slow: RecordStore = {
      ...store,
      entries: () =>
        new Promise((resolve) => {
          tv.clock.setTimer(4000, () => resolve(store.entries()));
        }),
    };
    tv.session.suspend();
    const next = tv.again({ store: slow });
    const startedAtMs = tv.clock.monotonicMs();
    await tv.clock.run(next.session.restore());
    expect(tv.clock.monotonicMs() - startedAtMs).toBe(2000);
    expect(next.events).toEqual([
      { type: 'accountsFound', accounts: [], notice: 'storage-unreadable' },
    ]);
    await tv.clock.pass(2000);
    expect(next.events[1]).toEqual({ type: 'accountsFound', accounts: [ada] });
  });

  it('the session works with real IndexedDB and a connection that closes in between', async () => {
    const idb = new IDBFactory();
    const opened: IDBDatabase[] = [];
    const factory = {
      open: (name: string, version?: number) => {
        const request = idb.open(name, version);
        request.addEventListener('success', () => opened.push(request.result));
        return request;
      },
    } as unknown as IDBFactory;
    const tv = await signedIn(sessionHarness({ store: indexedDbStore(() => factory, 'tv') }));
    opened[0]?.close();
    await tv.clock.pass(3_540_000);
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
    expect(tv.events).toEqual([]);
  });
});

describe('renewal', () => {
  it.each([
    [3600, 3300, 3540],
    [300, 240, 240],
    [60, 48, 48],
    [1, 5, 5],
  ])(
    'the renewal of a token for %i s comes after %i to %i s',
    async (lifetime, earliest, latest) => {
      for (const random of [0, 0.5, 0.999]) {
        const tv = sessionHarness({ random: () => random });
        tv.server.expiresInSeconds = lifetime;
        await signedIn(tv);
        await tv.clock.pass(earliest * 1000 - 1);
        expect(tv.server.calls).not.toContain('refresh');
        await tv.clock.pass((latest - earliest) * 1000 + 1);
        expect(tv.server.calls).toContain('refresh');
      }
    },
  );

  it('a token for 60 days is not renewed at once, as a timer beyond 2^31 ms would have it', async () => {
    const tv = sessionHarness();
    tv.server.expiresInSeconds = 60 * 24 * 3600;
    await signedIn(tv);
    await tv.clock.pass(59 * 24 * 3600_000);
    expect(tv.server.calls).not.toContain('refresh');
    await tv.clock.pass(24 * 3600_000);
    expect(tv.server.calls).toContain('refresh');
  });

  it('a token without a lifetime is not renewed before it is refused', async () => {
    const tv = sessionHarness();
    tv.server.expiresInSeconds = undefined;
    await signedIn(tv);
    await tv.clock.pass(10 * year);
    expect(tv.server.calls).not.toContain('refresh');
    expect((await tv.session.accessToken()).type).toBe('ready');
  });

  it('a rotated token is kept before any caller gets the new access token', async () => {
    const store = memoryStore();
    const order: string[] = [];
    const tv = await signedIn(
      sessionHarness({
        store: {
          ...store,
          async update(key, change) {
            await settle();
            await store.update(key, change);
            if (key.indexOf('account/') === 0) order.push('durable');
          },
        },
      }),
    );
    order.length = 0;
    await tv.clock.pass(3_600_000);
    tv.session.accessToken().then(() => order.push('used'));
    await settle();
    expect(order[0]).toBe('durable');
    expect(order).toContain('used');
  });

  /** A run of the app whose power is cut around the write of a rotated token. */
  async function powerCut(tv: SessionHarness, when: 'before' | 'after') {
    tv.session.suspend();
    const clock = sessionClock();
    const crashing = tv.again({
      clock,
      store: {
        ...tv.store,
        async update(key, change) {
          const cut = key.indexOf('account/') === 0;
          if (!cut || when === 'after') await tv.store.update(key, change);
          if (cut) await new Promise(() => {});
        },
      },
    });
    await crashing.session.restore();
    crashing.session.open('ada');
    await settle();
    expect(tv.server.calls).toContain('refresh');
    // Its clock is never advanced again: nothing of it goes on.
  }

  it('a session survives a power cut between the write and the first use', async () => {
    const tv = await signedIn();
    await powerCut(tv, 'after');
    const next = await restarted(tv);
    expect(next.events.map(({ type: event }) => event)).toEqual(['accountsFound', 'sessionOpened']);
    // The lease of the run that died is not waited for longer than this.
    await next.clock.pass(6000);
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
    expect(next.events).toHaveLength(2);
    expect(tv.server.reuses).toBe(0);
  });

  it('a session ends with a sentence, not a loop, after a power cut before the write', async () => {
    const tv = await signedIn();
    await powerCut(tv, 'before');
    const next = await restarted(tv);
    await next.clock.pass(6000);
    expect(next.events.map(({ type: event }) => event)).toEqual([
      'accountsFound',
      'sessionOpened',
      'sessionEnded',
    ]);
    for (const start of ['first', 'second']) {
      const last = tv.again();
      await last.session.restore();
      // Until a key was pressed the viewer may not have been there to read it.
      expect(last.events, start).toEqual([
        { type: 'accountsFound', accounts: [], notice: 'session-ended' },
      ]);
      if (start === 'second') last.session.noticeSeen();
    }
    await settle();
    const seen = tv.again();
    await seen.session.restore();
    expect(seen.events).toEqual([{ type: 'accountsFound', accounts: [] }]);
  });

  it('the explanation survives a power cut right after a refused rotation', async () => {
    const tv = await signedIn();
    await tv.server.revoke({ credentials: refreshToken(await keptToken(tv)) }, never);
    tv.session.suspend();
    const crashing = tv.again({
      store: {
        ...tv.store,
        async update(key, change) {
          await tv.store.update(key, change);
          if (key.indexOf('account/') === 0) await new Promise(() => {});
        },
      },
    });
    await crashing.session.restore();
    crashing.session.open('ada');
    await settle();
    expect(await keptToken(tv)).toBeUndefined();
    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [], notice: 'session-ended' }]);
    await next.clock.run(next.session.complete(tv.server.grant(ada), never));
    await settle();
    expect((await tv.store.entries()).map(([key]) => key.split('/')[0])).not.toContain('memo');
  });

  it('a refresh is repeated once, with the same token, when the reply got lost', async () => {
    const tv = await signedIn();
    tv.server.grace = true;
    tv.server.refreshScript.push('lost');
    await tv.clock.pass(3_542_000);
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(2);
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
    expect(tv.events).toEqual([]);
  });

  it('a refresh that never reached the server is not repeated at once', async () => {
    const tv = await signedIn();
    const problem = { kind: 'server-unreachable', code: 'connection_refused' } as const;
    tv.server.refreshScript.push({ type: 'transient-failure', problem });
    const refreshes = () => tv.server.calls.filter((call) => call === 'refresh').length;
    while (refreshes() === 0) await tv.clock.pass(1000);
    await tv.clock.pass(3900);
    expect(refreshes()).toBe(1);
    await tv.clock.pass(10_000);
    expect(refreshes()).toBe(2);
  });

  it('a refresh is repeated no more than once before the session backs off', async () => {
    const tv = await signedIn();
    tv.session.suspend();
    tv.server.down = true;
    const next = await restarted(tv);
    await next.clock.pass(4999);
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(2);
    expect(next.events).toContainEqual({
      type: 'connectionChanged',
      connection: { type: 'offline', problem: unreachable },
    });
  });

  it('one renewal serves any number of callers in the page', async () => {
    const tv = await signedIn();
    const next = await restarted(tv);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => next.session.accessToken()));
    expect(new Set(tokens.map((token) => JSON.stringify(token))).size).toBe(1);
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
  });

  const failures: [string, Problem][] = [
    ['no network', { kind: 'offline', code: 'offline' }],
    ['a time-out', { kind: 'time-out', code: 'timed_out' }],
    ['an unreachable server', unreachable],
    ['500', { kind: 'server-error', code: 'http_500', status: 500 }],
    ['503', { kind: 'server-busy', code: 'temporarily_unavailable', status: 503 }],
    ['429', { kind: 'server-busy', code: 'slow_down', status: 429, retryAfterSeconds: 120 }],
  ];
  it.each(failures)('a renewal that meets %s keeps the session', async (_name, problem) => {
    const tv = await signedIn();
    const transientFailure = { type: 'transient-failure', problem } as const;
    // Where the reply may have got lost the renewal is repeated once before it counts as trouble.
    tv.server.refreshScript.push(transientFailure, transientFailure);
    if (problem.status !== undefined || problem.kind === 'offline') tv.server.refreshScript.pop();
    const next = await restarted(tv);
    if (tv.server.refreshScript.length > 0) await next.clock.pass(2000);
    const connection =
      problem.status === undefined
        ? { type: 'offline', problem }
        : {
            type: 'service-trouble',
            problem,
            sinceWallMs: next.clock.wallMs(),
            lastsADay: false,
          };
    expect(next.events[2]).toEqual({ type: 'connectionChanged', connection });
    expect(await keptToken(next)).toBeDefined();
    const asked = tv.server.calls.length;
    const allowedMs = (problem.retryAfterSeconds ?? 5) * 1000;
    await next.clock.pass(allowedMs - 1);
    expect(tv.server.calls).toHaveLength(asked);
    await next.clock.pass(0.5 * allowedMs + 1);
    expect(next.events[3]).toEqual({ type: 'connectionChanged', connection: { type: 'online' } });
    expect(next.events).toHaveLength(4);
  });

  it('failing renewals back off up to five minutes and no further', async () => {
    const tv = await signedIn();
    const problem: Problem = { kind: 'offline', code: 'offline' };
    for (let count = 0; count < 40; count++) {
      tv.server.refreshScript.push({ type: 'transient-failure', problem });
    }
    const next = await restarted(tv, { random: increasingRandom() });
    const times: number[] = [];
    const refresh = tv.server.refresh;
    tv.server.refresh = (...given) => {
      times.push(next.clock.monotonicMs());
      return refresh(...given);
    };
    await next.clock.pass(3600_000);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300_000);
    expect(gaps[0]).toBeGreaterThanOrEqual(10_000);
    for (let at = 1; at < 5; at++) expect(gaps[at]).toBeGreaterThan((gaps[at - 1] ?? 0) * 1.5);
  });

  it('a renewal does not hang when the server never answers', async () => {
    const tv = await signedIn();
    tv.server.refresh = () => new Promise(() => {});
    const next = await restarted(tv);
    await next.clock.pass(43_000);
    expect(next.events).toContainEqual({
      type: 'connectionChanged',
      connection: {
        type: 'offline',
        problem: { kind: 'time-out', code: 'refresh_timed_out' },
      },
    });
  });

  it('a session goes on for this run when the rotated token cannot be kept, and the viewer is told', async () => {
    const store = memoryStore();
    let full = false;
    const tv = await signedIn(
      sessionHarness({
        store: {
          ...store,
          async update(key, change) {
            const value = change(await store.get(key));
            if (full && key.indexOf('account/') === 0 && value !== undefined) {
              throw new DOMException('Full', 'QuotaExceededError');
            }
            await store.update(key, change);
          },
        },
      }),
    );
    full = true;
    await tv.clock.pass(3_540_000);
    full = false;
    expect(tv.events).toEqual([
      { type: 'sessionOpened', account: ada, accounts: [ada], keeping: 'storage-failed' },
    ]);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
    await tv.clock.pass(3_540_000);
    expect(tv.events[1]).toMatchObject({ type: 'sessionOpened', keeping: 'kept' });
    expect(tv.server.reuses).toBe(0);
  });

  it('a session adopts what another tab has kept when its own token is refused', async () => {
    const tv = await signedIn();
    const next = tv.again();
    await next.session.restore();
    const refresh = tv.server.refresh;
    let slept = false;
    // Another tab that had lost its lock in standby rotates while this request is on its way.
    tv.server.refresh = async (token, signal) => {
      if (slept) return refresh(token, signal);
      slept = true;
      const renewed = await refresh(token, signal);
      if (renewed.type !== 'renewed' || renewed.tokens.credentials === undefined) {
        throw new Error('not renewed');
      }
      const seal = createSeal(tv.store, watchedCrypto);
      const owner = { serverId: tv.server.id, clientId: tv.server.clientId };
      await createAccountRecords(tv.store, seal, owner, Math.random).write(
        ada,
        renewed.tokens.credentials,
      );
      return {
        type: 'ended',
        problem: { kind: 'not-completed', code: 'invalid_grant', status: 400 },
      };
    };
    tv.session.suspend();
    next.session.open('ada');
    await settle();
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
    expect(next.events.map(({ type: event }) => event)).toEqual(['accountsFound', 'sessionOpened']);
  });
});

describe('clocks', () => {
  it('a wall clock that is ten years off, or jumps, changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -10 * year, max: 10 * year }),
        fc.array(fc.integer({ min: -10 * year, max: 10 * year }), { maxLength: 4 }),
        async (error, jumps) => {
          const truth = Date.UTC(2025, 5, 1);
          const tv = await signedIn(sessionHarness({ clock: sessionClock(truth + error) }));
          for (const jump of jumps) {
            tv.clock.setWall(truth + jump);
            await tv.clock.pass(600_000);
          }
          expect(tv.server.calls).not.toContain('refresh');
          await tv.clock.pass(3_540_000 - jumps.length * 600_000);
          expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
          expect(tv.events).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('a TV that boots in 1970 signs no viewer out', async () => {
    const tv = await signedIn();
    tv.clock.setWall(0);
    const next = await restarted(tv);
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
    next.clock.setWall(Date.UTC(2025, 5, 1));
    next.session.resume();
    await settle();
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
    expect(next.events.map(({ type: event }) => event)).toEqual(['accountsFound', 'sessionOpened']);
  });

  it('a monotonic clock that stood still in standby leads to a renewal on waking up', async () => {
    const tv = await signedIn();
    tv.session.suspend();
    tv.clock.sleep(8 * 3600_000);
    tv.session.resume();
    await settle();
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
    expect(tv.events).toEqual([]);
  });

  it('a wall clock that is set by ten years while the app is hidden costs one renewal and ends nothing', async () => {
    const tv = await signedIn();
    tv.session.suspend();
    tv.clock.sleep(10 * year);
    tv.session.resume();
    await settle();
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
    expect(tv.events).toEqual([]);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it.each([3600_000, 8 * 3600_000, year])(
    'a wall clock that is set by %i ms ends no session that cannot be renewed',
    async (jumpMs) => {
      const tv = sessionHarness();
      const { credentials: _none, ...tokens } = tv.server.grant(ada);
      await tv.clock.run(tv.session.complete(tokens, never));
      tv.session.suspend();
      tv.clock.sleep(jumpMs);
      tv.session.resume();
      await settle();
      expect(tv.events).toEqual([]);
      expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
      // At 80 % of its life there is nothing to renew it with, so it is used to its end.
      await tv.clock.pass(3_000_000);
      tv.session.resume();
      await tv.clock.pass(500_000);
      expect(tv.events).toEqual([]);
    },
  );

  it('nothing is renewed while the app is hidden', async () => {
    const tv = await signedIn();
    tv.session.suspend();
    await tv.clock.pass(10 * 3600_000);
    expect(tv.server.calls).not.toContain('refresh');
    tv.session.resume();
    await settle();
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
  });

  const busy: Problem = {
    kind: 'server-busy',
    code: 'busy',
    status: 503,
    retryAfterSeconds: 60,
  };
  const refreshes = ({ server }: SessionHarness) =>
    server.calls.filter((call) => call === 'refresh').length;

  it('a TV that comes back tries again at once, but not before the server allows', async () => {
    const tv = await signedIn();
    tv.server.refreshScript.push({ type: 'transient-failure', problem: busy });
    const next = await restarted(tv);
    await next.clock.pass(30_000);
    next.session.resume();
    await settle();
    expect(refreshes(tv)).toBe(1);
    await next.clock.pass(29_999);
    next.session.resume();
    await settle();
    expect(refreshes(tv)).toBe(1);
    await next.clock.pass(2);
    next.session.resume();
    await settle();
    expect(refreshes(tv)).toBe(2);
  });

  it.each([
    { chance: 0, afterMs: 60_000 },
    { chance: 0.5, afterMs: 75_000 },
    { chance: 0.98, afterMs: 89_400 },
  ])(
    'renewals of TVs that were turned away together are spread out: by $chance',
    async ({ chance, afterMs }) => {
      const tv = await signedIn();
      tv.server.refreshScript.push({ type: 'transient-failure', problem: busy });
      const next = await restarted(tv, { random: () => chance });
      await next.clock.pass(afterMs - 10);
      expect(refreshes(tv)).toBe(1);
      await next.clock.pass(20);
      expect(refreshes(tv)).toBe(2);
    },
  );
});

describe('signing out', () => {
  it('a sign-out marks, revokes and deletes the record, in this order', async () => {
    const store = memoryStore();
    const order: string[] = [];
    const tv = await signedIn(
      sessionHarness({
        store: {
          ...store,
          async update(key, change) {
            await store.update(key, change);
            if (key.indexOf('account/') !== 0) return;
            order.push((await store.get(key)) === undefined ? 'deleted' : 'marked');
          },
        },
      }),
    );
    order.length = 0;
    const revoke = tv.server.revoke;
    tv.server.revoke = (...given) => {
      order.push('revoked');
      return revoke(...given);
    };
    const token = await keptToken(tv);
    await tv.session.signOut(['ada']);
    expect(order).toEqual(['marked', 'revoked', 'deleted']);
    expect(tv.server.isAlive(token ?? '')).toBe(false);
    expect(await store.entries()).toEqual([]);
    expect(tv.accountEvents[1]).toEqual({ type: 'signedOut', account: ada, reason: 'viewer' });
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer: 'revoked' }]);
    expect(tv.clock.timers()).toBe(0);
  });

  it('a sign-out takes effect here at once and waits five seconds at most for the server', async () => {
    const tv = await signedIn();
    tv.server.revoke = () => new Promise(() => {});
    const startedAtMs = tv.clock.monotonicMs();
    const leaving = tv.session.signOut(['ada']);
    expect(await tv.session.accessToken()).toEqual({ type: 'signed-out' });
    await tv.clock.run(leaving);
    expect(tv.clock.monotonicMs() - startedAtMs).toBe(5000);
    expect(await keptToken(tv)).toBeUndefined();
  });

  it('a sign-out without a connection is told to the server at the next start', async () => {
    const tv = await signedIn();
    const token = (await keptToken(tv)) ?? '';
    tv.server.down = true;
    await tv.session.signOut(['ada']);
    expect(tv.server.isAlive(token)).toBe(true);
    tv.server.down = false;
    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [] }]);
    await settle();
    expect(tv.server.isAlive(token)).toBe(false);
    expect(await tv.store.entries()).toEqual([]);
  });

  it('a sign-out without a connection is told to the server when the same account signs in again', async () => {
    const tv = await signedIn();
    const token = (await keptToken(tv)) ?? '';
    tv.server.down = true;
    await tv.session.signOut(['ada']);
    tv.server.down = false;
    await signedIn(tv);
    await settle();
    expect(tv.server.isAlive(token)).toBe(false);
    const newest = (await keptToken(tv)) ?? '';
    expect(tv.server.isAlive(newest)).toBe(true);
  });

  it('a sign-out leaves the record of a sign-in that came while the server was being told', async () => {
    const tv = await signedIn();
    tv.server.delayMs = 4000;
    const leaving = tv.session.signOut(['ada']);
    await tv.clock.pass(1000);
    tv.server.delayMs = 0;
    await tv.clock.run(tv.session.complete(tv.server.grant(ada), never));
    await tv.clock.run(leaving);
    await settle();
    const token = (await keptToken(tv)) ?? '';
    expect(tv.server.isAlive(token)).toBe(true);
  });

  it('a sign-out that is told at the next start leaves the record of a sign-in that came meanwhile', async () => {
    const tv = await signedIn();
    tv.server.down = true;
    await tv.session.signOut(['ada']);
    tv.server.down = false;
    tv.server.delayMs = 4000;
    const next = tv.again();
    await next.session.restore();
    await tv.clock.pass(1000);
    tv.server.delayMs = 0;
    await tv.clock.run(next.session.complete(tv.server.grant(ada), never));
    await tv.clock.pass(10_000);
    const token = (await keptToken(next)) ?? '';
    expect(tv.server.isAlive(token)).toBe(true);
  });

  it('a sign-out deletes the key for proofs before the server has answered', async () => {
    const clock = sessionClock();
    const store = memoryStore();
    const proofs = createProofs({ mode: 'required', store, clock, crypto: watchedCrypto });
    const tv = sessionHarness({ clock, store, proofs });
    const key = await proofs.createKey();
    if (key === undefined) throw new Error('No key');
    const binding = { type: 'bound', key } as const;
    const tokens = tv.server.grant(ada, { tokenType: 'DPoP', binding });
    await clock.run(tv.session.complete(tokens, never));
    const kept = async () => (await store.entries()).map(([, value]) => value);
    expect(await kept()).toContainEqual(expect.objectContaining({ binding }));
    tv.server.delayMs = 4000;
    const leaving = tv.session.signOut(['ada']);
    await clock.pass(1000);
    expect(await kept()).not.toContainEqual(expect.objectContaining({ binding }));
    await clock.run(leaving);
    expect(await kept()).toEqual([]);
  });

  const refused: RevokeOutcome = {
    type: 'refused',
    problem: { kind: 'misconfigured', code: 'invalid_client', status: 401 },
  };
  const unreached: RevokeOutcome = { type: 'transient-failure', problem: unreachable };
  it.each<[string, RevokeOutcome[], SignOutAnswer]>([
    ['revoked', [{ type: 'revoked' }], 'revoked'],
    ['no way to be told', [{ type: 'unsupported' }], 'unsupported'],
    ['a refusal', [refused], 'refused'],
    ['no answer', [unreached], 'later'],
  ])('a sign-out reports what the server answered: %s', async (_name, script, answer) => {
    const tv = await signedIn();
    tv.server.revokeScript.push(...script);
    await tv.session.signOut(['ada']);
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer }]);
    const asked = tv.server.calls.filter((call) => /^revoke/.test(call)).length;
    // Only what was not answered is told again at the next start.
    const next = tv.again();
    await next.session.restore();
    await settle();
    const again = tv.server.calls.filter((call) => /^revoke/.test(call)).length - asked;
    expect(again).toBe(answer === 'later' ? 1 : 0);
    expect(await tv.store.entries()).toEqual([]);
  });

  it('a sign-out reports that the server was not told when the record cannot wait for it', async () => {
    const tv = await signedIn(sessionHarness({ crypto: {} as Crypto }));
    tv.server.revokeScript.push(unreached);
    await tv.session.signOut(['ada']);
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer: 'untold' }]);
  });

  it('a sign-out of everyone reports the answer that matters most', async () => {
    const tv = await signedIn(await signedIn(), grace as typeof ada);
    tv.server.revokeScript.push({ type: 'revoked' }, refused);
    await tv.session.signOut(['ada', 'grace']);
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer: 'refused' }]);
  });

  it('a sign-out that the server refuses at a later start is not told a second time', async () => {
    const tv = await signedIn();
    tv.server.revokeScript.push(unreached, refused);
    await tv.session.signOut(['ada']);
    const next = tv.again();
    await next.session.restore();
    await settle();
    expect(await tv.store.entries()).toEqual([]);
  });

  it('a sign-out leaves no record where the server offers no revocation', async () => {
    const tv = await signedIn();
    tv.server.revokeScript.push({ type: 'unsupported' });
    await tv.session.signOut(['ada']);
    expect(await tv.store.entries()).toEqual([]);
  });

  it('a sign-out during a renewal revokes the renewed token', async () => {
    const tv = await signedIn(sessionHarness({ random: increasingRandom() }));
    tv.server.delayMs = 1000;
    await tv.clock.pass(3_540_100);
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
    // For this server an old token is just unknown: only the newest one ends the grant.
    tv.server.revokeScript.push({ type: 'revoked' });
    const leaving = tv.session.signOut(['ada']);
    await tv.clock.run(leaving);
    await tv.clock.pass(20_000);
    for (const secret of tv.server.secrets) expect(tv.server.isAlive(secret)).toBe(false);
    expect(await tv.store.entries()).toEqual([]);
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer: 'revoked' }]);
  });

  it('a sign-out while a renewal writes its first record leaves no record', async () => {
    const clock = sessionClock();
    const store = memoryStore();
    let full = true;
    const tv = await signedIn(
      sessionHarness({
        clock,
        random: increasingRandom(),
        store: {
          ...store,
          async update(key, change) {
            if (full) return failingStore('QuotaExceededError').update(key, change);
            const writes = change(await store.get(key)) !== undefined;
            if (writes && key.indexOf('account/') === 0) await pause(clock, 1000);
            await store.update(key, change);
          },
        },
      }),
    );
    await clock.pass(3_500_000);
    full = false;
    await clock.pass(40_500);
    expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
    await clock.run(tv.session.signOut(['ada']));
    await clock.pass(20_000);
    expect(await tv.store.entries()).toEqual([]);
    expect(tv.events).toEqual([{ type: 'signOutAnswered', answer: 'revoked' }]);
  });
});

describe('several accounts', () => {
  it('accounts are found in order of name, opened, switched and signed out one by one', async () => {
    const tv = await signedIn();
    await signedIn(tv, grace as typeof ada);
    expect(tv.accountEvents[1]).toEqual({ type: 'accountSwitched', account: grace, from: ada });
    tv.session.suspend();

    const next = tv.again();
    await next.session.restore();
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [ada, grace] }]);
    next.session.open('grace');
    await settle();
    const graces = await next.session.accessToken();
    next.session.open('ada');
    await settle();
    const adas = await next.session.accessToken();
    expect(graces).toMatchObject({ type: 'ready' });
    expect(adas).not.toEqual(graces);
    expect(next.accountEvents).toEqual([
      { type: 'signedIn', account: grace },
      { type: 'accountSwitched', account: ada, from: grace },
    ]);

    await next.session.signOut(['ada']);
    expect(await keptToken(next)).toBeUndefined();
    expect(next.server.isCurrent(await keptToken(next, 'grace'))).toBe(true);
    next.session.open('grace');
    expect(await next.session.accessToken()).toEqual(graces);
    await next.session.signOut(['grace']);
    expect(await next.store.entries()).toEqual([]);
  });

  it('accounts do not multiply when a viewer signs in again', async () => {
    const tv = await signedIn();
    const before = (await keptToken(tv)) ?? '';
    await signedIn(tv);
    expect(tv.session.diagnostics().accounts).toBe(1);
    expect(await keptToken(tv)).not.toBe(before);
    expect(tv.accountEvents).toHaveLength(1);
  });

  it('the earlier session is kept when its viewer signs in again and cancels at the last moment', async () => {
    const store = memoryStore();
    const cancel = new AbortController();
    let cancels = false;
    const tv = await signedIn(
      sessionHarness({
        store: {
          ...store,
          async update(key, change) {
            if (cancels) cancel.abort();
            await store.update(key, change);
          },
        },
      }),
    );
    cancels = true;
    const again = await tv.session.complete(tv.server.grant(ada), cancel.signal);
    expect(again.type).toBe('failed');
    await tv.clock.pass(3_540_000);
    expect(tv.events).toEqual([]);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('an account that is not there any more is reported as ended', () => {
    const tv = sessionHarness();
    tv.session.open('unknown');
    expect(tv.events).toEqual([{ type: 'sessionEnded', accountId: 'unknown', accounts: [] }]);
  });
});

describe('listeners', () => {
  it('a listener that throws does not stop the session, and can stop listening', async () => {
    const tv = sessionHarness();
    let heard = 0;
    const stop = tv.session.on(() => {
      heard++;
      throw new Error('mistake');
    });
    await tv.session.complete(tv.server.grant(ada), never);
    await expect(tv.clock.pass(1)).rejects.toThrow('mistake');
    stop();
    await tv.session.signOut(['ada']);
    expect(heard).toBe(1);
  });
});

describe('a lasting token that an API refuses', () => {
  const refusing = { fetch: async () => new Response('', { status: 401 }) };
  const apiOrigins = ['https://api.example'];

  /** A viewer has signed in at a system that gives one token for good. */
  async function lastingly(): Promise<SessionHarness> {
    const tv = sessionHarness({ ...refusing, apiOrigins });
    const tokens: TokenSet = {
      accessToken: 'lasting',
      tokenType: 'Bearer',
      credentials: { type: 'lasting', accessToken: 'lasting' },
    };
    tv.server.refresh = async () => ({ type: 'renewed', tokens });
    await tv.clock.run(tv.session.complete(tokens, never));
    return tv;
  }

  const call = (tv: SessionHarness) =>
    tv.clock.run(tv.session.api({ retry: 0 }).get('https://api.example'));

  it('a lasting token that its own server refuses ends the session', async () => {
    const tv = await lastingly();
    tv.server.accountReply = { type: 'token-refused' };
    await expect(call(tv)).rejects.toThrow('401');
    expect(tv.events).toContainEqual({ type: 'sessionEnded', accountId: 'ada', accounts: [] });
    expect(await keptToken(tv)).toBeUndefined();
  });

  it.each([
    ['knows it', { type: 'known', account: ada }],
    ['cannot be asked', { type: 'transient-failure', problem: unreachable }],
  ] as const)(
    'a lasting token that an API refuses ends nothing when its own server %s',
    async (_name, reply) => {
      const tv = await lastingly();
      tv.server.accountReply = reply;
      await expect(call(tv)).rejects.toThrow('401');
      expect(tv.session.diagnostics()).toMatchObject({ signedIn: true });
      expect(tv.events.filter(({ type: event }) => event === 'sessionEnded')).toEqual([]);
    },
  );

  it('a lasting token that an API refuses is looked into once in 30 s', async () => {
    const tv = await lastingly();
    const asked = () => tv.server.calls.filter((name) => name === 'account').length;
    const before = asked();
    for (let times = 0; times < 5; times++) await expect(call(tv)).rejects.toThrow('401');
    expect(asked() - before).toBe(1);
    await tv.clock.pass(31_000);
    await expect(call(tv)).rejects.toThrow('401');
    expect(asked() - before).toBe(2);
  });

  it('a lasting token is not judged by a server that could not renew the access', async () => {
    const tv = await lastingly();
    tv.server.refresh = async () => ({ type: 'transient-failure', problem: unreachable });
    tv.server.accountReply = { type: 'token-refused' };
    await expect(call(tv)).rejects.toThrow('401');
    expect(tv.session.diagnostics()).toMatchObject({ signedIn: true, keeping: 'kept' });
  });
});

describe('people whose names the server does not tell', () => {
  it('two viewers without a name are two accounts', async () => {
    const tv = sessionHarness();
    tv.server.accountReply = { type: 'known', account: { id: '\u0000viewer', name: '' } };
    await signedIn(tv);
    await signedIn(tv);
    const again = tv.again();
    await again.clock.run(again.session.restore());
    expect(again.events[0]).toMatchObject({
      type: 'accountsFound',
      accounts: [{ id: '\u0000viewer' }, { id: '\u0000viewer-2' }],
    });
  });
});

describe('what was granted', () => {
  it('the granted scope is told to the app, as it may be less than was asked for', async () => {
    const tv = sessionHarness();
    const tokens = tv.server.grant(ada, { scope: ['openid'] });
    await tv.clock.run(tv.session.complete(tokens, never));
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready', scope: ['openid'] });
  });
});

describe('windows of one origin with different servers', () => {
  it('windows of different servers do not sign out each other’s accounts of the same id', async () => {
    const heard: ((message: unknown) => void)[] = [];
    const joinTabs = (onMessage: (message: unknown) => void) => {
      heard.push(onMessage);
      return (message: unknown) => {
        for (const hear of heard) if (hear !== onMessage) hear(message);
      };
    };
    const one = await signedIn(sessionHarness({ joinTabs }));
    const clock = sessionClock();
    const server = Object.assign(modelServer(clock), { id: 'https://other.example' });
    const other = await signedIn(sessionHarness({ joinTabs, clock, server }));
    await one.clock.run(one.session.signOut(['ada']));
    expect(other.session.diagnostics()).toMatchObject({ signedIn: true });
  });
});
