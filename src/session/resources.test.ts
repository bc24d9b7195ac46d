import { afterEach, describe, expect, it } from 'vitest';
import { client } from '../oauth/testing/client';
import { sendJson, startTestServer, type TestServer } from '../oauth/testing/http-server';
import { ada, type SessionHarness, sessionHarness } from './testing/harness';
import { unreachable } from './testing/model-server';
import { settle } from './testing/session-clock';

const never = new AbortController().signal;
const graph = { resource: 'https://graph.example' };
const films = { audience: 'https://films.example' };

async function signedIn(changes: Parameters<typeof sessionHarness>[0] = {}) {
  const tv = sessionHarness(changes);
  tv.server.targets = [graph.resource, films.audience];
  await tv.clock.run(tv.session.complete(tv.server.grant(ada), never));
  tv.server.calls.length = 0;
  return tv;
}

const tokenOf = async (tv: SessionHarness, target?: { resource?: string; audience?: string }) => {
  const outcome = await tv.clock.run(tv.session.accessToken(target));
  if (outcome.type !== 'ready') throw new Error(JSON.stringify(outcome));
  return outcome.token;
};

const isKeptNewest = async (tv: SessionHarness) => {
  const next = tv.again();
  tv.session.suspend();
  await next.clock.run(next.session.restore());
  next.session.open('ada');
  await settle();
  const { type: outcome } = await next.clock.run(next.session.accessToken());
  return outcome === 'ready' && next.server.reuses === 0;
};

describe('an access token for a resource of its own', () => {
  it('a resource’s access token comes from the refresh token of the one sign-in and is kept in memory', async () => {
    const tv = await signedIn();
    const own = await tokenOf(tv);
    const first = await tokenOf(tv, graph);
    expect(first).not.toBe(own);
    expect(await tokenOf(tv, graph)).toBe(first);
    expect(await tokenOf(tv, films)).not.toBe(first);
    expect(await tokenOf(tv)).toBe(own);
    expect(tv.server.calls).toEqual([
      `refresh for ${graph.resource}`,
      `refresh for ${films.audience}`,
    ]);
    expect(tv.events).toEqual([]);
    expect(await isKeptNewest(tv)).toBe(true);
  });

  it('a resource’s access token is renewed when it is over', async () => {
    const tv = await signedIn();
    const first = await tokenOf(tv, graph);
    await tv.clock.pass(3_600_000);
    expect(await tokenOf(tv, graph)).not.toBe(first);
    expect(tv.server.reuses).toBe(0);
  });

  it('a resource’s access token is asked for once by any number of callers, and never beside another renewal', async () => {
    const tv = await signedIn();
    tv.server.delayMs = 300;
    tv.session.suspend();
    await tv.clock.pass(3_600_000);
    const asked = [
      ...Array.from({ length: 5 }, () => tv.session.accessToken(graph)),
      ...Array.from({ length: 5 }, () => tv.session.accessToken(films)),
      ...Array.from({ length: 5 }, () => tv.session.accessToken()),
    ];
    const outcomes = await tv.clock.run(Promise.all(asked));
    expect(outcomes.map(({ type: outcome }) => outcome)).toEqual(outcomes.map(() => 'ready'));
    expect(tv.server.calls.slice().sort()).toEqual([
      'refresh',
      `refresh for ${films.audience}`,
      `refresh for ${graph.resource}`,
    ]);
    expect(tv.server.reuses).toBe(0);
    expect(await isKeptNewest(tv)).toBe(true);
  });

  it('a resource that the server gives no token for is refused by name, and the session goes on', async () => {
    const tv = await signedIn();
    const refused = await tv.clock.run(tv.session.accessToken({ resource: 'https://no.example' }));
    expect(refused).toMatchObject({ type: 'refused', problem: { code: 'invalid_target' } });
    expect(await tv.session.accessToken({ resource: 'https://no.example' })).toEqual(refused);
    expect(tv.server.calls).toHaveLength(1);
    expect(tv.events).toEqual([]);
    expect(await tokenOf(tv)).toBeDefined();
    expect(tv.session.diagnostics()).toMatchObject({ keeping: 'kept', connection: 'online' });
  });

  it('a resource that is refused as invalid_grant ends nothing: the session itself may still be good', async () => {
    const tv = await signedIn();
    tv.server.refreshScript.push({
      type: 'ended',
      problem: { kind: 'not-completed', code: 'invalid_grant', status: 400 },
    });
    expect(await tv.clock.run(tv.session.accessToken(graph))).toMatchObject({
      type: 'refused',
      problem: { code: 'invalid_grant' },
    });
    expect(tv.events).toEqual([]);
    await tv.clock.pass(3_600_000);
    expect(await tokenOf(tv)).toBeDefined();
    expect(await tokenOf(tv, graph)).toBeDefined();
  });

  it('a resource’s access token that cannot be had now is asked for again a moment later', async () => {
    const tv = await signedIn();
    tv.server.down = true;
    expect(await tv.clock.run(tv.session.accessToken(graph))).toEqual({
      type: 'transient-failure',
      problem: unreachable,
    });
    tv.server.down = false;
    expect((await tv.session.accessToken(graph)).type).toBe('transient-failure');
    await tv.clock.pass(5000);
    expect(await tokenOf(tv, graph)).toBeDefined();
    expect(tv.events).toEqual([]);
  });

  it('each account has an access token of its own for a resource', async () => {
    const tv = await signedIn();
    const adas = await tokenOf(tv, graph);
    const grace = { id: 'grace', name: 'Grace Hopper' };
    await tv.clock.run(tv.session.complete(tv.server.grant(grace), never));
    expect(await tokenOf(tv, graph)).not.toBe(adas);
  });

  it('a resource’s access token is not given to a viewer who has signed out meanwhile', async () => {
    const tv = await signedIn();
    tv.server.delayMs = 1000;
    const asked = tv.session.accessToken(graph);
    await tv.clock.pass(100);
    const leaving = tv.session.signOut(['ada']);
    expect(await tv.clock.run(asked)).toEqual({ type: 'signed-out' });
    await tv.clock.run(leaving);
    for (const secret of tv.server.secrets) expect(tv.server.isAlive(secret)).toBe(false);
  });

  it('a resource’s access token goes with the calls of its API, renewed once when that refuses it', async () => {
    const sent: string[] = [];
    const tv = await signedIn({
      apiOrigins: ['https://graph.example'],
      fetch: async (input, init) => {
        sent.push(new Request(input, init).headers.get('Authorization') ?? '');
        return new Response('', { status: sent.length === 2 ? 401 : 200 });
      },
    });
    const call = () => tv.session.api({ ...graph, retry: 0 }).get('https://graph.example/me');
    await tv.clock.run(call());
    await tv.clock.pass(60_000);
    await tv.clock.run(call());
    expect(sent).toHaveLength(3);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[2]).not.toBe(sent[1]);
    expect(sent).not.toContain(`Bearer ${await tokenOf(tv)}`);
  });

  it('a call to an API whose token is refused rejects with the code of the refusal', async () => {
    const tv = await signedIn({ apiOrigins: ['https://no.example'] });
    const api = tv.session.api({ resource: 'https://no.example', retry: 0 });
    await expect(tv.clock.run(api.get('https://no.example/me'))).rejects.toMatchObject({
      name: 'SessionError',
      code: 'refused',
      problem: { code: 'invalid_target' },
    });
  });
});

