import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { type Credentials, secretOf } from '../oauth/credentials';
import { createAccountRecords } from './account-records';
import { schemaVersion } from './record-form';
import { createSeal, type Seal } from './seal';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { ada, grace } from './testing/harness';

const token = (refreshToken: string) => ({ type: 'refresh', refreshToken }) as const;
const nothing = { kept: [], signedOut: [], quarantined: 0, newer: 0, superseded: [] };
const webCrypto = globalThis.crypto as Crypto;
const owner = { serverId: 'https://id.example/a b', clientId: 'tv/1' };
const adaKey = 'account/https%3A%2F%2Fid.example%2Fa%20b/tv%2F1/ada';

function room(store: RecordStore, crypto: Crypto | undefined = webCrypto) {
  const seal = createSeal(store, crypto);
  return { seal, records: createAccountRecords(store, seal, owner, Math.random) };
}

const realStore = () => {
  const idb = new IDBFactory();
  return indexedDbStore(() => idb, 'tv');
};

const contents = async (store: RecordStore) => {
  let all = '';
  for (const [key, value] of await store.entries()) {
    const record = value as { content?: { data?: ArrayBuffer } };
    all += key + JSON.stringify(value);
    if (record.content?.data) all += Buffer.from(record.content.data).toString('latin1');
  }
  return all;
};

describe('a kept account', () => {
  it('an account comes back at another start of the app, sealed in between', async () => {
    const store = realStore();
    const { records, seal } = room(store);
    const writing = await records.write(ada, token('secret-token'));
    expect(writing.type).toBe('written');
    expect(seal.state()).toBe('sealed');

    const all = await contents(store);
    expect(all).not.toContain('secret-token');
    expect(all).not.toContain('Lovelace');
    const key = (await store.get('seal-key')) as CryptoKey;
    expect(key.extractable).toBe(false);

    const later = await room(store).records.read('ada');
    expect(later).toMatchObject({ type: 'kept', account: ada, credentials: token('secret-token') });
  });

  it('every server, client and account has a record of its own', async () => {
    const store = memoryStore();
    const { records, seal } = room(store);
    await records.write(ada, token('a'));
    await records.write(grace, token('g'));
    const other = createAccountRecords(store, seal, { ...owner, clientId: 'other' }, Math.random);
    await other.write(ada, token('o'));
    const { kept } = await records.list();
    expect(kept.map(({ credentials }) => secretOf(credentials)).sort()).toEqual(['a', 'g']);
    expect((await other.list()).kept).toHaveLength(1);
  });

  it('a record does not open in the place of another', async () => {
    const store = memoryStore();
    const { records } = room(store);
    await records.write(ada, token('a'));
    await store.set(adaKey.replace('ada', 'eve'), await store.get(adaKey));
    expect(await records.read('eve')).toEqual({ type: 'quarantined' });
  });

  it('a record is reported unsealed where there is no WebCrypto', async () => {
    const store = memoryStore();
    const { seal } = room(store);
    const plain = createSeal(store, {} as Crypto);
    const records = createAccountRecords(store, plain, owner, Math.random);
    await records.write(ada, token('a'));
    expect(plain.state()).toBe('no-crypto');
    expect(seal.state()).toBe('untried');
    expect(await records.read('ada')).toMatchObject({ type: 'kept', credentials: token('a') });
  });

  it('a record is reported unsealed where keys cannot be stored', async () => {
    const store = memoryStore();
    const refusing: RecordStore = {
      ...store,
      update: async (key, change) => {
        if (key === 'seal-key') throw new DOMException('No keys', 'DataCloneError');
        await store.update(key, change);
      },
    };
    const { records, seal } = room(refusing);
    await records.write(ada, token('a'));
    expect(seal.state()).toBe('key-cannot-be-kept');
    expect(await records.read('ada')).toMatchObject({ type: 'kept', credentials: token('a') });
  });
});

describe('writing', () => {
  it('writing rejects when the record does not read back as it was written', async () => {
    const store = memoryStore();
    const forgetful: RecordStore = { ...store, update: async () => {} };
    await expect(room(forgetful, {} as Crypto).records.write(ada, token('a'))).resolves.toEqual({
      type: 'overtaken',
    });
    const bending: RecordStore = {
      ...store,
      update: (key, change) =>
        store.update(key, (old) => {
          const record = change(old) as { content: { content: { credentials: unknown } } };
          record.content.content.credentials = token('bent');
          return record;
        }),
    };
    await expect(room(bending, {} as Crypto).records.write(ada, token('a'))).rejects.toThrow(
      'read back',
    );
  });

  it('writing never replaces a record that is not the expected one any more', async () => {
    const { records } = room(memoryStore());
    const first = await records.write(ada, token('one'));
    if (first.type !== 'written') throw new Error('not written');
    await records.write(ada, token('two'));
    expect(await records.write(ada, token('three'), first.revision)).toEqual({ type: 'overtaken' });
    expect(await records.read('ada')).toMatchObject({ credentials: token('two') });
  });

  it('writing does not bring a signed-out account back', async () => {
    const { records } = room(memoryStore());
    const first = await records.write(ada, token('one'));
    if (first.type !== 'written') throw new Error('not written');
    await records.markSignedOut('ada');
    expect(await records.write(ada, token('two'), first.revision)).toEqual({ type: 'overtaken' });
    await records.remove('ada');
    expect(await records.write(ada, token('two'), first.revision)).toEqual({ type: 'overtaken' });
    expect((await records.write(ada, token('three'))).type).toBe('written');
  });
});

