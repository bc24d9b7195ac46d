import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser';
import { type Servers, startServers } from './servers';
import {
  eventually,
  renewals,
  renewElsewhere,
  shiftWallClock,
  signIn,
  smallScreen,
  wakeTogether,
  watchRefreshTokens,
} from './session-steps';
import { openTvIn } from './tv';

const dayMs = 24 * 3600 * 1000;

let browser: Browser;
let servers: Servers;

beforeAll(async () => {
  browser = await launchBrowser();
  // Without proofs of possession the server tells a used token by itself alone.
  servers = await startServers({ signIn: { dpop: 'off' } });
});

afterAll(async () => {
  await browser.close();
  await servers.close();
});

beforeEach(async () => {
  await servers.control('POST', '/reset');
  await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
});

function withoutLocks(): void {
  Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });
}

describe('two windows that renew at the same instant, with rotation and reuse detection', () => {
  it.each([
    { guard: 'Web Locks', times: 100, before: () => undefined },
    { guard: 'a lease, where there are no Web Locks', times: 30, before: withoutLocks },
  ])(
    'two windows that renew at the same instant lose no session in $times times with $guard',
    async ({ times, before }) => {
      const context = await browser.newContext({ viewport: smallScreen });
      await context.addInitScript(before);
      await context.addInitScript(shiftWallClock, 0);
      const first = await openTvIn(context, servers.appUrl);
      const handedOut = await watchRefreshTokens(first.page);
      await first.seesScreen('signed-out');
      await signIn(first, servers);
      const second = await openTvIn(context, servers.appUrl, await context.newPage());
      await second.seesScreen('signed-in');
      await expect.poll(() => renewals(servers)).toEqual(['ok']);
      const tvs = [first, second];
      const pages = tvs.map(({ page }) => page);

      let day = 0;
      for (let together = 0; together < times; ) {
        expect(++day, `${together} of ${times} so far`).toBeLessThan(times * 2);
        await servers.control('DELETE', '/log');
        // Both slept for a day: both find at once that their access is over.
        await wakeTogether(pages, day * dayMs);
        // A window that was still busy with the day before renews on the next one.
        const both = await eventually(
          async () => (await renewals(servers)).join() === 'ok,ok',
          1500,
        );
        expect((await renewals(servers)).filter((one) => one !== 'open')).not.toContain(
          'invalid_grant',
        );
        if (both) together++;
      }
      for (const tv of tvs) {
        expect(await tv.screen()).toBe('signed-in');
        expect(await tv.text()).toContain('this TV stays signed in');
      }
      await servers.control('DELETE', '/log');
      await first.page.reload();
      await first.seesScreen('signed-in');
      await expect.poll(() => renewals(servers)).toEqual(['ok']);

      // The server does look: one token used twice, and the session is over in every tab.
      const [old = ''] = handedOut;
      expect(await renewElsewhere(servers, old)).toMatchObject({ error: 'invalid_grant' });
      await wakeTogether(pages, (day + 1) * dayMs);
      for (const tv of tvs) {
        await tv.seesScreen('signed-out');
        expect(await tv.text()).toContain('Please sign in again');
        expect(tv.faults).toEqual([]);
      }
      await context.close();
    },
    180_000,
  );
});