describe('the request for it', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());
  const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
  const answering = (status: number, body: object) =>
    startTestServer((_request, response) => sendJson(response, status, body));
  const token = { access_token: 'AT', token_type: 'Bearer', refresh_token: 'RT2' };
  const endpoints = (url: string) => ({
    endpoints: { deviceAuthorization: `${url}/device`, token: `${url}/token` },
  });

  it.each([[{ resource: 'https://graph.example' }], [{ audience: 'https://films.example' }]])(
    'a request for a resource’s token names the resource as RFC 8707 says: %j',
    async (target) => {
      server = await answering(200, token);
      const outcome = await client(endpoints(server.url)).refresh(credentials, never, target);
      expect(outcome).toMatchObject({
        type: 'renewed',
        tokens: { credentials: { type: 'refresh', refreshToken: 'RT2' } },
      });
      expect(server.seen[0]?.form).toEqual({
        grant_type: 'refresh_token',
        refresh_token: 'RT',
        client_id: 'tv',
        ...target,
      });
    },
  );

  it('a resource takes the place of the sign-in’s resource in Azure AD v1, as ADAL did', async () => {
    server = await answering(200, { ...token, resource: 'https://graph.windows.net/' });
    const azure = client({
      provider: 'azure-ad-v1',
      issuer: server.url,
      parameters: { resource: 'https://management.azure.com/' },
    });
    await azure.refresh(credentials, never, { resource: 'https://graph.windows.net/' });
    await azure.refresh(credentials, never);
    expect(server.seen.map(({ form }) => form['resource'])).toEqual([
      'https://graph.windows.net/',
      'https://management.azure.com/',
    ]);
  });

  it('a resource is refused by name when the server knows no such API', async () => {
    server = await answering(400, { error: 'invalid_target', error_description: 'Unknown API' });
    const outcome = await client(endpoints(server.url)).refresh(credentials, never, graph);
    expect(outcome).toMatchObject({
      type: 'refused',
      problem: { code: 'invalid_target', detail: 'Unknown API' },
    });
  });

  it('no resource’s token is requested where a system refreshes in a way of its own, or tokens last', async () => {
    server = await answering(200, token);
    const trakt = client({ provider: 'trakt', issuer: server.url, clientSecret: 's' });
    const refused = { type: 'refused', problem: { code: 'invalid_target' } };
    expect(await trakt.refresh(credentials, never, graph)).toMatchObject(refused);
    const lasting = { type: 'lasting', accessToken: 'AT' } as const;
    const plain = client(endpoints(server.url));
    expect(await plain.refresh(lasting, never, graph)).toMatchObject(refused);
    expect(server.seen).toEqual([]);
  });
});
