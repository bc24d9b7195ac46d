import { afterEach, describe, expect, it } from 'vitest';
import { client } from '../oauth/testing/client';
import { startTestServer, type TestServer } from '../oauth/testing/http-server';
import type { ConnectionState } from '../sign-in/states';
import type { Locks } from './dependencies';
import { ada, type SessionHarness, sessionHarness, webLocks } from './testing/harness';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;
const hourMs = 3600_000;
const dayMs = 24 * hourMs;

let http: TestServer | undefined;
afterEach(async () => {
  await http?.close();
  http = undefined;
});

/** What the token endpoint answers. */
interface Answer {
  status: number;
  body?: string | object;
  location?: string;
}

const tokens = { access_token: 'fresh', token_type: 'Bearer', expires_in: 3600 };

/** A kept session after a restart, behind a real HTTP server. */
async function restartedAt(answer: () => Answer): Promise<SessionHarness> {
  const before = sessionHarness();
  await before.clock.run(before.session.complete(before.server.grant(ada), never));
  before.session.suspend();
  http = await startTestServer((_request, response) => {
    const { status, body = '', location } = answer();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, {
      'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json',
      ...(location && { Location: location }),
    });
    response.end(text);
  });
  const endpoints = { deviceAuthorization: `${http.url}/device`, token: `${http.url}/token` };
  const real = client({ endpoints, allowInsecureHttp: true }, { clock: before.clock });
  const { id } = before.server;
  const tv = before.again({ server: { ...real, id } });
  await tv.clock.run(tv.session.restore());
  tv.session.open('ada');
  await expect.poll(() => http?.seen.length).toBe(1);
  return tv;
}

const connections = (tv: SessionHarness): ConnectionState[] =>
  tv.events.flatMap((event) => (event.type === 'connectionChanged' ? [event.connection] : []));

const recordOf = async (tv: SessionHarness) =>
  (await tv.store.entries()).filter(([key]) => key.indexOf('account/') === 0);

const refusals: [Answer, string, string][] = [
  [
    { status: 400, body: { status: 400, message: 'missing client secret' } },
    'refused',
    'missing client secret',
  ],
  [{ status: 401, body: { error: 'unauthorized' } }, 'misconfigured', ''],
  [{ status: 401, body: { error: 'invalid_client' } }, 'misconfigured', ''],
  [{ status: 403, body: { error: 'access_denied' } }, 'refused', ''],
  [{ status: 401, body: { message: 'Who are you?' } }, 'misconfigured', 'Who are you?'],
  [{ status: 401 }, 'misconfigured', ''],
];

