import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import type { ProofKey } from '../oauth/proof';
import { createProofs, type ProofDependencies, type Proofs } from './dpop';
import { indexedDbStore, memoryStore, type RecordStore } from './store';
import { sessionClock } from './testing/session-clock';

const webCrypto = globalThis.crypto as Crypto;

function proofs(changes: Partial<ProofDependencies> = {}): Proofs {
  return createProofs({
    mode: 'required',
    store: memoryStore(),
    clock: sessionClock(),
    crypto: webCrypto,
    ...changes,
  });
}

const token = { method: 'POST', url: 'https://id.example/token' };

async function newKey(source: Proofs): Promise<ProofKey> {
  const key = await source.createKey();
  if (key === undefined) throw new Error('No key');
  return key;
}

/** A proof with a new key. */
const proofBy = async (
  source: Proofs,
  request: { method: string; url: string; accessToken?: string } = token,
) => source.proof(await newKey(source), request);

/** Checks a proof as a server does (RFC 9449 §4.3) and gives what it says. */
async function verified(proof: string | undefined) {
  const [header = '', claims = '', signature = ''] = (proof ?? '').split('.');
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const { jwk, ...rest } = read(header);
  expect(rest).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
  expect(Object.keys(jwk as object).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  const key = await webCrypto.subtle.importKey(
    'jwk',
    jwk as JsonWebKey,
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['verify'],
  );
  const valid = await webCrypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    Buffer.from(signature, 'base64url'),
    Buffer.from(`${header}.${claims}`),
  );
  expect(valid).toBe(true);
  return { jwk: jwk as { x: string }, claims: read(claims) };
}

describe('a proof', () => {
  it('a proof is signed by the key it carries and names method and address, without query or fragment', async () => {
    const clock = sessionClock();
    const source = proofs({ clock });
    const proof = await proofBy(source, {
      method: 'post',
      url: 'https://id.example:8443/token?a=b#c',
    });
    const { claims } = await verified(proof);
    expect(claims).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: 'POST',
      htu: 'https://id.example:8443/token',
      iat: Math.floor(clock.wallMs() / 1000),
    });
  });

  it('a proof is never the same twice', async () => {
    const source = proofs();
    const ids = new Set<unknown>();
    for (let count = 0; count < 50; count++) {
      ids.add((await verified(await proofBy(source))).claims['jti']);
    }
    expect(ids.size).toBe(50);
  });

  it('a proof is bound to the access token it goes with', async () => {
    const source = proofs();
    // The example of RFC 9449 §7.1.
    const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
    const { claims } = await verified(
      await proofBy(source, { method: 'GET', url: 'https://api.example/films', accessToken }),
    );
    expect(claims['ath']).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo');
  });

  it('a proof carries the newest nonce of its origin and of no other', async () => {
    const source = proofs();
    source.nonceReceived('https://id.example/token', 'one');
    source.nonceReceived('https://id.example/device', 'two');
    source.nonceReceived('https://api.example/', 'three');
    expect((await verified(await proofBy(source))).claims['nonce']).toBe('two');
    const elsewhere = await proofBy(source, { method: 'GET', url: 'https://other.example/' });
    expect((await verified(elsewhere)).claims).not.toHaveProperty('nonce');
  });
});

describe('a key', () => {
  it('a key cannot be exported, and is another one each time', async () => {
    const source = proofs();
    const keys = [await newKey(source), await newKey(source)];
    expect(keys[0]?.jwk).not.toEqual(keys[1]?.jwk);
    for (const { privateKey } of keys) {
      expect(privateKey.extractable).toBe(false);
      await expect(webCrypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
    }
  });

  it('no key is made where there is no WebCrypto, or where it fails', async () => {
    expect(await proofs({ crypto: {} as Crypto }).createKey()).toBeUndefined();
    const subtle = { generateKey: () => Promise.reject(new Error('no curve')) };
    const failing = { subtle } as unknown as Crypto;
    expect(await proofs({ crypto: failing }).createKey()).toBeUndefined();
  });

  it('no proof is made without WebCrypto', async () => {
    const key = await newKey(proofs());
    await expect(proofs({ crypto: {} as Crypto }).proof(key, token)).rejects.toThrow();
  });
});

describe('the key that all accounts shared in earlier releases', () => {
  const pairIn = async (store: RecordStore) => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const pair = await webCrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    await store.set('dpop-key', pair);
    return webCrypto.subtle.exportKey('jwk', pair.publicKey);
  };

  it('the shared key is found after a restart, and makes proofs', async () => {
    const idb = new IDBFactory();
    const store = indexedDbStore(() => idb, 'tv');
    const { x } = await pairIn(store);
    const source = proofs({ store: indexedDbStore(() => idb, 'tv') });
    const key = await source.sharedKey();
    if (key === undefined) throw new Error('No key');
    expect(key.jwk.x).toBe(x);
    expect((await verified(await source.proof(key, token))).jwk.x).toBe(x);
  });

  it('there is no shared key where none was kept, or something else was', async () => {
    const store = memoryStore();
    expect(await proofs({ store }).sharedKey()).toBeUndefined();
    await store.set('dpop-key', { privateKey: 'x', publicKey: 'y' });
    expect(await proofs({ store }).sharedKey()).toBeUndefined();
  });

  it('a store that fails for a moment does not make the shared key look lost', async () => {
    let fails = true;
    const store = memoryStore();
    await pairIn(store);
    const get: RecordStore['get'] = (key) =>
      fails ? Promise.reject(new Error('busy')) : store.get(key);
    const source = proofs({ store: { ...store, get } });
    await expect(source.sharedKey()).rejects.toThrow('busy');
    fails = false;
    expect(await source.sharedKey()).toBeDefined();
  });
});

describe('the time of a proof', () => {
  const serverNow = Date.UTC(2026, 2, 3, 4, 5, 6);
  const header = new Date(serverNow).toUTCString();
  const year = 365 * 24 * 3600 * 1000;
  const issuedAt = async (source: Proofs) => (await verified(await proofBy(source))).claims['iat'];

  it.each([0, serverNow - 10 * year, serverNow + 10 * year])(
    'the time of a proof is the server’s when the TV’s clock says %i',
    async (wallMs) => {
      const clock = sessionClock(wallMs);
      const source = proofs({ clock });
      source.serverTimeReceived(header);
      await clock.pass(90_000);
      expect(await issuedAt(source)).toBe(serverNow / 1000 + 90);
    },
  );

  it('the time of a proof survives a clock that is set, and a TV that sleeps', async () => {
    const clock = sessionClock(0);
    const source = proofs({ clock });
    source.serverTimeReceived(header);
    clock.setWall(serverNow);
    await clock.pass(10_000);
    expect(await issuedAt(source)).toBe(serverNow / 1000 + 10);
    source.serverTimeReceived(new Date(serverNow + 10_000).toUTCString());
    clock.sleep(8 * 3600_000);
    expect(await issuedAt(source)).toBe(serverNow / 1000 + 10 + 8 * 3600);
  });

  it('the time of a proof does not follow a header that is no date', async () => {
    const clock = sessionClock();
    const source = proofs({ clock });
    source.serverTimeReceived('yesterday');
    expect(await issuedAt(source)).toBe(Math.floor(clock.wallMs() / 1000));
  });
});
