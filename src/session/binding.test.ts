import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { Account, TokenSet } from '../oauth/outcome';
import type { Binding, ProofKey } from '../oauth/proof';
import { createProofs } from './dpop';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { ada, grace, type SessionHarness, sessionHarness } from './testing/harness';
import { sessionClock, settle, watchedCrypto } from './testing/session-clock';

const never = new AbortController().signal;
const keyOfAda = 'account/https%3A%2F%2Fid.example/tv/ada';

/** A TV with WebCrypto; every start of it gets a source of proofs of its own. */
function tvWith(store: RecordStore = memoryStore()): SessionHarness {
  const clock = sessionClock();
  const proofs = () => createProofs({ mode: 'auto', store, clock, crypto: watchedCrypto });
  const harness = sessionHarness({ clock, store, proofs: proofs() });
  return { ...harness, again: (changes) => harness.again({ proofs: proofs(), ...changes }) };
}

async function newKey(): Promise<ProofKey> {
  const key = await createProofs({
    mode: 'auto',
    store: memoryStore(),
    clock: sessionClock(),
    crypto: watchedCrypto,
  }).createKey();
  if (key === undefined) throw new Error('No key');
  return key;
}

const bound = async () => ({ type: 'bound', key: await newKey() }) as const;

/** A sign-in whose tokens are bound as given. */
async function signIn(tv: SessionHarness, account: Account = ada, binding?: Binding) {
  const changes: Partial<TokenSet> = binding?.type === 'bound' ? { tokenType: 'DPoP' } : {};
  const tokens = tv.server.grant(account, { ...changes, binding });
  return tv.clock.run(tv.session.complete(tokens, never));
}

async function started(tv: SessionHarness, accountId = 'ada'): Promise<SessionHarness> {
  tv.session.suspend();
  const next = tv.again();
  await next.clock.run(next.session.restore());
  next.session.open(accountId);
  await settle();
  return next;
}

const dpopOf = ({ session }: SessionHarness) => session.diagnostics().dpop.state;

/** The public halves of all keys in the store. */
async function storedKeys(store: RecordStore): Promise<string[]> {
  const values = (await store.entries()).map(([, value]) => value as { binding?: Binding });
  return values.flatMap(({ binding }) => (binding?.type === 'bound' ? [binding.key.jwk.x] : []));
}

/** Keeps an account as a release did that had one key for all accounts. */
async function keepLegacy(tv: SessionHarness, account: Account = ada) {
  await signIn(tv, account);
  expect(await tv.store.get(`account/https%3A%2F%2Fid.example/tv/${account.id}`)).toMatchObject({
    schema: 3,
  });
}

async function keepSharedKey(store: RecordStore) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  await store.set('dpop-key', pair);
}

describe('a key for each account', () => {
  it('the key lies in the account’s record and serves it after a restart', async () => {
    const idb = new IDBFactory();
    const tv = tvWith(indexedDbStore(() => idb, 'tv'));
    const binding = await bound();
    expect(await signIn(tv, ada, binding)).toMatchObject({ keeping: 'kept' });
    expect(await tv.store.get(keyOfAda)).toMatchObject({ schema: 4 });
    expect(dpopOf(tv)).toBe('on');
    const next = await started(tv);
    expect(next.server.bindings).toMatchObject([{ type: 'bound', key: { jwk: binding.key.jwk } }]);
    expect(dpopOf(next)).toBe('on');
    const again = await started(next);
    expect(again.server.bindings[1]).toMatchObject({ key: { jwk: binding.key.jwk } });
  });

  it('the private half of a kept key cannot be exported', async () => {
    const tv = tvWith();
    await signIn(tv, ada, await bound());
    const { binding } = (await tv.store.get(keyOfAda)) as { binding: { key: ProofKey } };
    expect(binding.key.privateKey.extractable).toBe(false);
  });

  it('signing out of one account deletes its key and leaves the other’s', async () => {
    const tv = tvWith();
    const [one, other] = [await bound(), await bound()];
    await signIn(tv, ada, one);
    await signIn(tv, grace, other);
    expect(await storedKeys(tv.store)).toEqual([one.key.jwk.x, other.key.jwk.x]);
    await tv.clock.run(tv.session.signOut(['ada']));
    expect(await storedKeys(tv.store)).toEqual([other.key.jwk.x]);
    const next = await started(tv, 'grace');
    expect(next.server.bindings).toMatchObject([{ key: { jwk: other.key.jwk } }]);
  });

  it('a sign-out that the server has not heard of keeps no key', async () => {
    const tv = tvWith();
    await signIn(tv, ada, await bound());
    tv.server.down = true;
    await tv.clock.run(tv.session.signOut(['ada']));
    const kept = (await tv.store.entries()).filter(([key]) => /^account/.test(key));
    expect(kept.map(([, value]) => value)).toMatchObject([{ postponed: 0, schema: 3 }]);
    expect(await storedKeys(tv.store)).toEqual([]);
    tv.server.down = false;
    const next = await started(tv);
    await settle();
    expect(next.server.calls.filter((call) => /^revoke/.test(call))).toHaveLength(2);
  });

  it('signing in again as the same person replaces the key', async () => {
    const tv = tvWith();
    await signIn(tv, ada, await bound());
    const second = await bound();
    await signIn(tv, ada, second);
    expect(await storedKeys(tv.store)).toEqual([second.key.jwk.x]);
  });

  it('a record without a key of its own stays readable for the release before', async () => {
    const tv = tvWith();
    await signIn(tv, ada, { type: 'unbound', reason: 'header-refused' });
    expect(await tv.store.get(keyOfAda)).toMatchObject({ schema: 3 });
    expect(dpopOf(tv)).toBe('header-refused');
    const next = await started(tv);
    expect(next.server.bindings).toEqual([{ type: 'unbound', reason: 'header-refused' }]);
    expect(dpopOf(next)).toBe('header-refused');
  });

  it('a store that takes no keys keeps no session that is bound to one', async () => {
    const store = memoryStore();
    const update: RecordStore['update'] = (key, change) =>
      store.update(key, (old) => {
        const next = change(old);
        if ((next as { binding?: Binding } | undefined)?.binding?.type === 'bound') {
          throw new DOMException('Keys cannot be cloned', 'DataCloneError');
        }
        return next;
      });
    const tv = tvWith({ ...store, update });
    expect(await signIn(tv, ada, await bound())).toMatchObject({ keeping: 'storage-failed' });
    expect(tv.session.diagnostics().storageError).toBe('KeyNotKeptError');
    expect(dpopOf(tv)).toBe('on');
  });

  it('site data that is cleared while the app runs gets the key back with the next renewal', async () => {
    const tv = tvWith({ ...memoryStore(), wasCleared: () => true });
    const binding = await bound();
    await signIn(tv, ada, binding);
    await tv.store.delete(keyOfAda);
    await tv.clock.pass(3600_000);
    expect(await storedKeys(tv.store)).toEqual([binding.key.jwk.x]);
  });
});

