import { expect, it } from 'vitest';
import { schemaVersion } from './record-form';
import { ada, type SessionHarness, sessionHarness } from './testing/harness';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;
const adaKey = 'account/https%3A%2F%2Fid.example/tv/ada';
const notice = 'record-newer';

/** A TV whose record is one of a later release, in which it is still readable as `readable`. */
async function rolledBack(): Promise<{ tv: SessionHarness; readable: unknown }> {
  const tv = sessionHarness();
  await tv.clock.run(tv.session.complete(tv.server.grant(ada), never));
  tv.session.suspend();
  const readable = await tv.store.get(adaKey);
  await tv.store.set(adaKey, { ...(readable as object), schema: schemaVersion + 1 });
  return { tv, readable };
}

async function started(tv: SessionHarness): Promise<SessionHarness> {
  tv.session.suspend();
  const next = tv.again();
  await next.clock.run(next.session.restore());
  await settle();
  return next;
}

it('an app that was rolled back says that a later one kept the sign-in', async () => {
  const { tv } = await rolledBack();
  for (let start = 0; start < 40; start++) {
    const next = await started(tv);
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [], notice }]);
  }
  expect(await tv.store.get(adaKey)).toMatchObject({ schema: schemaVersion + 1 });
});

it('an app that goes forward again finds the session that it kept', async () => {
  const { tv, readable } = await rolledBack();
  await started(tv);
  await tv.store.set(adaKey, readable);
  const forward = await started(tv);
  expect(forward.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
  forward.session.open('ada');
  await settle();
  expect(await forward.session.accessToken()).toMatchObject({ type: 'ready' });
});

it('a fresh sign-in beside the record of a later app is kept, signed out and revoked by itself', async () => {
  const { tv, readable } = await rolledBack();
  const older = await started(tv);
  const fresh = older.server.grant(ada);
  expect(await older.clock.run(older.session.complete(fresh, never))).toMatchObject({
    keeping: 'kept',
  });
  const again = await started(older);
  expect(again.events).toMatchObject([{ type: 'accountsFound', accounts: [ada] }]);
  again.session.open('ada');
  await settle();
  await again.clock.run(again.session.signOut(['ada']));
  expect(again.server.isAlive(fresh.credentials.refreshToken)).toBe(false);
  await tv.store.set(adaKey, readable);
  const forward = await started(again);
  forward.session.open('ada');
  await settle();
  expect(await forward.session.accessToken()).toMatchObject({ type: 'ready' });
});

it('a fresh sign-in beside the record of a later app is revoked when the app has gone forward again', async () => {
  const { tv, readable } = await rolledBack();
  const older = await started(tv);
  const fresh = older.server.grant(ada);
  await older.clock.run(older.session.complete(fresh, never));
  await tv.store.set(adaKey, readable);
  const forward = await started(older);
  expect(forward.events).toEqual([{ type: 'accountsFound', accounts: [ada] }]);
  expect(forward.server.isAlive(fresh.credentials.refreshToken)).toBe(false);
  forward.session.open('ada');
  await settle();
  expect(await forward.session.accessToken()).toMatchObject({ type: 'ready' });
  expect((await tv.store.entries()).filter(([key]) => /^account/.test(key))).toHaveLength(1);
});
