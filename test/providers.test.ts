import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser';
import { showsTheSameAfterContextLoss } from './context-loss';
import { type Servers, startServers } from './servers';
import { openTv, type Tv } from './tv';

let browser: Browser;
const closing: { close(): Promise<void> }[] = [];
const tvs: Tv[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

afterEach(async () => {
  const faults = tvs.flatMap((tv) => tv.faults);
  await Promise.all(tvs.splice(0).map((tv) => tv.close()));
  await Promise.all(closing.splice(0).map((one) => one.close()));
  expect(faults).toEqual([]);
});

interface Scene {
  tv: Tv;
  servers: Servers;
  /** Addresses that the TV called, without the app's own files. */
  called: string[];
}

async function standInShowing(provider: string): Promise<Scene> {
  const servers = await startServers({ provider });
  closing.push(servers);
  const called: string[] = [];
  const tv = await openTv(browser, servers.appUrl, {
    before: async (page) => {
      page.on('request', (request) => {
        if (request.resourceType() === 'fetch') called.push(request.url());
      });
    },
  });
  tvs.push(tv);
  await tv.seesScreen('signed-out');
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  return { tv, servers, called };
}

/** Decides on the stand-in's page, as a person does who scanned or typed the address. */
async function decide(tv: Tv, decision: 'allow' | 'deny'): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    await page.goto(await tv.verificationUri());
    await page.locator('input[name=user_code]').fill(await tv.userCode());
    await page.locator('[data-action=confirm]').click();
    await page.locator(`[data-action=${decision}]`).click();
    await page.locator('[data-result]').waitFor();
  } finally {
    await context.close();
  }
}

describe('signing in to the stand-in of', () => {
  it.each([
    { provider: 'oracle-idcs', relayed: true },
    { provider: 'azure-ad-v1', relayed: true, name: 'Ada' },
    { provider: 'veeam-vb365', relayed: true, name: 'user@contoso.onmicrosoft.com' },
    { provider: 'github', relayed: true, name: 'Ada' },
    { provider: 'google', relayed: true, name: 'Ada' },
    { provider: 'twitch', relayed: false, name: 'ada' },
  ])('signs in to $provider and survives a restart', async ({ provider, relayed, name }) => {
    const { tv, servers, called } = await standInShowing(provider);
    await decide(tv, 'allow');
    await tv.seesScreen('signed-in', 30_000);
    if (name !== undefined) expect(await tv.text()).toContain(name);
    const own = new URL(servers.appUrl).origin;
    expect(called.length).toBeGreaterThan(1);
    for (const address of called) {
      expect(new URL(address).origin === own && address.includes('/relay/')).toBe(relayed);
    }
    await tv.page.reload();
    await tv.seesScreen('signed-in');
  });

  it.each(['github', 'azure-ad-v1'])('shows the refusal of %s', async (provider) => {
    const { tv } = await standInShowing(provider);
    await decide(tv, 'deny');
    await tv.seesScreen('denied', 30_000);
  });
});

describe('a Microsoft account for a Veeam server', () => {
  it('authorizes a Microsoft account with a second code, without signing in on the TV', async () => {
    const { tv } = await standInShowing('veeam-vb365-device-code');
    const first = await tv.userCode();
    await decide(tv, 'allow');
    await expect.poll(() => tv.userCode(), { timeout: 30_000 }).not.toBe(first);
    await decide(tv, 'allow');
    await tv.seesScreen('authorized', 30_000);
    expect(await tv.text()).toContain('This Microsoft account is authorised');
    expect(await tv.stored()).not.toContain('account');
    await showsTheSameAfterContextLoss(tv, 'authorized');
    await tv.press('Enter');
    await tv.seesScreen('signed-out');
  });
});

describe('a server that refuses calls from browsers', () => {
  it('tells a server that refuses browsers from being offline, and says what to configure', async () => {
    const servers = await startServers({ provider: 'github' });
    closing.push(servers);
    const direct = await startServers({
      signIn: { provider: 'github', issuer: servers.authUrl, clientId: 'Iv1.abcdef' },
    });
    closing.push(direct);
    const tv = await openTv(browser, direct.appUrl);
    tvs.push(tv);
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('failed');
    expect(await tv.page.locator('[data-problem]').getAttribute('data-problem')).toBe(
      'browser-calls-refused',
    );
    expect(await tv.text()).toContain('appSettings.signIn.relay');
  });
});
