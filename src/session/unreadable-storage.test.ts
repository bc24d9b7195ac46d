import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { ControllableClock } from '../oauth/testing/controllable-clock';
import { pause } from '../oauth/time-limit';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { ada, grace, type SessionHarness, sessionHarness } from './testing/harness';
import { sessionClock, settle } from './testing/session-clock';

const never = new AbortController().signal;

/** A factory whose first opens fail, as some engines' do right after the TV is switched on. */
function failingFirst(idb: IDBFactory, failures: { left: number }, name = 'UnknownError') {
  return {
    open(database: string, version?: number) {
      if (failures.left-- > 0) throw new DOMException('Internal error', name);
      return idb.open(database, version);
    },
  } as unknown as globalThis.IDBFactory;
}

/** A TV on which a viewer has signed in, switched off. */
async function keptOn(store: RecordStore, account = ada): Promise<SessionHarness> {
  const tv = sessionHarness({ store });
  await tv.clock.run(tv.session.complete(tv.server.grant(account), never));
  tv.session.suspend();
  return tv;
}

async function restored(tv: SessionHarness, store: RecordStore): Promise<SessionHarness> {
  const next = tv.again({ store });
  await next.clock.run(next.session.restore());
  return next;
}

const found = { type: 'accountsFound', accounts: [ada] };
const unreadable = { type: 'accountsFound', accounts: [], notice: 'storage-unreadable' };