describe('a key that is missing or damaged', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no key', { type: 'bound' }],
    ['half a key', { type: 'bound', key: { privateKey: {} } }],
    ['a claim that there never was one', { type: 'unbound', reason: 'off' }],
  ])(
    'a record that holds %s in place of its key counts as bound to a lost one',
    async (_name, damaged) => {
      const tv = tvWith();
      await signIn(tv, ada, await bound());
      await tv.store.update(keyOfAda, (old) => ({ ...(old as object), binding: damaged }));
      const next = await started(tv);
      expect(next.server.bindings).toEqual([{ type: 'key-lost' }]);
      expect(dpopOf(next)).toBe('key-lost');
    },
  );
});

describe('a record of a release with one key for all accounts', () => {
  it('an old record stays as it is through renewals, bound to the shared key', async () => {
    const tv = tvWith();
    await keepLegacy(tv);
    await keepSharedKey(tv.store);
    const next = await started(await started(tv));
    expect(next.server.bindings).toEqual([{ type: 'shared' }, { type: 'shared' }]);
    expect(await tv.store.get(keyOfAda)).toMatchObject({ schema: 3 });
    expect(await tv.store.get('dpop-key')).toBeDefined();
  });

  it('the shared key goes when the last account that may need it has a key of its own', async () => {
    const tv = tvWith();
    await keepLegacy(tv, ada);
    await keepLegacy(tv, grace);
    await keepSharedKey(tv.store);
    await signIn(tv, ada, await bound());
    expect(await tv.store.get('dpop-key')).toBeDefined();
    await signIn(tv, grace, await bound());
    expect(await tv.store.get('dpop-key')).toBeUndefined();
    expect(await storedKeys(tv.store)).toHaveLength(2);
  });

  it('the shared key goes with the last account that may need it', async () => {
    const tv = tvWith();
    await keepLegacy(tv, ada);
    await keepLegacy(tv, grace);
    await keepSharedKey(tv.store);
    await tv.clock.run(tv.session.signOut(['ada']));
    expect(await tv.store.get('dpop-key')).toBeDefined();
    await tv.clock.run(tv.session.signOut(['grace']));
    expect(await tv.store.entries()).toEqual([]);
  });

  it('the shared key stays while another server’s account or a later release may need it', async () => {
    const tv = tvWith();
    await keepLegacy(tv);
    await keepSharedKey(tv.store);
    const old = (await tv.store.get(keyOfAda)) as object;
    await tv.store.set('account/https%3A%2F%2Fother.example/tv/ada', old);
    await tv.clock.run(tv.session.signOut(['ada']));
    expect(await tv.store.get('dpop-key')).toBeDefined();
    await tv.store.set('account/https%3A%2F%2Fother.example/tv/ada', { ...old, schema: 5 });
    await signIn(tv, ada, await bound());
    expect(await tv.store.get('dpop-key')).toBeDefined();
  });
});