describe('signing out', () => {
  it('a sign-out leaves a sealed token without a name until the server has been told', async () => {
    const { records } = room(memoryStore());
    await records.write(ada, token('one'));
    expect(await records.markSignedOut('ada')).toEqual(token('one'));
    expect(await records.read('ada')).toEqual({ type: 'signed-out', credentials: token('one') });
    expect(await records.list()).toEqual({
      ...nothing,
      signedOut: ['ada'],
    });
  });

  it('a sign-out is no longer told to the server after ten starts', async () => {
    const { records } = room(memoryStore());
    await records.write(ada, token('one'));
    await records.markSignedOut('ada');
    for (let start = 0; start < 10; start++) {
      expect((await records.read('ada')).type).toBe('signed-out');
      await records.postpone('ada', { countsStart: true, keepsId: true });
    }
    expect(await records.read('ada')).toEqual({ type: 'absent' });
  });

  it('a sign-out deletes a record that could not be sealed', async () => {
    const store = memoryStore();
    const { records } = room(store, {} as Crypto);
    await records.write(ada, token('one'));
    expect(await records.markSignedOut('ada')).toEqual(token('one'));
    expect(await store.entries()).toEqual([]);
  });

  it('a sign-out hands out the token that another tab has just rotated', async () => {
    const store = memoryStore();
    const { records } = room(store);
    await records.write(ada, token('one'));
    let rotated = false;
    const racing: RecordStore = {
      ...store,
      update: async (key, change) => {
        if (!rotated && key === adaKey) {
          rotated = true;
          await records.write(ada, token('two'));
        }
        await store.update(key, change);
      },
    };
    expect(await room(racing).records.markSignedOut('ada')).toEqual(token('two'));
  });
});

const elsewhere = { serverId: 'https://old.example', clientId: 'tv' };

describe('accounts of a server that the settings no longer name', () => {
  it('accounts of a server that the settings no longer name are forgotten after thirty starts', async () => {
    const store = memoryStore();
    const { records, seal } = room(store);
    const old = createAccountRecords(store, seal, elsewhere, Math.random);
    await old.write(ada, token('old'));
    await records.write(grace, token('new'));
    for (let start = 1; start < 30; start++) expect(await records.countStart()).toBe(0);
    expect((await old.read('ada')).type).toBe('kept');
    expect(await records.countStart()).toBe(1);
    expect(await old.read('ada')).toEqual({ type: 'absent' });
    expect(await records.read('grace')).toMatchObject({ type: 'kept', credentials: token('new') });
  });

  it('accounts of another server stay when the app is set up for it again in between', async () => {
    const store = memoryStore();
    const { records, seal } = room(store);
    const old = createAccountRecords(store, seal, elsewhere, Math.random);
    await old.write(ada, token('old'));
    const revision = (await old.list()).kept[0]?.revision;
    for (let time = 0; time < 3; time++) {
      for (let start = 0; start < 29; start++) await records.countStart();
      expect(await old.countStart()).toBe(0);
    }
    expect(await old.read('ada')).toMatchObject({ type: 'kept', revision });
    expect((await old.write(ada, token('newer'), revision)).type).toBe('written');
  });
});

