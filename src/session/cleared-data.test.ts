import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { secretOf } from '../oauth/credentials';
import { createAccountRecords } from './account-records';
import { createSeal } from './seal';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { ada, type SessionHarness, sessionHarness } from './testing/harness';
import { settle, watchedCrypto } from './testing/session-clock';

const never = new AbortController().signal;
const joinTabs = () => () => {};
const renewalMs = 3_545_000;

async function signedIn(tv: SessionHarness): Promise<SessionHarness> {
  await tv.clock.run(tv.session.complete(tv.server.grant(ada), never));
  return tv;
}

/** The token in the record, as another run of the app would read it. */
async function keptToken(tv: SessionHarness, store = tv.store): Promise<string | undefined> {
  const owner = { serverId: tv.server.id, clientId: tv.server.clientId };
  const seal = createSeal(store, watchedCrypto);
  const reading = await createAccountRecords(store, seal, owner, Math.random).read('ada');
  return reading.type === 'kept' ? secretOf(reading.credentials) : undefined;
}

async function clear(store: RecordStore): Promise<void> {
  for (const [key] of await store.entries()) await store.delete(key);
}

describe('site data that is cleared under a running session', () => {
  it('a session is written again with the next renewal where the records were deleted', async () => {
    const tv = await signedIn(sessionHarness({ joinTabs }));
    await clear(tv.store);
    await tv.clock.pass(renewalMs);
    expect(tv.events).toEqual([]);
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('a session is written again where the whole database was deleted, also without other windows', async () => {
    const idb = new IDBFactory();
    const tv = await signedIn(sessionHarness({ store: indexedDbStore(() => idb, 'tv') }));
    await new Promise((resolve) => {
      idb.deleteDatabase('tv').onsuccess = resolve;
    });
    await tv.clock.pass(renewalMs);
    expect(tv.events).toEqual([]);
    expect(tv.server.isCurrent(await keptToken(tv))).toBe(true);
    tv.session.suspend();
    const next = tv.again();
    await next.clock.run(next.session.restore());
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
  });

  it('a session becomes one of this run where cleared storage takes no writes any more', async () => {
    const store = memoryStore();
    let full = false;
    const tv = await signedIn(
      sessionHarness({
        joinTabs,
        store: {
          ...store,
          async update(key, change) {
            if (full) throw new DOMException('Full', 'QuotaExceededError');
            await store.update(key, change);
          },
        },
      }),
    );
    await clear(store);
    full = true;
    await tv.clock.pass(renewalMs);
    expect(tv.events).toEqual([
      { type: 'sessionOpened', account: ada, accounts: [ada], keeping: 'storage-failed' },
    ]);
    expect(await tv.session.accessToken()).toMatchObject({ type: 'ready' });
  });

  it('cleared storage does not keep a session that the server has ended', async () => {
    const tv = await signedIn(sessionHarness({ joinTabs }));
    const token = (await keptToken(tv)) ?? '';
    await clear(tv.store);
    await tv.server.revoke({ credentials: { type: 'refresh', refreshToken: token } }, never);
    await tv.clock.pass(renewalMs);
    expect(tv.events.at(-1)).toMatchObject({ type: 'sessionEnded', accountId: 'ada' });
    expect(await keptToken(tv)).toBeUndefined();
  });

  it('cleared storage ends a session of which this run holds nothing', async () => {
    const tv = await signedIn(sessionHarness({ joinTabs }));
    tv.session.suspend();
    const next = tv.again();
    await next.clock.run(next.session.restore());
    await clear(tv.store);
    next.session.open('ada');
    await settle();
    expect(next.events.at(-1)).toMatchObject({ type: 'sessionEnded', accountId: 'ada' });
  });
});
