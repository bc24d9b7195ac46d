import { describe, expect, it } from 'vitest';
import type { WipeAnswer } from '../sign-in/states';
import { memoryStore, type RecordStore } from './store';
import { ada, grace, type SessionHarness, sessionHarness } from './testing/harness';
import { unreachable } from './testing/model-server';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;

async function signIn(tv: SessionHarness, account: { id: string; name: string } = ada) {
  const tokens = tv.server.grant(account);
  await tv.clock.run(tv.session.complete(tokens, never));
  await settle();
  return tokens.credentials.refreshToken;
}

async function wiped(tv: SessionHarness): Promise<WipeAnswer | undefined> {
  await tv.clock.run(tv.session.wipe());
  const event = tv.events[tv.events.length - 1];
  return event?.type === 'wiped' ? event.answer : undefined;
}

describe('removing everything', () => {
  it('ends every session at the server and leaves nothing in the store', async () => {
    let erased = 0;
    const tv = sessionHarness({
      erase: async () => {
        erased++;
      },
    });
    const tokens = [await signIn(tv), await signIn(tv, grace)];
    await tv.store.set('memo/x', { sessionEnded: true });
    expect(await wiped(tv)).toBe('revoked');
    expect(tokens.map((token) => tv.server.isAlive(token))).toEqual([false, false]);
    expect(await tv.store.entries()).toEqual([]);
    expect(erased).toBe(1);
    expect(tv.session.diagnostics()).toMatchObject({ accounts: 0, signedIn: false });
    expect(await tv.session.accessToken()).toEqual({ type: 'signed-out' });
  });

  it('says that the server was not told where it cannot be reached, and waits for it no longer', async () => {
    const tv = sessionHarness();
    await signIn(tv);
    tv.server.revoke = () => new Promise(() => {});
    const startedAtMs = tv.clock.monotonicMs();
    expect(await wiped(tv)).toBe('untold');
    expect(tv.clock.monotonicMs() - startedAtMs).toBeLessThanOrEqual(8000);
    expect(await tv.store.entries()).toEqual([]);
    expect(tv.session.diagnostics().revocationWaits).toBe(false);
  });

  it.each<[string, Parameters<SessionHarness['server']['revokeScript']['push']>[0]]>([
    ['refuses', { type: 'refused', problem: { kind: 'refused', code: 'x', status: 400 } }],
    ['has no way to do it', { type: 'unsupported' }],
    ['is in trouble', { type: 'transient-failure', problem: unreachable }],
  ])('says that sessions may go on where the server %s', async (_case, outcome) => {
    const tv = sessionHarness();
    await signIn(tv);
    tv.server.revokeScript.push(outcome, outcome);
    expect(await wiped(tv)).toBe('untold');
    expect(await tv.store.entries()).toEqual([]);
  });

  it('tells the server also of the sign-outs that it has not heard of', async () => {
    const tv = sessionHarness();
    const token = await signIn(tv);
    tv.server.down = true;
    await tv.clock.run(tv.session.signOut(['ada']));
    expect(tv.session.diagnostics().revocationWaits).toBe(true);
    tv.server.down = false;
    expect(await wiped(tv)).toBe('revoked');
    expect(tv.server.isAlive(token)).toBe(false);
    expect(await tv.store.entries()).toEqual([]);
  });

  it.each([true, false])(
    'says that a session may go on whose record was damaged (another one is signed in: %s)',
    async (isSignedIn) => {
      const tv = sessionHarness();
      if (isSignedIn) await signIn(tv, grace);
      await tv.store.set('quarantine/account/x', { old: true });
      expect(await wiped(tv)).toBe('untold');
      expect(await tv.store.entries()).toEqual([]);
    },
  );

  it('says that there was no session where nobody was signed in', async () => {
    expect(await wiped(sessionHarness())).toBe('nothing');
  });

  it('says that sessions may go on that only other settings could end', async () => {
    const tv = sessionHarness();
    await signIn(tv);
    await tv.store.set('account/https%3A%2F%2Fold.example/tv/ada', { schema: 3, revision: '1' });
    expect(await wiped(tv)).toBe('untold');
    expect(await tv.store.entries()).toEqual([]);
  });

  it.each<[string, () => Promise<void>]>([
    ['fails', () => Promise.reject(new Error('blocked'))],
    ['hangs', () => new Promise(() => {})],
  ])('says that something is left where deleting %s', async (_case, erase) => {
    const tv = sessionHarness({ erase });
    await signIn(tv);
    expect(await wiped(tv)).toBe('failed');
  });

  it('removing everything comes to an end where the storage does not answer', async () => {
    const hang = () => new Promise<never>(() => {});
    const store = memoryStore();
    const tv = sessionHarness({ store });
    await signIn(tv);
    tv.session.suspend();
    const hanging: RecordStore = {
      get: hang,
      set: hang,
      delete: hang,
      entries: hang,
      update: hang,
    };
    const next = tv.again({ store: hanging });
    expect(await wiped(next)).toBe('failed');
  });

  it('a start after removing everything uses another key and finds no account', async () => {
    const tv = sessionHarness();
    await signIn(tv);
    const before = await tv.store.get('seal-key');
    await wiped(tv);
    const next = tv.again();
    await next.clock.run(next.session.restore());
    expect(next.events).toEqual([{ type: 'accountsFound', accounts: [] }]);
    await signIn(tv);
    expect(await tv.store.get('seal-key')).not.toBe(before);
    expect(tv.session.diagnostics()).toMatchObject({ accounts: 1, keeping: 'kept' });
  });
});
