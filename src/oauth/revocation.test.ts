import { afterEach, describe, expect, it } from 'vitest';
import { client, problemOf } from './testing/client';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';

const servers: TestServer[] = [];
const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
const never = new AbortController().signal;

/** A server that can revoke some kinds of token only (RFC 7009 §2.2.1). */
async function revoking(...kinds: readonly string[]): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    if (kinds.includes(request.form['token_type_hint'] ?? '')) response.writeHead(200).end();
    else sendJson(response, 400, { error: 'unsupported_token_type' });
  });
  servers.push(server);
  return server;
}

const signIn = ({ url }: TestServer) => ({
  endpoints: {
    deviceAuthorization: `${url}/device`,
    token: `${url}/token`,
    revocation: `${url}/revoke`,
  },
});
const sent = (server: TestServer) => server.seen.map((request) => request.form['token']);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('the end of a session', () => {
  it('revokes the refresh token, and thereby the whole grant', async () => {
    const server = await revoking('refresh_token', 'access_token');
    const tokens = { accessToken: 'AT', credentials };
    expect(await client(signIn(server)).revoke(tokens, never)).toEqual({ type: 'revoked' });
    expect(sent(server)).toEqual(['RT']);
  });

  it('revokes the access token where a refresh token cannot be revoked', async () => {
    const server = await revoking('access_token');
    const tokens = { accessToken: 'AT', credentials };
    expect(await client(signIn(server)).revoke(tokens, never)).toEqual({ type: 'revoked' });
    expect(sent(server)).toEqual(['RT', 'AT']);
  });

  it.each([
    ['neither can be revoked', 'AT', ['RT', 'AT']],
    ['the access token is not known any more', undefined, ['RT']],
  ])('reports a revocation as unsupported where %s', async (_case, accessToken, expected) => {
    const server = await revoking();
    const outcome = await client(signIn(server)).revoke({ accessToken, credentials }, never);
    expect(outcome).toEqual({ type: 'unsupported' });
    expect(sent(server)).toEqual(expected);
  });

  it('sends no request where there is no token to revoke', async () => {
    const server = await revoking();
    const outcome = await client(signIn(server)).revoke({}, never);
    expect(outcome).toEqual({ type: 'unsupported' });
    expect(server.seen).toEqual([]);
  });

  it('leaves a revocation to be tried again when the server fails', async () => {
    const server = await startTestServer((_request, response) => sendJson(response, 503, {}));
    servers.push(server);
    const tokens = { accessToken: 'AT', credentials };
    expect(problemOf(await client(signIn(server)).revoke(tokens, never))).toBe(
      'transient-failure server-busy http_503',
    );
  });
});

describe('the end of a session whose access token is not known any more', () => {
  it.each([
    ['trakt', { clientId: 'c', clientSecret: 's' }, 'RT'],
    ['twitch', { clientId: 'c' }, 'RT'],
    ['google', { clientId: 'c' }, 'RT'],
  ])(
    'sends %s the refresh token where no access token is known',
    async (provider, settings, expected) => {
      const server = await startTestServer((_request, response) => response.writeHead(200).end());
      servers.push(server);
      const tv = client({ provider, ...settings, issuer: server.url });
      const outcome = await tv.revoke({ credentials }, never);
      expect(outcome).toEqual({ type: 'revoked' });
      const { body = '', form } = server.seen[0] ?? {};
      const token = body.startsWith('{') ? (JSON.parse(body) as { token: string }).token : form;
      expect(typeof token === 'string' ? token : token?.['token']).toBe(expected);
    },
  );

  it.each([
    ['veeam-vb365', { clientId: 'c' }],
    ['plex', {}],
    ['jellyfin', {}],
  ])(
    'sends no revocation to %s without an access token, which it knows sessions by',
    async (provider, settings) => {
      const server = await startTestServer((_request, response) => response.writeHead(200).end());
      servers.push(server);
      const tv = client({ provider, ...settings, issuer: server.url });
      const outcome = await tv.revoke({ credentials }, never);
      expect(outcome).toEqual({ type: 'unsupported' });
      expect(server.seen).toEqual([]);
    },
  );
});

describe('what a revocation ends', () => {
  const endpointsAt = (url: string) => ({
    endpoints: { deviceAuthorization: `${url}/device`, token: `${url}/token` },
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a server that nothing is known of', { issuer: 'https://id.example' }, 'grant'],
    ['Google', { provider: 'google' }, 'person'],
    ['Google as a plain server', { issuer: 'https://accounts.google.com' }, 'person'],
    ['Auth0', { issuer: 'https://channel.eu.auth0.com' }, 'person'],
    ['Auth0 by its endpoints', endpointsAt('https://channel.auth0.com'), 'person'],
    ['a host that only ends alike', { issuer: 'https://notauth0.com' }, 'grant'],
    ['a host below another one', { issuer: 'https://auth0.com.example' }, 'grant'],
    ['Plex', { provider: 'plex' }, 'person'],
    ['Twitch', { provider: 'twitch' }, 'grant'],
    [
      'Auth0 with the setting',
      { issuer: 'https://channel.auth0.com', revocationReach: 'grant' },
      'grant',
    ],
    [
      'any server with the setting',
      { issuer: 'https://id.example', revocationReach: 'person' },
      'person',
    ],
  ])('the reach of a revocation is known of %s', (_case, settings, reach) => {
    expect(client(settings).revocationReach).toBe(reach);
  });
});
