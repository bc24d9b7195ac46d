import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendJson, startTestServer } from '../src/oauth/testing/http-server';
import { launchBrowser } from './browser';
import { settingsWith, startServers } from './servers';
import { openTv } from './tv';

const allowed = { 'Access-Control-Allow-Origin': '*' };

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

it('a kept session does not follow its server to another host, and a new sign-in does', async () => {
  let tokenOrigin = '';
  const auth = await startTestServer((request, response) => {
    const reply = request.path.includes('/.well-known/')
      ? {
          issuer: auth.url,
          device_authorization_endpoint: `${auth.url}/device`,
          token_endpoint: `${tokenOrigin}/token`,
        }
      : request.path === '/device'
        ? {
            device_code: 'DC-secret',
            user_code: 'WDJB-MJHT',
            verification_uri: 'https://id.example/device',
            expires_in: 600,
            interval: 1,
          }
        : { access_token: 'AT', token_type: 'Bearer', refresh_token: 'RT', expires_in: 300 };
    sendJson(response, 200, reply, allowed);
  });
  tokenOrigin = auth.url;
  const servers = await startServers({ settings: settingsWith({ issuer: auth.url, dpop: 'off' }) });
  const tv = await openTv(browser, servers.appUrl);
  const callsTo = (host: string) =>
    auth.seen.filter(({ headers, path }) => path === '/token' && headers.host?.startsWith(host))
      .length;
  const documentsSent = () => auth.seen.filter(({ path }) => path.includes('.well-known')).length;
  try {
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('signed-in');
    tokenOrigin = auth.url.replace('127.0.0.1', 'localhost');
    // A start with the old document in its cache asks for the new one, which a later start finds.
    const textOfNextStart = async () => {
      const renewals = callsTo('127.0.0.1');
      const documents = documentsSent();
      await tv.page.reload();
      await tv.seesScreen('signed-in');
      await expect
        .poll(async () => callsTo('127.0.0.1') > renewals || (await tv.text()).includes('UA-'))
        .toBe(true);
      await expect.poll(documentsSent).toBeGreaterThan(documents);
      return tv.text();
    };
    await expect
      .poll(textOfNextStart, { timeout: 30_000, interval: 500 })
      .toContain('now uses another address');
    expect(await tv.text()).toMatch(/Reference UA-/);
    expect(callsTo('localhost')).toBe(0);
    await tv.press('ArrowRight');
    await tv.press('Enter');
    await expect.poll(() => callsTo('localhost'), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => tv.text()).not.toContain('now uses another address');
    await tv.seesScreen('signed-in');
    expect(tv.faults).toEqual([]);
  } finally {
    await Promise.all([tv.close(), servers.close(), auth.close()]);
  }
});
