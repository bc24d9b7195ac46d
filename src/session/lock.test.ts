import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { ControllableClock } from '../oauth/testing/controllable-clock';
import { pause } from '../oauth/time-limit';
import type { Locks } from './dependencies';
import { createLock, type WithLock } from './lock';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { webLocks } from './testing/harness';
import { sessionClock, settle } from './testing/session-clock';

const tab = (store: RecordStore, clock: ControllableClock, locks?: Locks): WithLock =>
  createLock(
    locks === undefined
      ? { store, clock, random: Math.random }
      : { store, clock, random: Math.random, locks },
  );

const kinds: [string, () => { store: RecordStore; locks?: Locks }][] = [
  ['Web Locks', () => ({ store: memoryStore(), locks: webLocks() })],
  [
    'a lease in IndexedDB',
    () => {
      const idb = new IDBFactory();
      return { store: indexedDbStore(() => idb, 'tv') };
    },
  ],
];

describe.each(kinds)('with %s', (_name, make) => {
  it('one tab at a time holds the lock, and each gets its turn', async () => {
    const { store, locks } = make();
    const clock = sessionClock();
    let inside = 0;
    let most = 0;
    let turns = 0;
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await pause(clock, 700);
      inside--;
      turns++;
    };
    const tabs = Array.from({ length: 6 }, () => tab(store, clock, locks)('refresh', work));
    const outcomes = await clock.run(Promise.all(tabs));
    expect(outcomes.every(({ type: outcome }) => outcome === 'done')).toBe(true);
    expect({ most, turns }).toEqual({ most: 1, turns: 6 });
    expect(clock.timers()).toBe(0);
    expect(await store.entries()).toEqual([]);
  });

  it('work under a lock of another name goes on beside it', async () => {
    const { store, locks } = make();
    const clock = sessionClock();
    tab(store, clock, locks)('one', () => new Promise(() => {}));
    await settle();
    const other = await clock.run(tab(store, clock, locks)('other', async () => 'through'));
    expect(other).toEqual({ type: 'done', result: 'through' });
  });

  it('a tab gives up waiting for one that does not release the lock', async () => {
    const { store, locks } = make();
    const clock = sessionClock();
    tab(store, clock, locks)('refresh', () => new Promise(() => {}));
    await settle();
    const waiting = tab(store, clock, locks)('refresh', async () => 'through');
    const startedAtMs = clock.monotonicMs();
    // The browser settles a request whose signal is aborted; this stand-in only looks at its turn.
    if (locks !== undefined) return;
    expect(await clock.run(waiting)).toEqual({ type: 'busy' });
    expect(clock.monotonicMs() - startedAtMs).toBeLessThan(46_000);
  });

  it('a tab whose work fails releases the lock', async () => {
    const { store, locks } = make();
    const clock = sessionClock();
    const failing = tab(
      store,
      clock,
      locks,
    )('refresh', async () => {
      throw new Error('failed');
    });
    await expect(clock.run(failing)).rejects.toThrow('failed');
    expect(await clock.run(tab(store, clock, locks)('refresh', async () => 1))).toEqual({
      type: 'done',
      result: 1,
    });
  });
});

describe('Web Locks', () => {
  it('Web Locks that may not be used here give way to the lease', async () => {
    const refusing: Locks = {
      request: async () => {
        throw new DOMException('Opaque origin', 'SecurityError');
      },
    };
    const store = memoryStore();
    const clock = sessionClock();
    let leases = 0;
    const work = async () => {
      leases = (await store.entries()).length;
    };
    await clock.run(tab(store, clock, refusing)('refresh', work));
    expect(leases).toBe(1);
  });

  it('Web Locks that are not granted in time are given up on', async () => {
    const busy: Locks = {
      request: (_name, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const clock = sessionClock();
    const waiting = tab(memoryStore(), clock, busy)('refresh', async () => 1);
    expect(await clock.run(waiting)).toEqual({ type: 'busy' });
  });
});

describe('the lease', () => {
  it('the lease of a tab that died is taken over within seconds', async () => {
    const store = memoryStore();
    const dead = sessionClock();
    tab(store, dead)('refresh', () => new Promise(() => {}));
    await settle();
    const clock = sessionClock();
    const startedAtMs = clock.monotonicMs();
    await clock.run(tab(store, clock)('refresh', async () => 1));
    const waitedMs = clock.monotonicMs() - startedAtMs;
    expect(waitedMs).toBeGreaterThanOrEqual(5000);
    expect(waitedMs).toBeLessThan(6000);
  });

  it('the lease goes to one of many tabs that wait for it', async () => {
    const store = memoryStore();
    tab(store, sessionClock())('refresh', () => new Promise(() => {}));
    await settle();
    const clock = sessionClock();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await pause(clock, 300);
      inside--;
    };
    const tabs = Array.from({ length: 8 }, () => tab(store, clock)('refresh', work));
    await clock.run(Promise.all(tabs));
    expect(most).toBe(1);
  });

  it('the lease is not lost to clocks that jump or to a page that slept beside its holder', async () => {
    const store = memoryStore();
    const clock = sessionClock();
    let working = true;
    const holding = tab(store, clock)('refresh', async () => {
      await pause(clock, 500_000);
      working = false;
    });
    await settle();
    let turn: 'too early' | 'right' | undefined;
    const waiting = tab(store, clock)('refresh', async () => {
      turn = working ? 'too early' : 'right';
    });
    for (let count = 0; count < 8; count++) {
      clock.setWall(Date.UTC(2015 + count * 3, 0, 1));
      await clock.pass(2000);
      clock.skip(60_000);
    }
    await clock.run(Promise.all([holding, waiting]));
    expect(turn).toBe('right');
  });

  it('a damaged lease does not hold up the work', async () => {
    const store = memoryStore();
    await store.set('lease/refresh', 'garbage');
    const clock = sessionClock();
    expect(await clock.run(tab(store, clock)('refresh', async () => 1))).toEqual({
      type: 'done',
      result: 1,
    });
  });

  it('a lease in a store that fails or hangs does not hold up the work', async () => {
    const clock = sessionClock();
    for (const update of [
      () => Promise.reject(new Error('no')),
      () => new Promise<never>(() => {}),
    ]) {
      const store = { ...memoryStore(), update };
      expect(await clock.run(tab(store, clock)('refresh', async () => 1))).toEqual({
        type: 'done',
        result: 1,
      });
    }
  });
});