describe('a record that cannot be used', () => {
  const damaged: [string, unknown][] = [
    ['a text', 'garbage'],
    ['null', null],
    ['without content', { schema: 2, revision: 'x' }],
    ['with content cut short', { schema: 2, revision: 'x', content: { sealed: 'aes-gcm' } }],
    [
      'with a token that is no text',
      {
        schema: 2,
        revision: 'x',
        content: { sealed: 'no', content: { account: ada, refreshToken: 7 } },
      },
    ],
    [
      'of another account',
      {
        schema: 2,
        revision: 'x',
        content: { sealed: 'no', content: { account: grace, refreshToken: 'g' } },
      },
    ],
    ['of the first schema, damaged', { schema: 1, account: ada }],
    [
      'with credentials of no known type',
      {
        schema: 3,
        revision: 'x',
        content: { type: 'plain', content: { account: ada, credentials: { type: 'cookie' } } },
      },
    ],
    [
      'of another account, in this schema',
      {
        schema: 3,
        revision: 'x',
        content: { type: 'plain', content: { account: grace, credentials: token('g') } },
      },
    ],
  ];

  it.each(damaged)(
    'a record that is %s is set aside, once, and the others are found',
    async (_name, value) => {
      const store = realStore();
      const { records } = room(store);
      await records.write(grace, token('g'));
      await store.set(adaKey, value);
      const listing = await records.list();
      expect(listing.quarantined).toBe(1);
      expect(listing.kept).toMatchObject([{ account: grace }]);
      expect(await store.get(`quarantine/${adaKey}`)).toEqual(value);
      expect((await records.list()).quarantined).toBe(0);
      expect((await records.write(ada, token('new'))).type).toBe('written');
    },
  );

  it('a record is set aside when the key to it is lost', async () => {
    const store = realStore();
    await room(store).records.write(ada, token('one'));
    await store.delete('seal-key');
    expect(await room(store).records.list()).toEqual({ ...nothing, quarantined: 1 });
    expect((await room(store).records.write(ada, token('two'))).type).toBe('written');
  });

  it('a damaged record is passed over when there is no room to move it', async () => {
    const store = memoryStore();
    const { records } = room(store);
    await records.write(grace, token('g'));
    await store.set(adaKey, 'garbage');
    const full: RecordStore = {
      ...store,
      set: async () => {
        throw new DOMException('Full', 'QuotaExceededError');
      },
    };
    const listing = await room(full).records.list();
    expect(listing.quarantined).toBe(1);
    expect(listing.kept).toHaveLength(1);
  });
});

describe('what was set aside', () => {
  it('the quarantine is emptied when the last account signs out', async () => {
    const store = memoryStore();
    const { records } = room(store);
    expect(await records.deleteOrphans()).toBe('empty');
    await store.set(adaKey, 'garbage');
    await records.write(grace, token('g'));
    await records.list();
    expect(await records.deleteOrphans()).toBe('in-use');
    await records.markSignedOut('grace');
    expect(await records.deleteOrphans()).toBe('pending');
    expect(await store.get(`quarantine/${adaKey}`)).toBe('garbage');
    await records.remove('grace');
    expect(await records.deleteOrphans()).toBe('empty');
    expect(await store.get(`quarantine/${adaKey}`)).toBeUndefined();
  });

  it('a record that another tab has just written is not quarantined', async () => {
    const store = memoryStore();
    const { records } = room(store);
    await store.set(adaKey, 'garbage');
    const racing: RecordStore = {
      ...store,
      set: async (key, value) => {
        await store.set(key, value);
        await records.write(ada, token('new'));
      },
    };
    expect((await room(racing).records.list()).quarantined).toBe(1);
    expect(await records.read('ada')).toMatchObject({ credentials: token('new') });
  });
});

/** Content as schema 2 had it: sealed under the same key, but marked with `sealed`. */
async function sealedInSecondSchema(seal: Seal, content: unknown) {
  const sealed = await seal.seal(adaKey, content);
  if (sealed.type === 'plain') return { sealed: 'no', content: sealed.content };
  const { type, ...rest } = sealed;
  return { sealed: type, ...rest };
}

const formerTexts: [string, string, Credentials][] = [
  ['a refresh token', 'old-token', token('old-token')],
  ['a lasting token', 'access-token:old-token', { type: 'lasting', accessToken: 'old-token' }],
  [
    'a bound refresh token',
    JSON.stringify({ refreshToken: 'old-token', clientId: 'own', clientSecret: 'own-secret' }),
    { type: 'bound', refreshToken: 'old-token', clientId: 'own', clientSecret: 'own-secret' },
  ],
  ['a refresh token that is JSON', '{"n":1}', token('{"n":1}')],
];

