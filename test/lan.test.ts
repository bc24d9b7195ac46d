import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lanAddress } from '../tools/dev-server/public-host.ts';
import { launchBrowser } from './browser';
import { decideOnPhone } from './phone';
import { startServers } from './servers';
import { openTv } from './tv';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

/** Without a network there is nothing to try: that is said, not hidden. */
const address = lanAddress();
if (address === undefined) console.warn('NOT TESTED: this machine has no network address.');

it.runIf(address !== undefined)(
  'a phone on the network scans the QR code of a TV on the network and finishes',
  async () => {
    const servers = await startServers({ host: '0.0.0.0' });
    try {
      await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
      expect(servers.appUrl).toContain(`//${address}:`);
      const tv = await openTv(browser, servers.appUrl);
      await tv.seesScreen('signed-out');
      await tv.press('Enter');
      await tv.seesScreen('showing-code');
      const scanned = (await tv.scan()) ?? '';
      expect(scanned).toContain(`//${address}:${servers.authPort}/device?user_code=`);
      await decideOnPhone(browser, scanned, 'allow', { account: 'grace' });
      await tv.seesScreen('signed-in', 30_000);
      expect(await tv.text()).toContain('Grace');
      await tv.page.reload();
      await tv.seesScreen('signed-in');
      expect(tv.faults).toEqual([]);
      await tv.close();
    } finally {
      await servers.close();
    }
  },
);