describe('storage that fails at the start', () => {
  it.each([1, 2, 3, 6, 8])(
    'failing storage is read again before the viewer is told: %i failures',
    async (left) => {
      const idb = new IDBFactory();
      const tv = await keptOn(indexedDbStore(() => idb, 'tv'));
      const factory = failingFirst(idb, { left });
      const next = await restored(
        tv,
        indexedDbStore(() => factory, 'tv'),
      );
      expect(next.events).toEqual([found]);
      next.session.open('ada');
      await settle();
      expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
    },
  );

  it('failing storage is called unreadable after five seconds, and can be read once more', async () => {
    const idb = new IDBFactory();
    const tv = await keptOn(indexedDbStore(() => idb, 'tv'));
    const failures = { left: 1000 };
    const startedAtMs = tv.clock.monotonicMs();
    const factory = failingFirst(idb, failures);
    const next = await restored(
      tv,
      indexedDbStore(() => factory, 'tv'),
    );
    expect(next.events).toEqual([unreadable]);
    expect(tv.clock.monotonicMs() - startedAtMs).toBeLessThanOrEqual(5000);
    expect(tv.clock.monotonicMs() - startedAtMs).toBeGreaterThan(3000);
    failures.left = 0;
    await next.clock.run(next.session.restore());
    expect(next.events).toEqual([unreadable, found]);
  });

  it.each(['get', 'entries'] as const)(
    'storage is read again when %s rejects once',
    async (call) => {
      const store = memoryStore();
      const tv = await keptOn(store);
      let failures = 1;
      const next = await restored(tv, {
        ...store,
        [call]: async (key: string) => {
          if (failures-- > 0) throw new DOMException('Broken', 'AbortError');
          return store[call](key);
        },
      });
      expect(next.events).toEqual([found]);
    },
  );

  it('storage that does not answer is called unreadable, until it answers', async () => {
    const store = memoryStore();
    const tv = await keptOn(store);
    const next = await restored(tv, {
      ...store,
      entries: () =>
        new Promise((resolve) => {
          tv.clock.setTimer(9000, () => resolve(store.entries()));
        }),
    });
    expect(next.events).toEqual([unreadable]);
    await next.clock.pass(9000);
    expect(next.events).toEqual([unreadable, found]);
  });

  it('storage is opened anew when the viewer tries again after an open that hung', async () => {
    const idb = new IDBFactory();
    const tv = await keptOn(indexedDbStore(() => idb, 'tv'));
    let hangs = 1;
    const factory = {
      open: (database: string, version?: number) =>
        hangs-- > 0 ? (new EventTarget() as IDBOpenDBRequest) : idb.open(database, version),
    } as unknown as globalThis.IDBFactory;
    const next = await restored(
      tv,
      indexedDbStore(() => factory, 'tv'),
    );
    expect(next.events).toEqual([unreadable]);
    await next.clock.run(next.session.restore());
    expect(next.events).toEqual([unreadable, found]);
    next.session.open('ada');
    await settle();
    expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('storage that answers late with no accounts is not called unreadable any more', async () => {
    const store = memoryStore();
    const next = sessionHarness({ store });
    const { entries } = store;
    store.entries = () =>
      new Promise((resolve) => {
        next.clock.setTimer(4000, () => resolve(entries()));
      });
    await next.clock.run(next.session.restore());
    await next.clock.pass(4000);
    expect(next.events).toEqual([unreadable, { type: 'accountsFound', accounts: [] }]);
  });

  it.each(['NotSupportedError', 'SecurityError'])(
    'storage is not waited for where there is none: %s',
    async (name) => {
      const tv = sessionHarness();
      const startedAtMs = tv.clock.monotonicMs();
      const factory = failingFirst(new IDBFactory(), { left: 1000 }, name);
      const next = await restored(
        tv,
        indexedDbStore(() => factory, 'tv'),
      );
      expect(next.events).toEqual([{ type: 'accountsFound', accounts: [] }]);
      expect(tv.clock.monotonicMs()).toBe(startedAtMs);
    },
  );

  it('storage that another window blocks is called unreadable, until it is free', async () => {
    const idb = new IDBFactory();
    const blocker = await new Promise<IDBDatabase>((resolve) => {
      const request = idb.open('tv', 3);
      request.onsuccess = () => resolve(request.result);
    });
    const tv = sessionHarness();
    // The database of that window has no records in it, so it has to be upgraded.
    const next = await restored(
      tv,
      indexedDbStore(() => idb, 'tv'),
    );
    expect(next.events).toEqual([unreadable]);
    blocker.close();
    await settle();
    expect(next.events.at(-1)).toEqual({ type: 'accountsFound', accounts: [] });
  });
});

/** Storage that cannot be read until it is mended, but would take what is written. */
function writeOnly(store: RecordStore) {
  const state = { broken: true };
  const guard = <Value>(read: () => Promise<Value>): Promise<Value> =>
    state.broken ? Promise.reject(new DOMException('Broken', 'UnknownError')) : read();
  const guarded: RecordStore = {
    ...store,
    get: (key) => guard(() => store.get(key)),
    entries: () => guard(() => store.entries()),
  };
  return { state, guarded };
}

describe('a sign-in while what is kept cannot be read', () => {
  const nameless = { id: '\u0000viewer', name: '' };

  it.each([
    ['the same account', ada],
    ['another viewer without a name', nameless],
  ])('a sign-in while storage is unreadable overwrites no record: %s', async (_name, account) => {
    const store = memoryStore();
    const tv = await keptOn(store, account as typeof ada);
    const before = await store.entries();
    const { guarded } = writeOnly(store);
    const next = await restored(tv, guarded);
    const tokens = next.server.grant(account);
    expect(await next.clock.run(next.session.complete(tokens, never))).toMatchObject({
      type: 'completed',
      keeping: 'storage-failed',
    });
    expect((await store.entries()).filter(([key]) => /^account/.test(key))).toEqual(
      before.filter(([key]) => /^account/.test(key)),
    );
  });

  it('a sign-in reads the records first when that works by then, so that viewers without a name stay two', async () => {
    const store = memoryStore();
    const tv = await keptOn(store, nameless as typeof ada);
    const { state, guarded } = writeOnly(store);
    const next = await restored(tv, guarded);
    state.broken = false;
    const tokens = next.server.grant(nameless);
    expect(await next.clock.run(next.session.complete(tokens, never))).toMatchObject({
      account: { id: '\u0000viewer-2' },
      accounts: [{ id: '\u0000viewer' }, { id: '\u0000viewer-2' }],
      keeping: 'kept',
    });
  });

  it('a sign-in while storage is unreadable is kept with the first renewal after it could be read', async () => {
    const store = memoryStore();
    const tv = await keptOn(store);
    const { state, guarded } = writeOnly(store);
    const next = await restored(tv, guarded);
    await next.clock.run(next.session.complete(next.server.grant(grace), never));
    state.broken = false;
    await next.clock.pass(3_545_000);
    expect(next.events.at(-1)).toMatchObject({ type: 'sessionOpened', keeping: 'kept' });
    const later = await restored(next, store);
    expect(later.events[0]).toMatchObject({ accounts: [ada, grace] });
  });
});

describe('a record that cannot be read when it is to be renewed', () => {
  it('a record that cannot be read at a renewal is named, not taken for a missing network, and read again', async () => {
    const store = memoryStore();
    const tv = await keptOn(store);
    const { state, guarded } = writeOnly(store);
    state.broken = false;
    const next = await restored(tv, guarded);
    state.broken = true;
    next.session.open('ada');
    await settle();
    expect(next.events.at(-1)).toEqual({
      type: 'connectionChanged',
      connection: { type: 'storage-unreadable' },
    });
    expect(next.server.calls).not.toContain('refresh');
    state.broken = false;
    await next.clock.pass(10_000);
    expect(next.events.at(-1)).toEqual({
      type: 'connectionChanged',
      connection: { type: 'online' },
    });
  });
});

describe('storage that takes no writes for a while', () => {
  /** A memory store whose writes fail, or take a second, while it is told so. */
  function store(name: string, clock: ControllableClock) {
    const inner = memoryStore();
    const state = { fails: false, isSlow: false };
    const write = async () => {
      if (state.isSlow) await pause(clock, 1000);
      if (state.fails) throw new DOMException('No', name);
    };
    const wrapped: RecordStore = {
      ...inner,
      set: (key, value) => write().then(() => inner.set(key, value)),
      update: (key, change) => write().then(() => inner.update(key, change)),
    };
    return { state, wrapped };
  }

  /** A TV whose token was rotated while storage took no writes. */
  async function rotated(name: string) {
    const clock = sessionClock();
    const { state, wrapped } = store(name, clock);
    const before = sessionHarness({ clock, store: wrapped });
    await clock.run(before.session.complete(before.server.grant(ada), never));
    before.session.suspend();
    const tv = before.again();
    await clock.run(tv.session.restore());
    state.fails = true;
    tv.session.open('ada');
    await clock.pass(1000);
    expect(tv.session.diagnostics().keeping).toBe('storage-failed');
    return { tv, state, clock };
  }

  it.each(['QuotaExceededError', 'DataCloneError', 'UnknownError'])(
    'storage that did not take a rotated token is offered it again, and costs no session: %s',
    async (name) => {
      const { tv, state, clock } = await rotated(name);
      state.fails = false;
      await clock.pass(6000);
      expect(tv.session.diagnostics().keeping).toBe('kept');
      expect(tv.server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
      tv.session.suspend();
      const next = tv.again();
      await clock.run(next.session.restore());
      expect(next.events).toEqual([found]);
      next.session.open('ada');
      await settle();
      expect(await next.session.accessToken()).toMatchObject({ type: 'ready' });
      expect(next.server.reuses).toBe(0);
    },
  );

  it('storage is offered a rotated token three times until the next renewal', async () => {
    const { tv, state, clock } = await rotated('QuotaExceededError');
    await clock.pass(340_000);
    state.fails = false;
    await clock.pass(600_000);
    expect(tv.session.diagnostics().keeping).toBe('storage-failed');
    await clock.pass(3_600_000);
    expect(tv.session.diagnostics().keeping).toBe('kept');
  });

  it('keeps nothing of an account that is signed out meanwhile', async () => {
    const { tv, state, clock } = await rotated('QuotaExceededError');
    state.fails = false;
    state.isSlow = true;
    await clock.pass(4500);
    await clock.run(tv.session.signOut(['ada']));
    await clock.pass(20_000);
    expect((await tv.store.entries()).filter(([key]) => /^account/.test(key))).toEqual([]);
  });
});
