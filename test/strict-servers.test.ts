import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser';
import { type Servers, settingsWith, startServers } from './servers';
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

async function switchOn(servers: Servers): Promise<Tv> {
  closing.push(servers);
  const tv = await openTv(browser, servers.appUrl);
  tvs.push(tv);
  await tv.seesScreen('signed-out');
  return tv;
}

describe('a server that is as strict as the strictest', () => {
  it.each([
    ['client_secret_basic', { clientSecret: 'tv-secret' }],
    ['client_secret_post', { clientSecret: 'tv-secret' }],
    ['none', {}],
  ])('signs the TV in when clients authenticate by %s', async (clientAuthentication, signIn) => {
    const servers = await startServers({ signIn: { ...signIn, dpop: 'off' } });
    await servers.control('PATCH', '/settings', {
      clientAuthentication,
      strictParameters: true,
      intervalSeconds: 1,
      autoApproveAfterSeconds: 0,
    });
    const tv = await switchOn(servers);
    await tv.press('Enter');
    await tv.seesScreen('signed-in');
    const outcomes = [
      ...(await servers.exchanges('device')),
      ...(await servers.exchanges('token')),
    ];
    expect(outcomes.map(({ outcome }) => outcome)).not.toContain('invalid_client');
  });
});

describe('a channel whose name no header can hold', () => {
  it.each(['L’Équipe TV', 'Канал Один', '電視台'])('gets a code at Plex: %s', async (name) => {
    const settings = settingsWith() as { appSettings: Record<string, unknown> };
    settings.appSettings['name'] = name;
    const tv = await switchOn(await startServers({ settings, provider: 'plex' }));
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
  });
});
