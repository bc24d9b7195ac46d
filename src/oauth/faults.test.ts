import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuthorizationServer } from './authorization-server';
import type { Problem } from './problem';
import { authorization, client, device } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';

const never = new AbortController().signal;
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Endpoint = 'metadata' | 'device' | 'token' | 'refresh' | 'revocation' | 'userinfo';

interface Outcome {
  type: string;
  problem?: Problem | undefined;
}

const tokens = { accessToken: 'AT', tokenType: 'Bearer' as const };
const credentials = { type: 'refresh' as const, refreshToken: 'RT' };

/** The calls that reach each endpoint. */
const calls: Readonly<Record<Endpoint, (tv: AuthorizationServer) => Promise<Outcome>>> = {
  metadata: (tv) => tv.requestCode(never),
  device: (tv) => tv.requestCode(never),
  token: (tv) => tv.poll(authorization, never),
  refresh: (tv) => tv.refresh(credentials, never),
  revocation: (tv) => tv.revoke({ accessToken: 'AT', credentials }, never),
  userinfo: (tv) => tv.account(tokens, never),
};
const endpoints = Object.keys(calls) as Endpoint[];

type Fault = (response: ServerResponse) => void;

/** A server that is right everywhere but at one endpoint. */
async function serverWith(endpoint: Endpoint, fault: Fault): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    const isMetadata = request.path.includes('.well-known');
    const atFault =
      endpoint === 'metadata'
        ? isMetadata
        : request.path === `/${endpoint === 'refresh' ? 'token' : endpoint}`;
    if (atFault) fault(response);
    else if (isMetadata) {
      sendJson(response, 200, {
        issuer: server.url,
        device_authorization_endpoint: `${server.url}/device`,
        token_endpoint: `${server.url}/token`,
        revocation_endpoint: `${server.url}/revocation`,
        userinfo_endpoint: `${server.url}/userinfo`,
      });
    } else sendJson(response, 200, device);
  });
  servers.push(server);
  return server;
}

const html = { 'Content-Type': 'text/html' };
const page = '<!DOCTYPE html><title>Hotel</title><form>Room number</form>';
const redirect =
  (status: number, location: string): Fault =>
  (response) =>
    response.writeHead(status, { Location: location }).end();
const text =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Fault =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);

/** The token endpoint gave the refresh token: a page in its place is a captive portal's. */
const instead = { refresh: 'network-sign-in captive_portal' };

/** What a fault is called, and where a different thing is meant by it. */
const faults: readonly [
  name: string,
  fault: Fault,
  kindAndCode: string,
  elsewhere?: Partial<Record<Endpoint, string>>,
][] = [
  ['a reset before the reply', (r) => r.destroy(), 'server-unreachable unreachable'],
  [
    'a reset in the middle of the body',
    (r) => {
      r.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      r.write('{"device_code":');
      setTimeout(() => r.destroy(), 20);
    },
    'server-unreachable unreachable',
  ],
  ['a web page', text(page, 200, html), 'server-error unreadable_reply', instead],
  ['a web page that claims to be JSON', text(page), 'server-error unreadable_reply', instead],
  ['nothing', text(''), 'server-error unreadable_reply', { revocation: 'revoked' }],
  [
    'no content',
    (r) => r.writeHead(204).end(),
    'server-error unreadable_reply',
    { revocation: 'revoked' },
  ],
  [
    'truncated JSON',
    text('{"device_code":"DC'),
    'server-error unreadable_reply',
    { revocation: 'revoked' },
  ],
  ['a list', text('[1]'), 'server-error unreadable_reply', { revocation: 'revoked' }],
  ['a number', text('1e999'), 'server-error unreadable_reply', { revocation: 'revoked' }],
  ['null', text('null'), 'server-error unreadable_reply', { revocation: 'revoked' }],
  [
    'bytes that are no UTF-8',
    text(Buffer.from([0xff, 0xfe, 0x7b, 0x80])),
    'server-error unreadable_reply',
    { revocation: 'revoked' },
  ],
  ['301 within the server', redirect(301, '/new'), 'misconfigured redirected'],
  ['302 within the server', redirect(302, '/login'), 'misconfigured redirected'],
  ['303 within the server', redirect(303, '/login'), 'misconfigured redirected'],
  ['307 within the server', redirect(307, '/new'), 'misconfigured redirected'],
  ['301 to another host', redirect(301, 'https://new.example/x'), 'misconfigured redirected'],
  ['308 to another host', redirect(308, 'https://new.example/x'), 'misconfigured redirected'],
  ['302 to another host', redirect(302, 'http://hotel.example/'), 'network-sign-in captive_portal'],
  ['307 to another host', redirect(307, 'http://hotel.example/'), 'network-sign-in captive_portal'],
  ['511 of a captive portal', text(page, 511, html), 'network-sign-in captive_portal'],
  ['500 with a page', text(page, 500, html), 'server-error http_500'],
  ['502 of a gateway', text('<html>502</html>', 502, html), 'server-error http_502'],
  ['504 without a body', text('', 504), 'server-error http_504'],
  ['403 with a page', text(page, 403, html), 'server-error http_403'],
  ['a refusal with a code', text('{"error":"policy_denied"}', 403), 'refused policy_denied'],
  [
    'a refusal of the client',
    text('{"error":"invalid_client"}', 401),
    'misconfigured invalid_client',
    { userinfo: 'token-refused' },
  ],
  ['503 with a page', text(page, 503, html), 'server-busy http_503'],
  ['429 with a page', text(page, 429, html), 'server-busy http_429'],
];

const named = ({ type, problem }: Outcome) =>
  problem === undefined ? type : `${problem.kind} ${problem.code}`;

