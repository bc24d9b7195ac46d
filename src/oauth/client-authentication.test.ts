import { afterEach, describe, expect, it } from 'vitest';
import { authorization, client, device } from './testing/client';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from './testing/http-server';

const servers: TestServer[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server whose metadata says more than its endpoints. */
async function serverWith(metadata: Record<string, unknown>): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    if (request.path.includes('/.well-known/')) {
      sendJson(response, 200, {
        issuer: server.url,
        device_authorization_endpoint: `${server.url}/device`,
        token_endpoint: `${server.url}/token`,
        revocation_endpoint: `${server.url}/revoke`,
        ...metadata,
      });
    } else if (request.path === '/device') sendJson(response, 200, device);
    else if (request.path === '/revoke') response.writeHead(200).end();
    else sendJson(response, 400, { error: 'authorization_pending' });
  });
  servers.push(server);
  return server;
}

/** The requests that authenticate the client, by what they say about it. */
async function identities(server: TestServer, signIn: Record<string, unknown>) {
  const tv = client({ issuer: server.url, ...signIn });
  await tv.requestCode(never);
  await tv.poll(authorization, never);
  await tv.refresh({ type: 'refresh', refreshToken: 'RT' }, never);
  const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
  await tv.revoke({ accessToken: 'AT', credentials }, never);
  const said = ({ path, headers, form }: SeenRequest) => ({
    path,
    authorization: headers.authorization,
    id: form['client_id'],
    secret: form['client_secret'],
  });
  return server.seen.filter(({ method }) => method === 'POST').map(said);
}

const paths = ['/device', '/token', '/token', '/revoke'];
const asBasic = (pair: string) =>
  paths.map((path) => ({
    path,
    authorization: `Basic ${btoa(pair)}`,
    id: undefined,
    secret: undefined,
  }));
const inForm = (secret?: string) =>
  paths.map((path) => ({ path, authorization: undefined, id: 'tv', secret }));

describe('a client with a secret', () => {
  it('a client with a secret uses HTTP Basic at every endpoint where the metadata allows nothing else', async () => {
    const server = await serverWith({
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
    });
    expect(await identities(server, { clientSecret: 'hush' })).toEqual(asBasic('tv:hush'));
  });

  it('client ID and secret are form-encoded before HTTP Basic joins them', async () => {
    const server = await serverWith({
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    });
    const [first] = await identities(server, { clientId: 'a:b c', clientSecret: 'ü+/&%' });
    expect(first?.authorization).toBe(`Basic ${btoa('a%3Ab%20c:%C3%BC%2B%2F%26%25')}`);
  });

  it.each([
    [['client_secret_basic', 'client_secret_post']],
    [['client_secret_post']],
    [['private_key_jwt']],
    [undefined],
    ['client_secret_basic'],
  ])('sends the secret in the form where the metadata says %j', async (supported) => {
    const server = await serverWith({ token_endpoint_auth_methods_supported: supported });
    expect(await identities(server, { clientSecret: 'hush' })).toEqual(inForm('hush'));
  });

  it('sends no secret where the metadata knows public clients only', async () => {
    const server = await serverWith({ token_endpoint_auth_methods_supported: ['none'] });
    expect(await identities(server, { clientSecret: 'hush' })).toEqual(inForm());
  });

  it.each([
    ['client_secret_basic', ['client_secret_post'], asBasic('tv:hush')],
    ['client_secret_post', ['client_secret_basic'], inForm('hush')],
    ['none', ['client_secret_basic'], inForm()],
  ])(
    'authenticates the client as the settings say: %s, whatever the metadata says',
    async (...row) => {
      const [clientAuthentication, supported, expected] = row;
      const server = await serverWith({ token_endpoint_auth_methods_supported: supported });
      const said = await identities(server, { clientSecret: 'hush', clientAuthentication });
      expect(said).toEqual(expected);
    },
  );

  it('a client with a secret waits for the metadata even where both endpoints are configured', async () => {
    const server = await serverWith({
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    });
    const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
    const [first] = await identities(server, { clientSecret: 'hush', endpoints });
    expect(first?.authorization).toBe(`Basic ${btoa('tv:hush')}`);
  });
});

describe('a client without a secret', () => {
  it('a client without a secret sends its client ID only, whatever the metadata says', async () => {
    const server = await serverWith({
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    });
    expect(await identities(server, {})).toEqual(inForm());
  });
});

describe('form fields of the settings', () => {
  it('form fields of the settings go with the calls that they are named after, flat ones with the device request', async () => {
    const server = await serverWith({});
    await identities(server, {
      scope: 'openid',
      parameters: {
        audience: 'https://api.example',
        token: { resource: 'https://api.example/t', audience: 'token' },
        refresh: { resource: 'https://api.example/r', scope: 'a b' },
        revocation: { realm: 'x' },
      },
    });
    const [asked, polled, refreshed, revoked] = server.seen
      .filter(({ method }) => method === 'POST')
      .map(({ form }) => form);
    expect(asked).toEqual({ client_id: 'tv', scope: 'openid', audience: 'https://api.example' });
    expect(polled).toMatchObject({ resource: 'https://api.example/t', audience: 'token' });
    expect(refreshed).toMatchObject({ resource: 'https://api.example/r', scope: 'a b' });
    expect(revoked).toMatchObject({ realm: 'x', token: 'RT' });
  });

  it('texts go with the device request, even under the name of a call', async () => {
    const server = await serverWith({});
    await identities(server, { parameters: { token: 'a', device: { b: 'c' } } });
    const asked = server.seen.find(({ path }) => path === '/device');
    expect(asked?.form).toEqual({ client_id: 'tv', token: 'a', b: 'c' });
  });

  it('form fields of the settings reach providers with requests of their own', async () => {
    const server = await serverWith({});
    const tv = client({
      provider: 'entra-v2',
      endpoints: { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` },
      parameters: { a: '1', token: { b: '2' } },
    });
    await tv.requestCode(never);
    await tv.poll(authorization, never);
    expect(server.seen.map(({ form }) => [form['a'], form['b']])).toEqual([
      ['1', undefined],
      [undefined, '2'],
    ]);
  });
});

describe('the scope of a device request without a scope in the settings', () => {
  it.each([
    [['openid', 'offline_access', 'email', 'admin'], 'openid email offline_access'],
    [['openid'], 'openid'],
    [['admin', 'read'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])(
    'the default scope is what the metadata allows of what is wanted: %j',
    async (supported, scope) => {
      const server = await serverWith({ scopes_supported: supported });
      await client({ issuer: server.url }).requestCode(never);
      expect(server.seen.find(({ path }) => path === '/device')?.form['scope']).toBe(scope);
    },
  );

  it('the scope is that of the settings where they name one', async () => {
    const server = await serverWith({ scopes_supported: ['openid'] });
    await client({ issuer: server.url, scope: 'tv' }).requestCode(never);
    expect(server.seen.find(({ path }) => path === '/device')?.form['scope']).toBe('tv');
  });
});
