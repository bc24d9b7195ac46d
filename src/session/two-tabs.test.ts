import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { SessionDependencies } from './dependencies';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import {
  ada,
  increasingRandom,
  type SessionHarness,
  sessionHarness,
  webLocks,
} from './testing/harness';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;

/** Two tabs of one TV, both signed in as Ada, the access of neither renewed yet. */
async function twoTabs(changes: Partial<SessionDependencies> = {}, storeOfSecond?: RecordStore) {
  const first = sessionHarness(changes);
  await first.session.complete(first.server.grant(ada), never);
  const second = first.again(storeOfSecond === undefined ? {} : { store: storeOfSecond });
  await second.session.restore();
  second.session.open('ada');
  await settle();
  return [first, second] as const;
}

/** Both tabs find, at the same instant, that their access token is over. */
async function renewAtOnce(tabs: readonly SessionHarness[]) {
  const [first] = tabs;
  if (first === undefined) return;
  const renewals = tabs.map(async ({ session }) => {
    session.suspend();
    session.resume();
    return session.accessToken();
  });
  return first.clock.run(Promise.all(renewals));
}

describe('two tabs that renew at the same instant, 100 times, with rotation and reuse detection', () => {
  it.each([
    ['Web Locks', () => ({ locks: webLocks(), store: memoryStore() }), undefined],
    ['a lease', () => ({ store: memoryStore() }), undefined],
  ])(
    'two tabs lose no session with %s',
    async (_name, make) => {
      const tabs = await twoTabs(make());
      const [{ server, clock }] = tabs;
      server.delayMs = 40;
      server.calls.length = 0;
      for (let round = 0; round < 100; round++) {
        server.delayMs = (round * 37) % 400;
        for (const tab of tabs) tab.session.suspend();
        await clock.pass(3_600_000);
        const tokens = await renewAtOnce(tabs);
        expect(tokens?.map(({ type: outcome }) => outcome)).toEqual(['ready', 'ready']);
      }
      expect(server.calls.filter((call) => call === 'refresh')).toHaveLength(200);
      expect(server.reuses).toBe(0);
      expect(tabs[0].events).toEqual([]);
      expect(tabs[1].events.map(({ type: event }) => event)).toEqual([
        'accountsFound',
        'sessionOpened',
      ]);
    },
    60_000,
  );

  it('two tabs lose no session with a lease in real IndexedDB, each with its own connection', async () => {
    const idb = new IDBFactory();
    const tabs = await twoTabs(
      { store: indexedDbStore(() => idb, 'tv') },
      indexedDbStore(() => idb, 'tv'),
    );
    const [{ server, clock }] = tabs;
    for (let round = 0; round < 25; round++) {
      server.delayMs = (round * 37) % 400;
      for (const tab of tabs) tab.session.suspend();
      await clock.pass(3_600_000);
      const tokens = await renewAtOnce(tabs);
      expect(tokens?.map(({ type: outcome }) => outcome)).toEqual(['ready', 'ready']);
    }
    expect(server.reuses).toBe(0);
  }, 60_000);

  it('two tabs would lose the session without a lock: the server model does detect reuse', async () => {
    const unguarded = {
      request: (_name: string, _options: unknown, work: () => unknown) => work(),
    };
    const tabs = await twoTabs({ locks: unguarded as never });
    const [{ server, clock }] = tabs;
    server.delayMs = 200;
    for (const tab of tabs) tab.session.suspend();
    await clock.pass(3_600_000);
    await renewAtOnce(tabs);
    expect(server.reuses).toBeGreaterThan(0);
  });
});

describe('a sign-out in one tab', () => {
  it('a sign-out ends the session of the other tab at once where tabs can talk', async () => {
    const ears: ((message: unknown) => void)[] = [];
    const joinTabs = (onMessage: (message: unknown) => void) => {
      ears.push(onMessage);
      return (message: unknown) => {
        for (const ear of ears) if (ear !== onMessage) ear(message);
      };
    };
    const [first, second] = await twoTabs({ joinTabs });
    await first.session.signOut(['ada']);
    expect(second.events).toContainEqual({ type: 'sessionEnded', accountId: 'ada', accounts: [] });
    expect(await second.session.accessToken()).toEqual({ type: 'signed-out' });
    for (const ear of ears) for (const odd of [null, 'x', {}, { signedOut: 7 }]) ear(odd);
  });

  it('a sign-out ends the session of the other tab with its next renewal where they cannot', async () => {
    const [first, second] = await twoTabs();
    await first.session.signOut(['ada']);
    second.server.calls.length = 0;
    await second.clock.pass(3_600_000);
    expect(second.events).toContainEqual({ type: 'sessionEnded', accountId: 'ada', accounts: [] });
    expect(second.server.calls).toEqual([]);
  });

  it('a sign-out during a renewal in the other tab revokes the renewed token', async () => {
    const [first, second] = await twoTabs({ random: increasingRandom() });
    const { server, clock } = second;
    first.session.suspend();
    server.delayMs = 1000;
    await clock.pass(3_540_100);
    expect(server.calls.filter((call) => call === 'refresh')).toHaveLength(2);
    await clock.run(first.session.signOut(['ada']));
    await clock.pass(30_000);
    expect(server.secrets).toContain('access-secret-5');
    for (const secret of server.secrets) expect(server.isAlive(secret)).toBe(false);
    expect((await first.store.entries()).filter(([key]) => key.startsWith('account/'))).toEqual([]);
    expect(second.events).toContainEqual({ type: 'sessionEnded', accountId: 'ada', accounts: [] });
  });
});

describe('a new sign-in to the same account in one tab', () => {
  it('a new sign-in to the same account in one tab is taken up by the other', async () => {
    const [first, second] = await twoTabs();
    await first.session.complete(first.server.grant(ada), never);
    await second.clock.pass(3_600_000);
    expect(await second.session.accessToken()).toMatchObject({ type: 'ready' });
    expect(second.server.reuses).toBe(0);
    expect(second.events.map(({ type: event }) => event)).toEqual([
      'accountsFound',
      'sessionOpened',
    ]);
  });
});