describe.each(faults)('%s has the same name at every endpoint', (_name, fault, expected, other) => {
  it.each(endpoints)('a fault has its kind and code at the %s endpoint', async (endpoint) => {
    const server = await serverWith(endpoint, fault);
    const outcome = await calls[endpoint](client({ issuer: server.url }));
    expect(named(outcome)).toBe(other?.[endpoint] ?? expected);
    if (outcome.problem?.code === 'redirected' || outcome.problem?.code === 'captive_portal') {
      expect(outcome.problem.detail).toContain('127.0.0.1');
    }
  });
});

describe('a server that does not answer at all', () => {
  it.each(endpoints)('gives a hanging %s endpoint up after 15 s', async (endpoint) => {
    const server = await serverWith(endpoint, () => undefined);
    const clock = createControllableClock();
    const before = endpoint === 'metadata' ? 1 : 2;
    const asked = calls[endpoint](client({ issuer: server.url }, { clock }));
    await expect.poll(() => server.seen.length).toBe(before);
    await clock.pass(15_001);
    expect(named(await asked)).toBe('time-out timed_out');
  });

  it.each(endpoints)(
    'tells a refused connection at the %s endpoint from a lost reply',
    async (endpoint) => {
      const server = await serverWith(endpoint, () => undefined);
      const { url } = server;
      await server.close();
      const addresses = {
        deviceAuthorization: `${url}/device`,
        token: `${url}/token`,
        revocation: `${url}/revocation`,
        userinfo: `${url}/userinfo`,
      };
      const tv = client(endpoint === 'metadata' ? { issuer: url } : { endpoints: addresses });
      expect(named(await calls[endpoint](tv))).toBe('server-unreachable connection_refused');
    },
  );
});

describe('an address that has worked before', () => {
  it.each([401, 404, 405])(
    'an address that has worked before is not called a wrong setting for a page with status %i',
    async (status) => {
      let isFaulty = true;
      const server = await startTestServer((_request, response) => {
        if (isFaulty) text('<html></html>', status, { 'Content-Type': 'text/html' })(response);
        else sendJson(response, 200, device);
      });
      servers.push(server);
      const { url } = server;
      const tv = client({
        endpoints: { deviceAuthorization: `${url}/device`, token: `${url}/token` },
      });
      expect((await tv.requestCode(never)).type).toBe('failed');
      expect(named(await tv.requestCode(never))).toBe(`misconfigured http_${status}`);
      isFaulty = false;
      expect((await tv.requestCode(never)).type).toBe('issued');
      isFaulty = true;
      expect(named(await tv.requestCode(never))).toBe(`server-error http_${status}`);
    },
  );
});

describe('a server that asks to be left alone', () => {
  it.each([
    ['in seconds', 503, { 'Retry-After': '40' }],
    ['in seconds, with 429', 429, { 'Retry-After': '40' }],
    [
      'by a date',
      503,
      { Date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'Retry-After': 'Thu, 01 Jan 2026 00:00:40 GMT' },
    ],
  ])('Retry-After is kept at every endpoint, %s', async (_case, status, headers) => {
    for (const endpoint of endpoints) {
      const server = await serverWith(endpoint, text('{}', status, headers));
      const outcome = await calls[endpoint](client({ issuer: server.url }));
      const { retryAfterSeconds } = outcome as { retryAfterSeconds?: number };
      expect(outcome.problem?.retryAfterSeconds ?? retryAfterSeconds).toBe(40);
      if (outcome.problem !== undefined) expect(outcome.problem.kind).toBe('server-busy');
    }
  });

  it.each([
    [503, 'server-busy'],
    [500, 'server-error'],
  ])(
    'metadata is asked for again only after Retry-After of a %i, not even at the other address',
    async (status, kind) => {
      let busy = true;
      const server = await startTestServer((request, response) => {
        if (busy) sendJson(response, status, {}, { 'Retry-After': '40' });
        else if (request.path === '/device') sendJson(response, 200, device);
        else {
          sendJson(response, 200, {
            issuer: server.url,
            device_authorization_endpoint: `${server.url}/device`,
            token_endpoint: `${server.url}/token`,
          });
        }
      });
      servers.push(server);
      const clock = createControllableClock();
      const tv = client({ issuer: server.url }, { clock });
      await tv.requestCode(never);
      expect(server.seen).toHaveLength(1);
      await clock.pass(10_000);
      const again = await tv.requestCode(never);
      expect(again).toMatchObject({ problem: { kind, retryAfterSeconds: 30 } });
      expect(server.seen).toHaveLength(1);
      busy = false;
      await clock.pass(31_000);
      expect((await tv.requestCode(never)).type).toBe('issued');
    },
  );
});

describe('replies that are odd and still good', () => {
  it.each([
    ['a byte-order mark', `\uFEFF${JSON.stringify(device)}`],
    ['blank lines around it', `\n\n${JSON.stringify(device)}\n`],
    ['a member twice', `{"expires_in":1,${JSON.stringify(device).slice(1)}`],
    ['numbers as texts', JSON.stringify({ ...device, expires_in: '600', interval: '5' })],
    ['numbers that are too large', JSON.stringify(device).replace('600', '1e999')],
    ['nulls', JSON.stringify({ ...device, interval: null, verification_uri_complete: null })],
  ])('reads a code from JSON with %s', async (_case, body) => {
    const server = await serverWith('device', text(body));
    const outcome = await client({ issuer: server.url }).requestCode(never);
    expect(outcome).toMatchObject({
      type: 'issued',
      authorization: { userCode: 'WDJB-MJHT', expiresInSeconds: 600, intervalSeconds: 5 },
    });
  });
});
