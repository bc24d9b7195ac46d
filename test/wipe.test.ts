import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { launchProfile } from './browser';
import { tvHarness } from './harness';
import { choose, exchanges, signIn } from './session-steps';
import { openTvIn, type Tv } from './tv';

const harness = tvHarness();
const revocations = async () =>
  (await exchanges(harness.servers, 'revocation')).map(({ outcome }) => outcome);

/** What every store of the origin holds. */
const storedAnywhere = (tv: Tv) =>
  tv.page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    cookies: document.cookie,
  }));

const nothing = { databases: [], caches: [], local: [], session: [], cookies: '' };

async function leaveStoresFull(tv: Tv): Promise<void> {
  await tv.page.evaluate(async () => {
    localStorage.setItem('channel', 'ada');
    sessionStorage.setItem('channel', 'ada');
    await (await caches.open('channel')).put('/ada', new Response('ada'));
    const request = indexedDB.open('channel', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('ada');
    await new Promise((resolve) => {
      request.onsuccess = resolve;
    });
    request.result.close();
  });
  await choose(tv, 'sign-out');
  await choose(tv, 'wipe');
}

async function confirmed(tv: Tv): Promise<void> {
  await expect.poll(() => tv.focused()).toBe('keep');
  await choose(tv, 'confirm-wipe');
}

async function signedInTv(): Promise<Tv> {
  const tv = await harness.switchOn();
  await tv.seesScreen('signed-out');
  await signIn(tv, harness.servers, 'ada');
  return tv;
}

describe('removing everything from a TV', () => {
  it('keeps everything when the viewer answers with OK at once, or with Back', async () => {
    const tv = await signedInTv();
    await choose(tv, 'sign-out');
    await choose(tv, 'wipe');
    await expect.poll(() => tv.focused()).toBe('keep');
    await tv.press('Enter');
    expect(await tv.text()).toContain('Hello, Ada');
    await choose(tv, 'sign-out');
    await choose(tv, 'wipe');
    await tv.press('Escape');
    expect(await tv.text()).toContain('Hello, Ada');
    expect(await tv.stored()).toContain(' account/');
    expect(await revocations()).toEqual([]);
  });

  it('ends the session at the service, and no store of the origin holds anything', async () => {
    const tv = await signedInTv();
    await leaveStoresFull(tv);
    await confirmed(tv);
    await expect.poll(() => tv.text()).toContain('the service has ended every session');
    expect(await revocations()).toEqual(['ok']);
    expect(await storedAnywhere(tv)).toEqual(nothing);
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    expect(await tv.text()).toContain('Welcome');
    expect(await tv.stored()).toBe('');
  });

  it('does it also without a connection, and says that the service was not told', async () => {
    const tv = await signedInTv();
    await harness.servers.control('PATCH', '/settings', { offline: true });
    await choose(tv, 'sign-out');
    await choose(tv, 'confirm-sign-out');
    await expect.poll(() => tv.text()).toContain('when this TV is online again');
    expect(await tv.stored()).toContain('%00revocation');
    expect(await tv.stored()).not.toMatch(/\bada\b/i);
    await choose(tv, 'wipe');
    await confirmed(tv);
    await expect
      .poll(() => tv.text(), { timeout: 20_000 })
      .toContain('Not every session could be ended at the service');
    expect(await storedAnywhere(tv)).toEqual(nothing);
    await harness.servers.control('PATCH', '/settings', { offline: false });
  });

  it('offers it on the first screen of a later start, while the service has not been told', async () => {
    const tv = await signedInTv();
    await harness.servers.control('PATCH', '/settings', { offline: true });
    await choose(tv, 'sign-out');
    await choose(tv, 'confirm-sign-out');
    await expect.poll(() => tv.text()).toContain('when this TV is online again');
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    await expect.poll(() => tv.page.locator('[data-control=wipe]').count()).toBe(1);
    await harness.servers.control('PATCH', '/settings', { offline: false });
    await tv.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect.poll(revocations).toContain('ok');
    await expect.poll(() => tv.stored()).not.toContain('%00revocation');
  });

  it('starts the other windows of the app afresh', async () => {
    const tv = await signedInTv();
    const context = tv.page.context();
    const other = await openTvIn(context, harness.servers.appUrl, await context.newPage());
    await other.seesScreen('signed-in');
    await choose(tv, 'sign-out');
    await choose(tv, 'wipe');
    await confirmed(tv);
    await expect.poll(() => tv.text()).toContain('the service has ended every session');
    await other.seesScreen('signed-out');
    await expect.poll(() => other.text()).toContain('Welcome');
    expect(await other.stored()).toBe('');
    expect(other.faults).toEqual([]);
  });
});

/** The files of a profile that hold a text, in one of the ways that Chromium writes texts. */
function filesWith(folder: string, text: string): string[] {
  const wide = Buffer.from(text, 'utf16le');
  const encodings = [Buffer.from(text), wide, Buffer.from(wide).swap16()];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => encodings.some((bytes) => readFileSync(file).includes(bytes)));
}

describe('the files of the browser', () => {
  it('hold neither token nor name after everything was removed', async () => {
    const { context, profile: folder } = await launchProfile();
    try {
      const tv = await openTvIn(context, harness.servers.appUrl);
      await tv.seesScreen('signed-out');
      let refreshToken = '';
      await tv.page.route('**/token', async (route) => {
        const response = await route.fetch();
        const body = await response.text();
        refreshToken = /"refresh_token":"([^"]+)"/.exec(body)?.[1] ?? refreshToken;
        await route.fulfill({ response, body });
      });
      await signIn(tv, harness.servers, 'ada');
      await expect.poll(() => refreshToken).not.toBe('');
      // So this search finds what is there.
      expect(filesWith(folder, '/tv/ada')).not.toEqual([]);
      await choose(tv, 'sign-out');
      await choose(tv, 'wipe');
      await confirmed(tv);
      await expect.poll(() => tv.text()).toContain('the service has ended every session');
      await context.close();
      // What is deleted stays in the browser's files for a while: sealed, and under the account's id.
      for (const secret of [refreshToken, 'Ada Lovelace', 'ada@example.com']) {
        expect(filesWith(folder, secret)).toEqual([]);
      }
    } finally {
      await context.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