describe('a record of an earlier schema', () => {
  it.each(formerTexts)(
    'a record of schema 1 is sealed on first sight: %s',
    async (_name, text, expected) => {
      const store = realStore();
      await store.set(adaKey, { schema: 1, account: ada, refreshToken: text });
      const { records } = room(store);
      expect((await records.list()).kept).toMatchObject([{ account: ada, credentials: expected }]);
      expect(await store.get(adaKey)).toMatchObject({ schema: 3, content: { type: 'aes-gcm' } });
      expect(await contents(store)).not.toContain('old-token');
      expect(await room(store).records.read('ada')).toMatchObject({ credentials: expected });
    },
  );

  it.each(formerTexts)(
    'a record of schema 2 keeps its revision: %s',
    async (_name, text, expected) => {
      const store = realStore();
      const { records, seal } = room(store);
      const content = await sealedInSecondSchema(seal, { account: ada, refreshToken: text });
      await store.set(adaKey, { schema: 2, revision: 'second', content });
      expect(await records.read('ada')).toMatchObject({
        type: 'kept',
        account: ada,
        credentials: expected,
        revision: 'second',
      });
      expect(await store.get(adaKey)).toMatchObject({ schema: 3, content: { type: 'aes-gcm' } });
      expect((await records.write(ada, token('new'), 'second')).type).toBe('written');
    },
  );

  it('a record of schema 2 opens also where it was not sealed', async () => {
    const store = realStore();
    const content = { sealed: 'no', content: { account: ada, refreshToken: 'old-token' } };
    await store.set(adaKey, { schema: 2, revision: 'second', content });
    const { records } = room(store, {} as Crypto);
    expect(await records.read('ada')).toMatchObject({ credentials: token('old-token') });
    expect(await store.get(adaKey)).toMatchObject({ schema: 3, content: { type: 'plain' } });
  });

  it('a record of schema 2 stays signed out, with the starts that were counted', async () => {
    const store = realStore();
    const { records, seal } = room(store);
    const account = { id: 'ada', name: '' };
    const content = await sealedInSecondSchema(seal, { account, refreshToken: 'old-token' });
    await store.set(adaKey, { schema: 2, revision: 'second', postponed: 9, content });
    expect(await records.deleteOrphans()).toBe('pending');
    expect(await records.list()).toMatchObject({ kept: [], signedOut: ['ada'] });
    expect(await records.read('ada')).toEqual({
      type: 'signed-out',
      credentials: token('old-token'),
    });
    await records.postpone('ada', { countsStart: true, keepsId: true });
    expect(await records.read('ada')).toEqual({ type: 'absent' });
  });

  it('a migration does not bring back a record that another tab has replaced', async () => {
    const store = realStore();
    const { records, seal } = room(store);
    const content = await sealedInSecondSchema(seal, { account: ada, refreshToken: 'old-token' });
    await store.set(adaKey, { schema: 2, revision: 'second', content });
    const racing: RecordStore = {
      ...store,
      update: async (key, change) => {
        if (key === adaKey) await records.write(ada, token('newer'));
        await store.update(key, change);
      },
    };
    expect(await room(racing).records.read('ada')).toMatchObject({ credentials: token('newer') });
  });

  it('a quarantine under its old name is emptied all the same', async () => {
    const store = realStore();
    await store.set(`aside/${adaKey}`, 'garbage');
    expect(await room(store).records.deleteOrphans()).toBe('empty');
    expect(await store.entries()).toEqual([]);
  });
});

describe('a record of a later release', () => {
  const later = {
    schema: schemaVersion + 1,
    revision: 'later',
    content: { form: 'unknown' },
    unused: 28,
  };

  it('a record of a later release is left alone, whatever this release does', async () => {
    const store = realStore();
    await store.set(adaKey, later);
    const { records } = room(store);
    expect(await records.list()).toEqual({ ...nothing, newer: 1 });
    expect((await records.write(ada, token('beside'))).type).toBe('written');
    expect(await records.read('ada')).toMatchObject({ credentials: token('beside') });
    const other = createAccountRecords(store, room(store).seal, elsewhere, Math.random);
    for (let start = 0; start < 40; start++) {
      await records.countStart();
      await other.countStart();
    }
    expect(await records.markSignedOut('ada')).toEqual(token('beside'));
    await records.remove('ada');
    expect(await records.deleteOrphans()).toBe('in-use');
    expect((await store.entries()).filter(([key]) => key !== 'seal-key')).toEqual([
      [adaKey, later],
    ]);
  });

  it('a record of a later release does not hide what is kept beside it', async () => {
    const store = realStore();
    await store.set(adaKey, later);
    await room(store).records.write(ada, token('beside'));
    const { records } = room(store);
    const listing = await records.list();
    expect(listing).toMatchObject({
      kept: [{ account: ada, credentials: token('beside') }],
      newer: 1,
      superseded: [],
    });
    const [kept] = listing.kept;
    expect((await records.write(ada, token('rotated'), kept?.revision)).type).toBe('written');
    expect(await records.read('ada')).toMatchObject({ credentials: token('rotated') });
    expect(await store.get(adaKey)).toEqual(later);
  });

  it('a record of a later release takes its place again when that release can read it', async () => {
    const store = realStore();
    const { records } = room(store);
    await records.write(ada, token('newest'));
    const readable = await store.get(adaKey);
    await store.set(adaKey, later);
    await records.write(ada, token('beside'));
    await store.set(adaKey, readable);
    const { kept, superseded } = await records.list();
    expect(kept).toMatchObject([{ account: ada, credentials: token('newest') }]);
    expect(superseded).toMatchObject([{ credentials: token('beside') }]);
    for (const record of superseded) await records.removeSuperseded(record);
    expect((await records.list()).superseded).toEqual([]);
    expect(await records.read('ada')).toMatchObject({ credentials: token('newest') });
  });
});
