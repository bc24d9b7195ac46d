import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client, device } from './testing/client';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';

const never = new AbortController().signal;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer((request, response) => {
    if (request.path === '/client/register') {
      sendJson(response, 200, { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 9e9 });
    } else sendJson(response, 200, device);
  });
});

afterAll(() => server.close());

/** The requests of one sign-in attempt, up to the code. */
async function requestsWith(signIn: Record<string, unknown>, platformName?: string) {
  const from = server.seen.length;
  const settings = { allowInsecureHttp: true, ...signIn };
  const extra = platformName === undefined ? {} : { deviceName: platformName };
  expect((await client(settings, extra).requestCode(never)).type).toBe('issued');
  return server.seen.slice(from);
}

/** The form of the device request to a plain RFC 8628 server. */
async function formWith(signIn: Record<string, unknown>, platformName?: string) {
  const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
  const [request] = await requestsWith({ endpoints, ...signIn }, platformName);
  return request?.form ?? {};
}

const taken = { deviceNameParameter: 'metaData.device.name' };

describe('the name of the TV', () => {
  it('the name of the TV goes to a plain server in the field that the settings name', async () => {
    const form = await formWith({ ...taken, deviceName: 'Living room TV' });
    expect(form).toEqual({ client_id: 'tv', 'metaData.device.name': 'Living room TV' });
  });

  it('the name of the TV is its maker’s where the settings give none', async () => {
    expect(await formWith(taken, 'LG TV')).toMatchObject({ 'metaData.device.name': 'LG TV' });
  });

  it('the name of the TV is not sent to a server that is not said to take one', async () => {
    expect(await formWith({ deviceName: 'Living room TV' }, 'LG TV')).toEqual({ client_id: 'tv' });
  });

  it.each([
    ['control characters and lines', 'Living\r\nroom\u0000 TV', 'Living room TV'],
    ['characters that turn the reading direction', 'TV\u202egnp.exe\u2066', 'TV gnp.exe'],
    ['characters without width', '\u200bTV\ufeff\u3164', 'TV'],
    ['invisible tags', 'TV\u{e0041}\u{e007f}', 'TV'],
    ['blanks', '  my   TV\t', 'my TV'],
  ])('the name of the TV is sent without %s', async (_what, deviceName, sent) => {
    const form = await formWith({ ...taken, deviceName });
    expect(form['metaData.device.name']).toBe(sent);
  });

  it.each([
    ['letters', 'n'.repeat(500)],
    ['pictures', '📺'.repeat(500)],
  ])('the name of the TV is cut at 64 characters, between whole ones: %s', async (_what, name) => {
    const form = await formWith({ ...taken, deviceName: name });
    const sent = form['metaData.device.name'] ?? '';
    expect(sent.length).toBeLessThanOrEqual(64);
    expect(sent.length).toBeGreaterThan(60);
    expect(sent).not.toContain('\ufffd');
  });

  it.each(['\u0000\u200b', '\u202e', '\u3164'])(
    'a name of the TV that shows nothing is not sent: %j',
    async (deviceName) => {
      expect(await formWith({ ...taken, deviceName })).toEqual({ client_id: 'tv' });
    },
  );

  it('the name of the TV cannot become another form field', async () => {
    const deviceName = 'TV&client_id=other&scope=admin';
    expect(await formWith({ ...taken, deviceName })).toEqual({
      client_id: 'tv',
      'metaData.device.name': deviceName,
    });
  });

  it('the name of the TV takes no field that says something else', async () => {
    const form = await formWith({
      deviceNameParameter: 'scope',
      scope: 'openid',
      deviceName: 'TV admin',
    });
    expect(form).toEqual({ client_id: 'tv', scope: 'openid' });
  });

  it('the name of the TV is in the name under which the app registers at AWS', async () => {
    const settings = { provider: 'aws-iam-identity-center', issuer: server.url };
    const [registration] = await requestsWith({ ...settings, deviceName: 'Living room TV' });
    expect(JSON.parse(registration?.body ?? '{}')).toMatchObject({
      clientName: 'Test (Living room TV)',
    });
  });
});
