import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import Koa from 'koa';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from '../../src/oauth/testing/http-server.ts';
import { createWireLog, type WireLog } from './authorization-server/control/wire-log.ts';
import { relay } from './relay.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Scene {
  target: TestServer;
  /** Calls through the relay: the path below the target. */
  call(method: string, path: string, init?: RequestInit, target?: string): Promise<Response>;
  relayUrl: string;
  wire: WireLog;
}

async function scene(
  options: {
    signIn?: (targetUrl: string) => Record<string, unknown>;
    clientSecret?: string;
    authenticationMethods?: readonly string[] | undefined;
    now?: () => number;
  } = {},
): Promise<Scene> {
  const target = await startTestServer((request: SeenRequest, response) => {
    if (request.path === '/.well-known/openid-configuration') {
      sendJson(response, 200, {
        issuer: target.url,
        device_authorization_endpoint: `${target.url}/device`,
        token_endpoint: `${target.url}/token`,
        revocation_endpoint: `${target.url}/revoke`,
        token_endpoint_auth_methods_supported: options.authenticationMethods,
      });
    } else if (request.path === '/token') {
      sendJson(
        response,
        429,
        { error: 'slow_down' },
        {
          'Retry-After': '7',
          'DPoP-Nonce': 'n1',
          'WWW-Authenticate': 'DPoP error="use_dpop_nonce"',
          'Set-Cookie': 'session=1',
          'X-Internal': 'secret',
        },
      );
    } else if (request.path === '/device') sendJson(response, 200, { device_code: 'DC' });
    else sendJson(response, 404, {});
  });
  const signIn = options.signIn?.(target.url) ?? { issuer: target.url };
  const app = new Koa();
  const wire = createWireLog();
  app.use(
    relay({
      wire,
      system: 'target',
      settings: {
        appSettings: {
          signIn: { clientId: 'tv', allowInsecureHttp: true, relay: '/relay', ...signIn },
        },
      },
      clientSecret: options.clientSecret,
      now: options.now,
    }),
  );
  const server = http.createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(target, {
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const relayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/relay`;
  return {
    target,
    relayUrl,
    wire,
    call: (method, path, init = {}, base = target.url) =>
      fetch(`${relayUrl}/${base.replace('://', '/')}${path}`, {
        method,
        ...init,
        headers: { Origin: new URL(relayUrl).origin, ...init.headers },
      }),
  };
}

const form = (fields: Record<string, string>): RequestInit => ({
  body: new URLSearchParams(fields),
});

describe('the relay', () => {
  it('the relay forwards calls to discovered endpoints, and keeps status, body and the headers that clients act on', async () => {
    const { call, target } = await scene();
    const response = await call('POST', '/token', {
      ...form({ grant_type: 'x', client_id: 'tv' }),
      headers: { DPoP: 'proof', Cookie: 'own=1', 'X-Forwarded-For': '1.2.3.4' },
    });
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual({ error: 'slow_down' });
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('dpop-nonce')).toBe('n1');
    expect(response.headers.get('www-authenticate')).toMatch(/use_dpop_nonce/);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('x-internal')).toBeNull();
    const seen = target.seen[target.seen.length - 1];
    expect(seen?.form).toEqual({ grant_type: 'x', client_id: 'tv' });
    expect(seen?.headers['dpop']).toBe('proof');
    expect(seen?.headers['cookie']).toBeUndefined();
    expect(seen?.headers['x-forwarded-for']).toBeUndefined();
  });

  it.each([
    ['POST', '/admin'],
    ['GET', '/token'],
    ['DELETE', '/token'],
    ['POST', '/token/../admin'],
    ['POST', '/.well-known/openid-configuration'],
  ])('the relay refuses %s %s', async (method, path) => {
    const { call, target } = await scene();
    const response = await call(method, path);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: 'relay_refused',
      error_description: expect.stringContaining('appSettings.signIn') as string,
    });
    expect(
      target.seen.filter((one) => one.method !== 'GET' || !/well-known/.test(one.path)),
    ).toEqual([]);
  });

  it('the relay reaches no other host, whatever the spelling', async () => {
    const { relayUrl } = await scene();
    for (const path of [
      'https/evil.example/token',
      'http/169.254.169.254/latest/meta-data',
      'https/user:pw@id.example/token',
      'file/etc/passwd',
      '',
    ]) {
      expect((await fetch(`${relayUrl}/${path}`, { method: 'POST' })).status).toBe(403);
    }
  });

  it('the relay follows no redirect', async () => {
    const elsewhere = await startTestServer((_request, response) => sendJson(response, 200, {}));
    const first = await startTestServer((_request, response) => {
      response.writeHead(302, { Location: `${elsewhere.url}/token` }).end();
    });
    open.push(elsewhere, first);
    const { call } = await scene({
      signIn: () => ({
        endpoints: { deviceAuthorization: `${first.url}/device`, token: `${first.url}/token` },
      }),
    });
    const response = await call('POST', '/token', { redirect: 'manual' }, first.url);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBeNull();
    expect(elsewhere.seen).toEqual([]);
  });

  it('the relay tells a program whose POST has no Origin which one it wants', async () => {
    const { relayUrl, target } = await scene();
    const url = `${relayUrl}/${target.url.replace('://', '/')}/token`;
    const response = await fetch(url, { method: 'POST', ...form({ client_id: 'tv' }) });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: 'relay_refused',
      error_description: `The relay serves the app’s own pages only: this call has no Origin header of theirs, ${new URL(relayUrl).origin}.`,
    });
    expect(target.seen).toEqual([]);
  });

  it('the relay serves the app’s own pages only', async () => {
    const { call } = await scene();
    const foreign: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.example' },
    ];
    for (const headers of foreign) {
      const response = await call('POST', '/token', { headers });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('the relay adds the client secret where the client is to authenticate, and nowhere else', async () => {
    const { call, target } = await scene({ clientSecret: 'hush' });
    const last = () => target.seen[target.seen.length - 1]?.form;
    await call('POST', '/token', form({ grant_type: 'x', client_id: 'tv' }));
    expect(last()).toEqual({ grant_type: 'x', client_id: 'tv', client_secret: 'hush' });
    await call('POST', '/device', form({ client_id: 'tv' }));
    expect(last()).toEqual({ client_id: 'tv', client_secret: 'hush' });
    await call('POST', '/token', form({ grant_type: 'x', client_id: 'another' }));
    expect(last()).not.toHaveProperty('client_secret');
  });

  it('the relay adds the client secret as each provider wants it', async () => {
    const google = await scene({
      clientSecret: 'hush',
      signIn: (issuer) => ({ provider: 'google', issuer }),
    });
    await google.call('POST', '/device/code', form({ client_id: 'tv' }));
    expect(google.target.seen[0]?.form).toEqual({ client_id: 'tv' });
    await google.call('POST', '/token', form({ client_id: 'tv', grant_type: 'x' }));
    expect(google.target.seen[1]?.form['client_secret']).toBe('hush');
    const oracle = await scene({
      clientSecret: 'hush',
      signIn: (issuer) => ({ provider: 'oracle-idcs', issuer }),
    });
    await oracle.call('POST', '/oauth2/v1/token', form({ client_id: 'tv', grant_type: 'x' }));
    expect(oracle.target.seen[0]?.headers['authorization']).toBe(`Basic ${btoa('tv:hush')}`);
    expect(oracle.target.seen[0]?.form).toEqual({ grant_type: 'x' });
    const trakt = await scene({
      clientSecret: 'hush',
      signIn: (issuer) => ({ provider: 'trakt', issuer }),
    });
    await trakt.call('POST', '/oauth/device/token', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ code: 'x', client_id: 'tv' }),
    });
    expect(JSON.parse(trakt.target.seen[0]?.body ?? '')).toEqual({
      code: 'x',
      client_id: 'tv',
      client_secret: 'hush',
    });
  });

  it.each<[{ metadata?: string[]; setting?: string }, string | undefined, string | undefined]>([
    [{ metadata: ['client_secret_basic'] }, `Basic ${btoa('tv:hush')}`, undefined],
    [{ metadata: ['client_secret_post', 'client_secret_basic'] }, undefined, 'hush'],
    [{ setting: 'client_secret_basic' }, `Basic ${btoa('tv:hush')}`, undefined],
    [{ metadata: ['client_secret_basic'], setting: 'client_secret_post' }, undefined, 'hush'],
    [{ metadata: ['client_secret_post'], setting: 'none' }, undefined, undefined],
  ])(
    'the relay adds the client secret as the metadata or the settings say: %j',
    async (say, authorization, secret) => {
      const { call, target } = await scene({
        clientSecret: 'hush',
        authenticationMethods: say.metadata,
        signIn: (issuer) => ({ issuer, clientAuthentication: say.setting }),
      });
      for (const path of ['/device', '/token', '/revoke']) {
        await call('POST', path, form({ client_id: 'tv', other: 'x' }));
        const seen = target.seen[target.seen.length - 1];
        expect(seen?.path).toBe(path);
        expect(seen?.headers.authorization).toBe(authorization);
        expect(seen?.form).toEqual({
          other: 'x',
          ...(authorization === undefined ? { client_id: 'tv' } : {}),
          ...(secret === undefined ? {} : { client_secret: secret }),
        });
      }
    },
  );

  it('the relay knows addresses that hold a code, and methods of their own', async () => {
    const { call, target } = await scene({
      signIn: (issuer) => ({ provider: 'plex', issuer }),
    });
    await call('GET', '/api/v2/pins/123', { headers: { 'X-Plex-Client-Identifier': 'me' } });
    expect(target.seen[0]?.path).toBe('/api/v2/pins/123');
    expect(target.seen[0]?.headers['x-plex-client-identifier']).toBe('me');
    expect((await call('GET', '/api/v2/pins/123/more')).status).toBe(403);
    expect((await call('DELETE', '/api/v2/pins/123')).status).toBe(403);
    expect((await call('DELETE', '/api/v2/users/signout')).status).toBe(404);
  });

  it('the relay logs each call and its outcome, and no body or secret of it', async () => {
    const { call, target, relayUrl, wire } = await scene({
      clientSecret: 'hush-hush-hush-hush',
      signIn: (issuer) => ({ provider: 'plex', issuer }),
    });
    await call('GET', '/api/v2/pins/987654321', { headers: { Authorization: 'Bearer s3cr3t' } });
    await call('POST', '/admin', form({ note: 's3cr3t' }));
    await fetch(`${relayUrl}/nonsense`, { method: 'POST' });
    expect(wire.list()).toMatchObject([
      {
        system: 'target',
        endpoint: 'relay',
        method: 'GET',
        path: `${target.url}/api/v2/pins/… (9 characters)`,
        outcome: 'forwarded',
        status: 404,
        request: { form: {} },
      },
      { path: `${target.url}/admin`, outcome: 'relay_refused', status: 403 },
      { path: '(no address)', outcome: 'relay_refused', status: 403 },
    ]);
    expect(JSON.stringify(wire.list())).not.toMatch(/s3cr3t|hush|987654321/);
  });

  it('the relay forwards 120 calls a minute and refuses more', async () => {
    const { call } = await scene({ now: () => 1_000_000 });
    const statuses: number[] = [];
    for (let count = 0; count < 125; count++) statuses.push((await call('GET', '/nothing')).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await call('GET', '/nothing')).headers.get('retry-after')).toBe('60');
  });

  it('the relay says when the target does not answer', async () => {
    const { call } = await scene({
      signIn: () => ({
        endpoints: {
          deviceAuthorization: 'http://127.0.0.1:9/device',
          token: 'http://127.0.0.1:9/token',
        },
      }),
    });
    const response = await call('POST', '/token', {}, 'http://127.0.0.1:9');
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: 'relay_target_unreachable' });
  });

  it('the relay reads no more of a reply than the app, however small it is on the wire', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
    const huge = await startTestServer((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb);
    });
    open.push(huge);
    const { call } = await scene({
      signIn: () => ({
        endpoints: { deviceAuthorization: `${huge.url}/device`, token: `${huge.url}/token` },
      }),
    });
    const response = await call('POST', '/token', {}, huge.url);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: 'relay_reply_too_long' });
  });

  it('there is no relay when the settings name none', async () => {
    const { relayUrl } = await scene({ signIn: (issuer) => ({ issuer, relay: undefined }) });
    expect((await fetch(`${relayUrl}/https/id.example/token`, { method: 'POST' })).status).toBe(
      404,
    );
  });
});
