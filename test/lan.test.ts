import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAllowedAddress } from '../src/settings/settings';
import { lanAddress } from '../tools/dev-server/public-host.ts';
import { launchBrowser } from './browser';
import { decideOnPhone } from './phone';
import { startServers } from './servers';
import { openTv } from './tv';

/** Without a network there is nothing to try: that is said, not hidden. */
const address = lanAddress();
if (address === undefined) console.warn('NOT TESTED: this machine has no network address.');
// The app calls http in private networks only.
const isPrivate = address !== undefined && isAllowedAddress(`http://${address}/`, true);
if (!isPrivate) console.warn('NOT TESTED by address: this machine is not in a private network.');

/** As the name of a machine in the local network. */
const machine = 'tv-tester';
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser([`--host-resolver-rules=MAP ${machine} ${address}`]);
});

afterAll(() => browser.close());

/** Signs a TV in with a phone, both on the network. */
async function signsIn(host: string, allowedHosts: readonly string[]): Promise<void> {
  const servers = await startServers({ host: '0.0.0.0', allowedHosts });
  try {
    await servers.control('PATCH', '/settings', { intervalSeconds: 1 });
    expect(servers.appUrl).toContain(`//${host}:`);
    const tv = await openTv(browser, servers.appUrl);
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    const scanned = (await tv.scan()) ?? '';
    expect(scanned).toContain(`//${host}:${servers.authPort}/device?user_code=`);
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
}

it.runIf(isPrivate)(
  'a phone on the network scans the QR code of a TV on the network and finishes',
  () => signsIn(address ?? '', []),
);

it.runIf(address !== undefined)(
  'a phone and a TV reach the machine by a name that ALLOWED_HOSTS has, as in a container',
  () => signsIn(machine, [machine]),
);
