import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BindingServer, startBindingServer } from '../tools/faults/binding-server.ts';
import { launchBrowser } from './browser';
import { type Servers, startServers } from './servers';
import {
  type Exchange,
  exchanges,
  renewals,
  renewElsewhere,
  signIn,
  smallScreen,
  watchRefreshTokens,
} from './session-steps';
import { openTv, type Tv } from './tv';

let browser: Browser;
let servers: Servers;
const tvs: Tv[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

afterEach(async () => {
  const faults = tvs.flatMap((tv) => tv.faults);
  await Promise.all(tvs.splice(0).map((tv) => tv.close()));
  await servers.close();
  expect(faults).toEqual([]);
});

/** A TV in front of a server of its own. */
async function tvWith(
  dpop: 'required' | 'auto' | 'off',
  options: { requireDpopNonce?: boolean; before?: () => void } = {},
): Promise<Tv> {
  servers = await startServers({ signIn: { dpop } });
  await servers.control('PATCH', '/settings', {
    intervalSeconds: 1,
    requireDpopNonce: options.requireDpopNonce ?? false,
  });
  const tv = await openTv(browser, servers.appUrl, {
    viewport: smallScreen,
    before: async (page) => {
      await page.addInitScript(options.before ?? (() => undefined));
    },
  });
  tvs.push(tv);
  await tv.seesScreen('signed-out');
  return tv;
}

const withProof = ({ request }: Exchange) => 'dpop' in request.headers;
const scheme = ({ request }: Exchange) => request.headers['authorization']?.split(' ')[0];

/** A valid proof, made with a key that is not the TV's. */
function proofOfAnotherKey(url: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) };
  const iat = Math.floor(Date.now() / 1000);
  const signed = `${encode(header)}.${encode({ jti: randomUUID(), htm: 'POST', htu: url, iat })}`;
  const signature = sign('sha256', Buffer.from(signed), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${signature.toString('base64url')}`;
}

describe('proofs of possession', () => {
  it.each([
    { nonces: 'without nonces', requireDpopNonce: false },
    { nonces: 'where the server demands its nonces', requireDpopNonce: true },
  ])('binds a session to the TV, $nonces', async ({ requireDpopNonce }) => {
    const tv = await tvWith('required', { requireDpopNonce });
    const tokens = await watchRefreshTokens(tv.page);
    await signIn(tv, servers);
    const polls = await exchanges(servers, 'token');
    expect(polls.every(withProof)).toBe(true);
    expect(polls.map(({ outcome }) => outcome)).not.toContain('slow_down');
    expect(polls.some(({ outcome }) => outcome === 'use_dpop_nonce')).toBe(requireDpopNonce);
    expect((await exchanges(servers, 'userinfo')).map(scheme)).toContain('DPoP');

    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect
      .poll(async () => (await renewals(servers)).filter((one) => one !== 'use_dpop_nonce'))
      .toEqual(['ok']);
    expect((await exchanges(servers, 'refresh')).every(withProof)).toBe(true);
    await expect.poll(() => tokens.length).toBe(2);
  });

  it('makes a stolen refresh token worthless', async () => {
    const tv = await tvWith('auto');
    const tokens = await watchRefreshTokens(tv.page);
    await signIn(tv, servers);
    await expect.poll(() => tokens.length).toBe(1);
    const [stolen = ''] = tokens;
    expect(await renewElsewhere(servers, stolen)).toMatchObject({ error: 'invalid_grant' });
    const proof = proofOfAnotherKey(`${servers.authUrl}/token`);
    expect(await renewElsewhere(servers, stolen, { DPoP: proof })).toMatchObject({
      error: 'invalid_grant',
    });
    // The thief has not even cost the viewer the session.
    await servers.control('DELETE', '/log');
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(servers)).toEqual(['ok']);
  });

  it('sends proofs where the server offers them, unless the settings say otherwise', async () => {
    const tv = await tvWith('off');
    const tokens = await watchRefreshTokens(tv.page);
    await signIn(tv, servers);
    const all = [...(await exchanges(servers, 'token')), ...(await exchanges(servers, 'userinfo'))];
    expect(all.some(withProof)).toBe(false);
    expect((await exchanges(servers, 'userinfo')).map(scheme)).toContain('Bearer');
    // What they are good for: this one works anywhere.
    await expect.poll(() => tokens.length).toBe(1);
    expect(await renewElsewhere(servers, tokens[0] ?? '')).toHaveProperty('access_token');
  });
});

describe('a browser whose calls fail', () => {
  let server: BindingServer;

  /** A TV in front of a server of another origin. */
  async function tvAt(options: Parameters<typeof startBindingServer>[0]): Promise<Tv> {
    server = await startBindingServer({ interval: 1, ...options });
    servers = await startServers({
      signIn: { issuer: server.url, endpoints: {}, clientId: 'tv', allowInsecureHttp: true },
    });
    const tv = await openTv(browser, servers.appUrl, { viewport: smallScreen });
    tvs.push(tv);
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    server.approve();
    return tv;
  }
  const supportLine = async (tv: Tv) => {
    await tv.page.locator('#screen button', { hasText: 'Sign out' }).dispatchEvent('click');
    return tv.page.locator('[data-footnote]').textContent();
  };
  const calls = () =>
    server.seen.filter((line) => line.includes('/token') && !line.startsWith('OPTIONS'));

  afterEach(() => server.close());

  it('binds a session all the same when the first and third call are cut', async () => {
    const tv = await tvAt({ cuts: 0b101 });
    await tv.seesScreen('signed-in');
    expect(server.bearerGrants()).toBe(0);
    // One harmless call told that the server is there.
    expect(calls()).toEqual(['HEAD /token', 'POST /token with proof']);
    expect(await supportLine(tv)).toContain('dpop on');

    // The same at the next start: what is bound is never sent without a proof.
    server.options.cuts = 0b101;
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => server.options.cuts).toBe(0);
    const polls = () => calls().filter((line) => line.startsWith('POST'));
    await expect.poll(() => polls().length).toBe(2);
    expect(new Set(polls())).toEqual(new Set(['POST /token with proof']));
    expect(server.misused).toBe(0);
    await tv.seesScreen('signed-in');
  });

  it('says that the key is lost, sends nothing and offers to sign in again', async () => {
    const tv = await tvAt({});
    await tv.seesScreen('signed-in');
    await tv.page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('tv-sign-in');
          opening.onsuccess = () => {
            const transaction = opening.result.transaction('records', 'readwrite');
            const walking = transaction.objectStore('records').openCursor();
            walking.onsuccess = () => {
              const cursor = walking.result;
              if (cursor === null) return;
              const { binding: _lost, ...record } = cursor.value;
              if (String(cursor.key).startsWith('account/')) cursor.update(record);
              cursor.continue();
            };
            transaction.oncomplete = resolve;
          };
        }),
    );
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => tv.text()).toContain('lost the key to your sign-in');
    expect(await tv.text()).toContain('Sign in again');
    expect(calls()).toEqual(['POST /token with proof']);
    expect(await supportLine(tv)).toContain('dpop key-lost');
  });

  it('signs in without proofs where the server refuses their header, and says so to support', async () => {
    const tv = await tvAt({ allowsHeader: false });
    // Eight polls at the server's interval, without back-off.
    await tv.page.waitForSelector('#screen[data-screen=signed-in]', { timeout: 45_000 });
    expect(calls()).toEqual(['HEAD /token', 'POST /token']);
    expect(await supportLine(tv)).toContain('dpop header-refused');
  }, 120_000);
});

describe('a browser without WebCrypto', () => {
  const withoutCrypto = () => {
    Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });
  };

  it('signs in without proofs, and keeps the session unsealed', async () => {
    const tv = await tvWith('auto', { before: withoutCrypto });
    await signIn(tv, servers);
    expect((await exchanges(servers, 'token')).some(withProof)).toBe(false);
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(servers)).toEqual(['ok']);
  });

  it('says that the app is not set up for it where the settings require proofs', async () => {
    const tv = await tvWith('required', { before: withoutCrypto });
    await tv.press('Enter');
    await tv.seesScreen('failed');
    expect(await tv.page.locator('[data-problem]').getAttribute('data-problem')).toBe(
      'misconfigured',
    );
    expect(await tv.text()).toMatch(/dpop/i);
  });
});
