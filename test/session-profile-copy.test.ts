import { createDecipheriv, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchProfile } from './browser';
import { type Servers, startServers } from './servers';
import { signIn, smallScreen } from './session-steps';
import { openTvIn } from './tv';

/*
 * The limit of sealing and of DPoP on a TV, as docs/threat-model.md states it: they hold against
 * scripts that export keys and against a dump of the records, not against a copy of the disk.
 */

let servers: Servers;
let profile = '';
let copy = '';
let refreshToken = '';
let found: Found;

/** What a script of the app's own origin finds in a storage, and does with it. */
interface Found {
  tokens: readonly string[];
  /** A proof for a call to the token endpoint, signed with a key that lies in the storage. */
  proof: string | undefined;
  /** JWK coordinate of that key. */
  publicX: string | undefined;
  /** Whether the browser handed out any private or secret key. */
  exported: boolean;
  /** Sealed contents, base64, and the keys of their records. */
  sealed: readonly { recordKey: string; iv: string; data: string }[];
}

/** Runs in a page of the app's origin that is not the app. */
async function openRecords({ htu, jti }: { htu: string; jti: string }): Promise<Found> {
  type Entry = { key: string; value: unknown };
  const done = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const text = (bytes: ArrayBuffer | Uint8Array) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const url64 = (base64: string) =>
    base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const entries: Entry[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name ?? ''));
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      keys.forEach((key, at) => {
        entries.push({ key: String(key), value: values[at] });
      });
    }
  }
  const keys: CryptoKey[] = [];
  const proofKeys: { privateKey: CryptoKey; jwk: JsonWebKey }[] = [];
  const sealed: { key: string; iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }[] = [];
  const visit = ({ key, value }: Entry): void => {
    if (typeof value !== 'object' || value === null) return;
    const { privateKey, jwk } = value as { privateKey?: CryptoKey; jwk?: JsonWebKey };
    if (privateKey !== undefined && jwk !== undefined) proofKeys.push({ privateKey, jwk });
    if (value instanceof CryptoKey) keys.push(value);
    else if ((value as { type?: unknown }).type === 'aes-gcm') {
      sealed.push({ key, ...(value as { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }) });
    } else for (const one of Object.values(value)) visit({ key, value: one });
  };
  entries.forEach(visit);
  const tokens: string[] = [];
  let exported = false;
  for (const key of keys.filter(({ type }) => type !== 'public')) {
    for (const format of ['raw', 'jwk', 'pkcs8'] as const) {
      exported ||= await crypto.subtle.exportKey(format, key).then(
        () => true,
        () => false,
      );
    }
    if (key.type !== 'secret') continue;
    for (const { key: recordKey, iv, data } of sealed) {
      const additionalData = new TextEncoder().encode(recordKey);
      const opened = await crypto.subtle
        .decrypt({ name: 'AES-GCM', iv, additionalData }, key, data)
        .catch(() => undefined);
      if (opened !== undefined) tokens.push(new TextDecoder().decode(opened));
    }
  }
  const [proofKey] = proofKeys;
  const encode = (content: object) => url64(btoa(JSON.stringify(content)));
  let proof: string | undefined;
  let publicX: string | undefined;
  if (proofKey !== undefined) {
    const { crv, kty, x, y } = proofKey.jwk;
    publicX = x;
    const iat = Math.floor(Date.now() / 1000);
    const signed = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } })}.${encode({ jti, htm: 'POST', htu, iat })}`;
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(
      algorithm,
      proofKey.privateKey,
      new TextEncoder().encode(signed),
    );
    proof = `${signed}.${url64(text(signature))}`;
  }
  const asText = sealed.map(({ key, iv, data }) => ({
    recordKey: key,
    iv: text(iv),
    data: text(data),
  }));
  return { tokens, proof, publicX, exported, sealed: asText };
}

/** Every file of a profile, whole. */
function filesOf(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .map((file) => readFileSync(file));
}

const databaseFiles = (folder: string): Buffer =>
  Buffer.concat(filesOf(path.join(folder, 'Default', 'IndexedDB')));

/** A page of the app's origin without the app: what any script there can do. */
async function anotherPage(page: Page): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(`${servers.appUrl}/licenses.txt`);
  return other;
}

beforeAll(async () => {
  servers = await startServers({ signIn: { dpop: 'required' } });
});

afterAll(async () => {
  await servers.close();
  for (const folder of [profile, copy].filter((one) => one !== '')) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

it('a viewer signs in on a TV, and its profile is copied to another machine', async () => {
  await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
  const launched = await launchProfile(undefined, smallScreen);
  profile = launched.profile;
  const tv = await openTvIn(launched.context, servers.appUrl);
  await tv.seesScreen('signed-out');
  await signIn(tv, servers);
  await launched.context.close();
  copy = mkdtempSync(path.join(tmpdir(), 'tv-profile-copy-'));
  cpSync(profile, copy, { recursive: true });
  const { context } = await launchProfile(copy, smallScreen);
  const page = await anotherPage(context.pages()[0] ?? (await context.newPage()));
  found = await page.evaluate(openRecords, { htu: `${servers.authUrl}/token`, jti: randomUUID() });
  await context.close();
  refreshToken = /"refreshToken":"([^"]+)"/.exec(found.tokens.join())?.[1] ?? '';
});

describe('what sealing and DPoP protect from', () => {
  it('no file of the TV’s profile shows the refresh token to a search for it', () => {
    expect(refreshToken.length).toBeGreaterThan(20);
    for (const encoding of ['latin1', 'utf16le'] as const) {
      const inside = filesOf(profile).filter((file) => file.includes(refreshToken, 0, encoding));
      expect(inside).toHaveLength(0);
    }
  });

  it('no script on the app’s origin gets a key out of the browser', () => {
    expect(found.exported).toBe(false);
  });
});

describe('what sealing and DPoP do not protect from', () => {
  it('a script on the app’s origin opens the record on a copy of the profile', () => {
    expect(refreshToken.length).toBeGreaterThan(20);
  });

  it('the files of a copied profile hold the key of the seal in the clear', () => {
    const files = databaseFiles(copy);
    const opened = found.sealed.some(({ recordKey, iv, data }) => {
      const content = Buffer.from(data, 'base64');
      for (let at = 0; at + 32 <= files.length; at++) {
        const decipher = createDecipheriv(
          'aes-256-gcm',
          files.subarray(at, at + 32),
          Buffer.from(iv, 'base64'),
        );
        decipher.setAAD(Buffer.from(recordKey));
        decipher.setAuthTag(content.subarray(-16));
        const text = decipher.update(content.subarray(0, -16));
        // The first byte of JSON tells wrong keys apart before the costlier check of the tag.
        if (text[0] !== 0x7b) continue;
        try {
          decipher.final();
        } catch {
          continue;
        }
        if (text.includes(refreshToken)) return true;
      }
      return false;
    });
    expect(opened).toBe(true);
  });

  it('the files of a copied profile hold the private DPoP key in the clear', () => {
    const files = databaseFiles(copy);
    const pkcs8 = Buffer.from('308187020100301306072a8648ce3d020106082a8648ce3d030107', 'hex');
    const publicHalves: unknown[] = [];
    for (let at = files.indexOf(pkcs8); at >= 0; at = files.indexOf(pkcs8, at + 1)) {
      const der = files.subarray(at, at + 138);
      const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      publicHalves.push(createPublicKey(key).export({ format: 'jwk' }).x);
    }
    expect(found.publicX).toBeDefined();
    expect(publicHalves).toContain(found.publicX);
  });

  it('the copied token and the copied DPoP key renew access from another machine', async () => {
    const response = await fetch(`${servers.authUrl}/token`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        DPoP: found.proof ?? '',
      },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'tv',
        refresh_token: refreshToken,
      }).toString(),
    });
    expect(await response.json()).toMatchObject({ token_type: 'DPoP' });
  });
});
