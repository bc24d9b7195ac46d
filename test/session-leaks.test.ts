import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser';
import { hearReplies } from './replies';
import { type Servers, startServers } from './servers';
import {
  choose,
  renewals,
  renewsOnWaking,
  shiftWallClock,
  signIn,
  smallScreen,
  wakeTogether,
} from './session-steps';
import { openTvIn, type Tv } from './tv';

const dayMs = 24 * 3600 * 1000;
const secretMembers = ['access_token', 'refresh_token', 'id_token', 'device_code'];

let browser: Browser;
let servers: Servers;

beforeAll(async () => {
  browser = await launchBrowser();
  servers = await startServers();
});

afterAll(async () => {
  await browser.close();
  await servers.close();
});

/** Everything secret that the server hands out to a page, and the proofs that the page makes. */
async function watchSecrets(page: Page): Promise<Set<string>> {
  const secrets = new Set<string>();
  page.on('response', (response) => {
    const proof = response.request().headers()['dpop'];
    if (proof !== undefined) secrets.add(proof);
  });
  await hearReplies(page, ({ body }) => {
    for (const member of secretMembers) {
      const value = body[member];
      if (typeof value === 'string') secrets.add(value);
    }
  });
  return secrets;
}

/** Everything that a page says or shows: console, addresses, errors, from now on. */
function watchWords(page: Page): string[] {
  const words: string[] = [];
  page.on('console', (message) => words.push(message.text()));
  page.on('pageerror', (error) => words.push(`${error.message} ${error.stack ?? ''}`));
  page.on('request', (request) => words.push(request.url(), request.headers()['referer'] ?? ''));
  page.on('framenavigated', (frame) => words.push(frame.url()));
  return words;
}

/** What the page holds at this moment, outside the memory of the script. */
async function residue(tv: Tv, context: BrowserContext): Promise<string> {
  const { page } = tv;
  const shown = await page.evaluate(async () => {
    const text = (value: unknown): string => {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
        return Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join(
          '',
        );
      }
      if (typeof value !== 'object' || value === null) return String(value);
      return Object.entries(value)
        .map(([name, inner]) => `${name}=${text(inner)}`)
        .join(' ');
    };
    const found = [
      document.documentElement.outerHTML,
      location.href,
      document.title,
      document.cookie,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      window.name,
      ...performance.getEntries().map(({ name }) => name),
      ...(await caches.keys()),
    ];
    for (const { name = '' } of await indexedDB.databases()) {
      const request = indexedDB.open(name);
      await new Promise((resolve) => {
        request.onsuccess = resolve;
      });
      const database = request.result;
      for (const store of Array.from(database.objectStoreNames)) {
        const reading = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => {
          reading.onsuccess = resolve;
        });
        found.push(text(reading.result));
      }
      database.close();
    }
    return found.join('\n');
  });
  return [shown, JSON.stringify(await context.cookies()), await tv.stored()].join('\n');
}

it('a whole run leaves no token, code or proof in words, addresses, the page or its storage', async () => {
  await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
  const context = await browser.newContext({ viewport: smallScreen });
  await context.addInitScript(shiftWallClock, 0);
  const page = await context.newPage();
  const words = watchWords(page);
  const secrets = await watchSecrets(page);
  const tv = await openTvIn(context, servers.appUrl, page);
  const look = async () => {
    words.push(await residue(tv, context));
  };

  await tv.seesScreen('signed-out');
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  await look();
  await tv.press('Escape');
  await tv.seesScreen('signed-out');
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  await servers.control('POST', '/codes/latest/deny');
  await tv.seesScreen('denied');
  await look();
  await servers.control('POST', '/faults', { kind: 'status', status: 500, endpoint: 'device' });
  await tv.press('Enter');
  await tv.seesScreen('failed');
  await look();
  await signIn(tv, servers);
  await look();
  await renewsOnWaking(tv, servers, dayMs, ['ok']);
  await look();
  await choose(tv, 'continue');
  await expect.poll(() => tv.focused()).toBe('close');
  await look();
  await tv.press('Escape');
  await servers.control('PATCH', '/settings', { offline: true });
  await page.reload();
  await tv.seesScreen('signed-in');
  await expect.poll(() => tv.text()).toContain('No connection');
  await look();
  await servers.control('PATCH', '/settings', { offline: false });
  await wakeTogether([page], 2 * dayMs);
  await expect
    .poll(async () => (await renewals(servers)).filter((one) => one === 'ok').length, {
      timeout: 30_000,
    })
    .toBe(2);
  await choose(tv, 'sign-out');
  await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
  await look();
  await tv.press('Enter');
  await tv.seesScreen('signed-out');
  await look();
  await expect.poll(() => tv.stored()).not.toContain('account');

  // Two device codes, one sign-in, two renewals, and what came with them.
  expect(secrets.size).toBeGreaterThan(10);
  const all = words.join('\n');
  expect(all).toContain('Ada Lovelace');
  for (const secret of secrets) expect(all.includes(secret), `${secret.slice(0, 6)}…`).toBe(false);
  await context.close();
});
