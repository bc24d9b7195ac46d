import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
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
    const proof = await source.proof({
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
      ids.add((await verified(await source.proof(token))).claims['jti']);
    }
    expect(ids.size).toBe(50);
  });

  it('a proof is bound to the access token it goes with', async () => {
    const source = proofs();
    // The example of RFC 9449 §7.1.
    const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
    const { claims } = await verified(
      await source.proof({ method: 'GET', url: 'https://api.example/films', accessToken }),
    );
    expect(claims['ath']).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo');
  });

  it('a proof carries the newest nonce of its origin and of no other', async () => {
    const source = proofs();
    source.nonceReceived('https://id.example/token', 'one');
    source.nonceReceived('https://id.example/device', 'two');
    source.nonceReceived('https://api.example/', 'three');
    expect((await verified(await source.proof(token))).claims['nonce']).toBe('two');
    const elsewhere = await source.proof({ method: 'GET', url: 'https://other.example/' });
    expect((await verified(elsewhere)).claims).not.toHaveProperty('nonce');
  });
});

describe('the key', () => {
  it('the key is the same after a restart, and cannot be extracted', async () => {
    const idb = new IDBFactory();
    const store = indexedDbStore(() => idb, 'tv');
    const before = await verified(await proofs({ store }).proof(token));
    const after = await verified(await proofs({ store }).proof(token));
    expect(after.jwk).toEqual(before.jwk);
    const kept = (await store.get('dpop-key')) as CryptoKeyPair;
    expect(kept.privateKey.extractable).toBe(false);
  });

  it('the key is one, however many tabs start at once', async () => {
    const idb = new IDBFactory();
    const tabs = Array.from({ length: 8 }, () =>
      proofs({ store: indexedDbStore(() => idb, 'tv') }).proof(token),
    );
    const keys = await Promise.all(tabs.map(async (proof) => (await verified(await proof)).jwk.x));
    expect(new Set(keys).size).toBe(1);
  });

  it('a key that cannot be stored serves this run and is reported as not kept', async () => {
    const store: RecordStore = {
      ...memoryStore(),
      update: async () => {
        throw new DOMException('Full', 'QuotaExceededError');
      },
    };
    const source = proofs({ store });
    const first = await verified(await source.proof(token));
    const second = await verified(await source.proof(token));
    expect(second.jwk).toEqual(first.jwk);
    expect(await source.keep()).toBe(false);
  });

  it('the key goes back into the store when a sign-out in another tab has deleted it', async () => {
    const store = memoryStore();
    const source = proofs({ store });
    const before = await verified(await source.proof(token));
    await store.delete('dpop-key');
    expect(await source.keep()).toBe(true);
    expect((await verified(await proofs({ store }).proof(token))).jwk).toEqual(before.jwk);
    await store.delete('dpop-key');
    await proofs({ store }).proof(token);
    expect(await source.keep()).toBe(false);
  });

  it('the key is another one after it was forgotten', async () => {
    const source = proofs();
    const before = await verified(await source.proof(token));
    await source.forget();
    expect((await verified(await source.proof(token))).jwk).not.toEqual(before.jwk);
  });
});

describe('the mode', () => {
  it('mode off makes no proof', async () => {
    const source = proofs({ mode: 'off' });
    source.algorithmsAdvertised(['ES256']);
    expect(await source.proof(token)).toBeUndefined();
    expect(source.state()).toBe('off');
    expect(await source.unavailableReason()).toBeUndefined();
  });

  it('mode auto makes a proof for servers that advertise ES256 only', async () => {
    const source = proofs({ mode: 'auto' });
    expect(await source.proof(token)).toBeUndefined();
    source.algorithmsAdvertised(['RS256']);
    expect(await source.proof(token)).toBeUndefined();
    expect(source.state()).toBe('not-advertised');
    source.algorithmsAdvertised(['ES256', 'RS256']);
    await verified(await source.proof(token));
    expect(source.state()).toBe('on');
  });

  it('mode auto makes no proof where there is no WebCrypto', async () => {
    const source = proofs({ mode: 'auto', crypto: {} as Crypto });
    source.algorithmsAdvertised(['ES256']);
    expect(await source.proof(token)).toBeUndefined();
    expect(await source.unavailableReason()).toBeUndefined();
    expect(source.state()).toBe('no-crypto');
  });

  it('mode required prevents signing in where there is no WebCrypto', async () => {
    expect(await proofs().unavailableReason()).toBeUndefined();
    expect(await proofs({ crypto: {} as Crypto }).unavailableReason()).toMatchObject({
      kind: 'misconfigured',
      code: 'dpop_unavailable',
    });
  });
});

describe('the time of a proof', () => {
  const serverNow = Date.UTC(2026, 2, 3, 4, 5, 6);
  const header = new Date(serverNow).toUTCString();
  const year = 365 * 24 * 3600 * 1000;
  const issuedAt = async (source: Proofs) =>
    (await verified(await source.proof(token))).claims['iat'];

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