describe('a refresh that the server refuses', () => {
  it.each(refusals)(
    'a refused refresh is named with its reference, and the record stays: %j',
    async (answer, kind, detail) => {
      const tv = await restartedAt(() => answer);
      await expect.poll(() => connections(tv).length).toBe(1);
      const [connection] = connections(tv);
      if (connection?.type !== 'refused') throw new Error(JSON.stringify(connection));
      expect(connection.reference).toMatch(/^(RF|MC)-[2-9A-Y]{4}$/);
      expect(connection.problem.kind).toBe(kind);
      if (detail !== '') expect(connection.problem.detail).toBe(detail);
      expect(await recordOf(tv)).toHaveLength(1);
      expect(await tv.session.accessToken()).toMatchObject({ type: 'refused' });
      await expect(tv.session.api({ retry: 0 }).get('https://elsewhere.invalid')).rejects.toThrow();
      expect(tv.session.diagnostics()).toMatchObject({ keeping: 'kept', connection: 'refused' });
    },
  );

  it('a refused refresh is tried again seldom, under the same reference, and can be mended at the server', async () => {
    let answer: Answer = { status: 401, body: { error: 'invalid_client' } };
    const tv = await restartedAt(() => answer);
    await expect.poll(() => connections(tv).length).toBe(1);
    await tv.clock.pass(0.9 * hourMs);
    expect(http?.seen).toHaveLength(1);
    await tv.clock.pass(0.7 * hourMs);
    await expect.poll(() => http?.seen.length).toBe(2);
    await settle();
    expect(connections(tv)).toHaveLength(1);
    answer = { status: 200, body: tokens };
    tv.session.resume();
    await tv.clock.pass(1.6 * hourMs);
    await expect.poll(() => connections(tv).at(-1)?.type).toBe('online');
  });

  it.each<Answer>([
    { status: 400, body: { error: 'invalid_request', error_description: 'session not found' } },
    { status: 400, body: { error: 'invalid_grant' } },
  ])(
    'a refused refresh ends the session when it says that the grant is over: %j',
    async (answer) => {
      const tv = await restartedAt(() => answer);
      await expect.poll(() => tv.events.at(-1)?.type).toBe('sessionEnded');
      expect(await recordOf(tv)).toEqual([]);
    },
  );

  it('a refused refresh ends the session when it is invalid_request for a request that worked before', async () => {
    let answer: Answer = { status: 200, body: tokens };
    const tv = await restartedAt(() => answer);
    await expect.poll(async () => (await tv.session.accessToken()).type).toBe('ready');
    answer = { status: 400, body: { error: 'invalid_request', error_description: 'Bad input' } };
    await tv.clock.pass(hourMs);
    await expect.poll(() => tv.events.at(-1)?.type).toBe('sessionEnded');
    expect(await recordOf(tv)).toEqual([]);
  });

  it.each([
    ['rotates the refresh token', { ...tokens, refresh_token: 'rotated' }],
    ['keeps the refresh token', tokens],
  ])(
    'a refused refresh ends the session when it is invalid_request for a request that worked before a restart and %s',
    async (_what, body) => {
      let answer: Answer = { status: 200, body };
      const first = await restartedAt(() => answer);
      await expect.poll(async () => (await first.session.accessToken()).type).toBe('ready');
      first.session.suspend();
      answer = { status: 400, body: { error: 'invalid_request', error_description: 'Bad input' } };
      const endpoints = { deviceAuthorization: `${http?.url}/device`, token: `${http?.url}/token` };
      const real = client({ endpoints, allowInsecureHttp: true }, { clock: first.clock });
      const tv = first.again({ server: { ...real, id: first.server.id } });
      await tv.clock.run(tv.session.restore());
      tv.session.open('ada');
      await expect.poll(() => tv.events.at(-1)?.type).toBe('sessionEnded');
      expect(await recordOf(tv)).toEqual([]);
    },
  );

  it('a refused refresh does not end the session when it is invalid_request for a request never yet made', async () => {
    const tv = await restartedAt(() => ({ status: 400, body: { error: 'invalid_request' } }));
    await expect.poll(() => connections(tv)[0]?.type).toBe('refused');
    expect(await recordOf(tv)).toHaveLength(1);
  });
});

describe('a captive portal at the first call after a restart', () => {
  it.each<[string, Answer]>([
    ['a page', { status: 200, body: '<!doctype html><title>Hotel</title>' }],
    ['a redirect', { status: 302, location: 'http://hotel.example/' }],
    ['status 511', { status: 511, body: '<html>Sign in to the network</html>' }],
  ])('%s in place of a renewal is a network that asks for a sign-in', async (_what, answer) => {
    const tv = await restartedAt(() => answer);
    await expect.poll(() => connections(tv).length).toBe(1);
    expect(connections(tv)[0]).toMatchObject({
      type: 'offline',
      problem: { kind: 'network-sign-in', code: 'captive_portal' },
    });
    expect(await recordOf(tv)).toHaveLength(1);
  });
});

describe('another tab that holds the session for long', () => {
  it('a renewal that waits for another tab in vain is no missing network, and is tried again', async () => {
    let isHeld = true;
    const free = webLocks();
    const locks: Locks = {
      request: (name, options, work) =>
        isHeld
          ? new Promise((_resolve, reject) => {
              options.signal.addEventListener('abort', () => reject(options.signal.reason));
            })
          : free.request(name, options, work),
    };
    const before = sessionHarness();
    await before.clock.run(before.session.complete(before.server.grant(ada), never));
    before.session.suspend();
    const tv = before.again({ locks });
    await tv.clock.run(tv.session.restore());
    tv.session.open('ada');
    await tv.clock.pass(50_000);
    expect(connections(tv)).toEqual([]);
    isHeld = false;
    await tv.clock.pass(60_000);
    expect((await tv.session.accessToken()).type).toBe('ready');
  });
});

