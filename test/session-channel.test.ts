import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser';
import { type Servers, startServers } from './servers';
import { choose, exchanges, renewals, signIn, smallScreen } from './session-steps';
import { openTv, type Tv } from './tv';

let browser: Browser;
let servers: Servers;
const tvs: Tv[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  servers = await startServers();
});

afterAll(async () => {
  await browser.close();
  await servers.close();
});

beforeEach(async () => {
  await servers.control('POST', '/reset');
  await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
});

afterEach(async () => {
  const faults = tvs.flatMap((tv) => tv.faults);
  await Promise.all(tvs.splice(0).map((tv) => tv.close()));
  expect(faults).toEqual([]);
});

async function signedIn(): Promise<Tv> {
  const tv = await openTv(browser, servers.appUrl, { viewport: smallScreen });
  tvs.push(tv);
  await tv.seesScreen('signed-out');
  await signIn(tv, servers);
  await servers.control('DELETE', '/log');
  return tv;
}

const known = () => `${new URL(servers.authUrl).host} knows you as Ada Lovelace, ada@example.com.`;

describe('the app’s own screens behind the sign-in', () => {
  it('fetch with the viewer’s access, show what comes, and Back leads out', async () => {
    const tv = await signedIn();
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await tv.text()).toContain('You’re in, Ada Lovelace');
    const [call] = await exchanges(servers, 'userinfo');
    expect(call?.request.headers['authorization']).toMatch(/^DPoP /);
    expect(call?.request.headers).toHaveProperty('dpop');
    expect(await tv.focused()).toBe('close');
    await tv.press('Backspace');
    await expect.poll(() => tv.text()).toContain('Hello, Ada Lovelace');
    expect(await renewals(servers)).toEqual([]);
  });

  it('get fresh access when the old one is over, without noticing', async () => {
    const tv = await signedIn();
    await servers.control('PATCH', '/settings', { accessTokenLifetimeSeconds: 1 });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(servers)).toEqual(['ok']);
    await tv.page.waitForTimeout(1100);
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await renewals(servers)).toEqual(['ok', 'ok']);
  });

  it('say that there is no connection, and try again when asked', async () => {
    const tv = await signedIn();
    await servers.control('PATCH', '/settings', { offline: true });
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain('No connection at the moment');
    expect(await tv.focused()).toBe('try-again');
    await servers.control('PATCH', '/settings', { offline: false });
    await tv.press('Enter');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await tv.screen()).toBe('signed-in');
  });

  it('say so when the API has a fault of its own', async () => {
    const tv = await signedIn();
    await servers.control('POST', '/faults', { kind: 'status', status: 503, endpoint: 'userinfo' });
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain('cannot tell us about you');
    await tv.press('Enter');
    await expect.poll(() => tv.text()).toContain(known());
  });

  it('give way to the sign-in when the session has come to an end', async () => {
    const tv = await signedIn();
    await servers.control('PATCH', '/settings', { accessTokenLifetimeSeconds: 1 });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(servers)).toEqual(['ok']);
    await servers.control('POST', '/sessions/end');
    await tv.page.waitForTimeout(1100);
    await choose(tv, 'continue');
    await tv.seesScreen('signed-out');
    expect(await tv.text()).toContain('Please sign in again');
  });
});
