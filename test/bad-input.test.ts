import type { ServerResponse } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendJson, startTestServer, type TestServer } from '../src/oauth/testing/http-server';
import { launchBrowser } from './browser';
import { type Servers, settingsWith, startServers } from './servers';
import { openTv, type Tv } from './tv';

let browser: Browser;
const running: { close(): Promise<void> }[] = [];
const tvs: Tv[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

afterEach(async () => {
  const faults = tvs.flatMap((tv) => tv.faults);
  await Promise.all(tvs.splice(0).map((tv) => tv.close()));
  await Promise.all(running.splice(0).map((server) => server.close()));
  expect(faults).toEqual([]);
});

const allowed = { 'Access-Control-Allow-Origin': '*' };

const device = {
  device_code: 'DC-secret',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://id.example/device',
  expires_in: 600,
  interval: 60,
};

/** A TV whose server answers the device request in one certain way. */
async function tvOf(answer: (response: ServerResponse) => void): Promise<Tv> {
  const server: TestServer = await startTestServer((_request, response) => answer(response));
  running.push(server);
  const settings = settingsWith({
    issuer: undefined,
    endpoints: { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` },
  });
  return tvWith(settings);
}

async function tvWith(settings: unknown): Promise<Tv> {
  const servers: Servers = await startServers({ settings });
  running.push(servers);
  const tv = await openTv(browser, servers.appUrl);
  tvs.push(tv);
  return tv;
}

const replying = (body: Record<string, unknown>) => (response: ServerResponse) =>
  sendJson(response, 200, body, allowed);

describe('a device reply that is odd but usable shows a code', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no interval', { ...device, interval: undefined }, 'WDJB-MJHT'],
    ['numbers as texts', { ...device, expires_in: '600', interval: '5' }, 'WDJB-MJHT'],
    [
      'verification_url',
      { ...device, verification_uri: undefined, verification_url: 'https://id.example/d' },
      'WDJB-MJHT',
    ],
    ['unknown members', { ...device, surprise: { deep: [1, 2] } }, 'WDJB-MJHT'],
    ['no lifetime', { ...device, expires_in: undefined }, 'WDJB-MJHT'],
    ['a lifetime of zero', { ...device, expires_in: 0 }, 'WDJB-MJHT'],
    ['a numeric code', { ...device, user_code: 12345678 }, '12345678'],
    [
      'a complete URI alone',
      { ...device, verification_uri: null, verification_uri_complete: 'https://id.example/d' },
      'WDJB-MJHT',
    ],
    [
      'an address without a scheme',
      { ...device, verification_uri: ' id.example/device ' },
      'WDJB-MJHT',
    ],
    ['a very wide code', { ...device, user_code: 'W'.repeat(15) }, 'W'.repeat(15)],
    [
      'a complete URI that is unsafe',
      { ...device, verification_uri_complete: 'javascript:alert(1)' },
      'WDJB-MJHT',
    ],
  ])('%s', async (_case, body, code) => {
    const tv = await tvOf(replying(body));
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    expect(await tv.userCode()).toBe(code);
    expect(await tv.scan()).toMatch(/^https:\/\/id\.example\/d(evice)?$/);
  });
});

describe('a device reply that cannot be used ends in a clear screen', () => {
  const text =
    (status: number, body: string, type = 'text/html') =>
    (response: ServerResponse) =>
      response.writeHead(status, { ...allowed, 'Content-Type': type }).end(body);
  it.each<[string, (response: ServerResponse) => void, string]>([
    ['an empty error body', text(400, ''), 'server-error'],
    ['HTML instead of JSON', text(200, '<html>Hotel Wi-Fi</html>'), 'server-error'],
    ['a megabyte', replying({ ...device, padding: 'x'.repeat(1_000_000) }), 'server-error'],
    [
      'a javascript: address',
      replying({ ...device, verification_uri: 'javascript:alert(1)' }),
      'server-error',
    ],
    ['a code that is blank', replying({ ...device, user_code: '\u200B \u202E' }), 'server-error'],
    [
      'an endless address',
      replying({ ...device, verification_uri: `https://id.example/${'x'.repeat(3000)}` }),
      'server-error',
    ],
    [
      'a client it does not know',
      (response) => sendJson(response, 401, { error: 'invalid_client' }, allowed),
      'misconfigured',
    ],
    [
      'a refusal of browser calls',
      (response) => sendJson(response, 200, device),
      'browser-calls-refused',
    ],
  ])('%s', async (_case, answer, problem) => {
    const tv = await tvOf(answer);
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('failed');
    const shown = tv.page.locator('[data-problem]');
    expect(await shown.getAttribute('data-problem')).toBe(problem);
    expect((await shown.textContent())?.length).toBeGreaterThan(20);
    await tv.press('Escape');
    await tv.seesScreen('signed-out');
  });
});

describe('settings that are wrong are named on the screen', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'no clientId',
      settingsWith({ clientId: undefined }),
      /appSettings\.signIn\.clientId is missing/,
    ],
    ['a misspelt key', settingsWith({ clientID: 'tv' }), /Did you mean clientId/],
    ['a misspelt provider', settingsWith({ provider: 'rfc8682' }), /Did you mean "rfc8628"/],
    ['plain http', settingsWith({ issuer: 'http://id.example.com' }), /not encrypted/],
    ['nothing at all', {}, /appSettings is missing/],
  ])('%s', async (_case, settings, sentence) => {
    const tv = await tvWith(settings);
    await tv.seesScreen('failed');
    expect(await tv.page.locator('[data-problem]').getAttribute('data-problem')).toBe(
      'misconfigured',
    );
    expect(await tv.text()).toMatch(sentence);
  });
});