describe('a service in trouble', () => {
  it.each<Answer>([
    { status: 301, location: 'https://elsewhere.invalid/token' },
    { status: 500, body: { error: 'server_error' } },
    { status: 502, body: '<h1>Bad gateway</h1>' },
    { status: 403, body: '<h1>Forbidden</h1>' },
    { status: 404, body: { message: 'no such route' } },
    { status: 400, body: { error: 'server_error' } },
  ])('a service in trouble is not called a missing network: %j', async (answer) => {
    const tv = await restartedAt(() => answer);
    await expect.poll(() => connections(tv).length).toBe(1);
    expect(connections(tv)[0]).toMatchObject({
      type: 'service-trouble',
      sinceWallMs: tv.clock.wallMs(),
      lastsADay: false,
    });
    expect(await recordOf(tv)).toHaveLength(1);
  });

  it('the network is called missing when nothing answers', async () => {
    const tv = await restartedAt(() => ({ status: 200, body: tokens }));
    await expect.poll(async () => (await tv.session.accessToken()).type).toBe('ready');
    await http?.close();
    await tv.clock.pass(hourMs);
    for (let tries = 0; connections(tv).length === 0 && tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await tv.clock.pass(2000);
    }
    expect(connections(tv)[0]).toMatchObject({ type: 'offline' });
  });
});

const broken = {
  type: 'transient-failure',
  problem: { kind: 'server-error', code: 'http_500', status: 500 },
} as const;

/** A kept session whose server answers every refresh with 500. */
async function inTrouble(): Promise<SessionHarness> {
  const tv = sessionHarness();
  await tv.clock.run(tv.session.complete(tv.server.grant(ada), never));
  tv.server.refreshScript.push(...Array.from({ length: 2000 }, () => broken));
  tv.session.suspend();
  return restartedIn(tv);
}

async function restartedIn(tv: SessionHarness): Promise<SessionHarness> {
  tv.session.suspend();
  const next = tv.again();
  await next.clock.run(next.session.restore());
  next.session.open('ada');
  await settle();
  return next;
}

describe('trouble that lasts', () => {
  it('trouble that lasts a day is shown with its beginning', async () => {
    const tv = await inTrouble();
    const sinceWallMs = tv.clock.wallMs();
    await tv.clock.pass(dayMs - hourMs);
    expect(connections(tv)).toHaveLength(1);
    await tv.clock.pass(2 * hourMs);
    expect(connections(tv).at(-1)).toMatchObject({
      type: 'service-trouble',
      sinceWallMs,
      lastsADay: true,
    });
  });

  it('trouble of the service is counted across restarts', async () => {
    const tv = await inTrouble();
    const sinceWallMs = tv.clock.wallMs();
    await tv.clock.pass(hourMs);
    tv.session.suspend();
    await tv.clock.pass(dayMs);
    const next = await restartedIn(tv);
    expect(connections(next)[0]).toMatchObject({ sinceWallMs, lastsADay: true });
  });

  it('trouble of the service is over with the first good answer, also for the next start', async () => {
    const tv = await inTrouble();
    await tv.clock.pass(hourMs);
    tv.server.refreshScript.length = 0;
    await tv.clock.pass(hourMs);
    expect(connections(tv).at(-1)).toEqual({ type: 'online' });
    tv.server.refreshScript.push(broken);
    await tv.clock.pass(dayMs);
    const next = await restartedIn(tv);
    expect((await next.store.entries()).map(([key]) => key)).not.toContain(
      'memo/https://id.example tv',
    );
  });

  it.each([-10, 10])(
    'trouble of the service is not made longer by a wall clock that jumps by %i years',
    async (years) => {
      const tv = await inTrouble();
      await tv.clock.pass(hourMs);
      tv.clock.setWall(tv.clock.wallMs() + years * 365 * dayMs);
      await tv.clock.pass(hourMs);
      expect(connections(tv)).toHaveLength(1);
      expect(connections(tv)[0]).toMatchObject({ lastsADay: false });
    },
  );
});
