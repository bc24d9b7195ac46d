import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { MetadataCache } from './discovery';
import { authorization, client, device, inBrowser, open, problemOf } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from './testing/http-server';
import { proofKey, readableProofs } from './testing/proofs';

const servers: TestServer[] = [];
const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
const never = new AbortController().signal;

type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** A server that publishes metadata and answers everything else as a test says. */
async function serve(answer: Answer, issuerPath = ''): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    const issuer = `${server.url}${issuerPath}`;
    if (request.path === `${issuerPath}/.well-known/openid-configuration`) {
      sendJson(response, 200, {
        issuer,
        device_authorization_endpoint: `${issuer}/device`,
        token_endpoint: `${issuer}/token`,
        revocation_endpoint: `${issuer}/revoke`,
        userinfo_endpoint: `${issuer}/me`,
        dpop_signing_alg_values_supported: ['ES256'],
      });
    } else answer(request, response);
  });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('an authorization server known by its issuer alone', () => {
  it('sends the device authorization request of RFC 8628 §3.1', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, device));
    const outcome = await client({
      issuer: server.url,
      scope: 'openid',
      parameters: { a: 'b c' },
    }).requestCode(never);
    expect(outcome.type).toBe('issued');
    const request = server.seen[1];
    expect(request).toMatchObject({
      method: 'POST',
      path: '/device',
      form: { client_id: 'tv', scope: 'openid', a: 'b c' },
    });
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.headers['accept']).toBe('application/json');
    expect(request?.headers['cookie']).toBeUndefined();
  });

  it('polls, refreshes, revokes and asks for the account at the endpoints of the metadata', async () => {
    const server = await serve((request, response) => {
      if (request.path === '/me') {
        sendJson(response, 200, { sub: '1', name: 'Ada', email: 'ada@example.com' });
      } else if (request.path === '/revoke') response.writeHead(200).end();
      else
        sendJson(response, 200, { access_token: 'AT', token_type: 'Bearer', refresh_token: 'RT' });
    });
    const tv = client({ issuer: server.url });
    expect(await tv.poll(authorization, never)).toMatchObject({ type: 'approved' });
    expect(await tv.refresh(credentials, never)).toMatchObject({ type: 'renewed' });
    expect(await tv.revoke({ accessToken: 'AT', credentials }, never)).toEqual({
      type: 'revoked',
    });
    expect(await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never)).toEqual({
      type: 'known',
      account: { id: '1', name: 'Ada', email: 'ada@example.com' },
    });
    expect(server.seen.slice(1).map((request) => request.form)).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: 'DC-secret',
        client_id: 'tv',
      },
      { grant_type: 'refresh_token', refresh_token: 'RT', client_id: 'tv' },
      { token: 'RT', token_type_hint: 'refresh_token', client_id: 'tv' },
      {},
    ]);
    expect(server.seen[4]?.headers['authorization']).toBe('Bearer AT');
  });

  it('finds an issuer with a path that publishes RFC 8414 metadata only', async () => {
    const server = await startTestServer((request, response) => {
      if (request.path === '/.well-known/oauth-authorization-server/realms/tv') {
        sendJson(response, 200, {
          issuer: `${server.url}/realms/tv`,
          device_authorization_endpoint: `${server.url}/d`,
          token_endpoint: `${server.url}/t`,
        });
      } else if (request.path === '/d') sendJson(response, 200, device);
      else sendJson(response, 404, {});
    });
    servers.push(server);
    const outcome = await client({ issuer: `${server.url}/realms/tv/` }).requestCode(never);
    expect(outcome.type).toBe('issued');
  });

  it('takes no metadata that names another issuer (RFC 8414 §3.3)', async () => {
    const server = await startTestServer((_request, response) =>
      sendJson(response, 200, {
        issuer: 'https://evil.example',
        token_endpoint: 'https://evil.example/t',
      }),
    );
    servers.push(server);
    const outcome = await client({ issuer: server.url }).requestCode(never);
    expect(problemOf(outcome)).toBe('failed misconfigured issuer_mismatch');
  });

  it('distinguishes a server without metadata from one without the device grant', async () => {
    const none = await startTestServer((_request, response) => sendJson(response, 404, {}));
    const partial = await startTestServer((_request, response) =>
      sendJson(response, 200, { issuer: partial.url, token_endpoint: `${partial.url}/t` }),
    );
    servers.push(none, partial);
    expect(problemOf(await client({ issuer: none.url }).requestCode(never))).toBe(
      'failed misconfigured metadata_missing',
    );
    expect(problemOf(await client({ issuer: partial.url }).requestCode(never))).toBe(
      'failed misconfigured device_endpoint_missing',
    );
  });

  it('does not wait for metadata that an earlier run has kept', async () => {
    const documents = new Map<string, unknown>();
    const metadataCache: MetadataCache = {
      get: (issuer) => Promise.resolve(documents.get(issuer)),
      set: (issuer, document) => {
        documents.set(issuer, document);
        return Promise.resolve();
      },
    };
    let held: (() => void) | undefined;
    let slow = false;
    const server = await startTestServer((request, response) => {
      const metadata = () =>
        sendJson(response, 200, {
          issuer: server.url,
          device_authorization_endpoint: `${server.url}/device`,
          token_endpoint: `${server.url}/token`,
        });
      if (request.path !== '/.well-known/openid-configuration') sendJson(response, 200, device);
      else if (slow) held = metadata;
      else metadata();
    });
    servers.push(server);
    await client({ issuer: server.url }, { metadataCache }).requestCode(never);
    slow = true;
    const second = await client({ issuer: server.url }, { metadataCache }).requestCode(never);
    expect(second.type).toBe('issued');
    held?.();
  });

  it('prefers endpoints of the settings to those of the metadata', async () => {
    const server = await serve((request, response) => {
      if (request.path === '/own') sendJson(response, 200, device);
      else sendJson(response, 404, {});
    });
    const outcome = await client({
      issuer: server.url,
      endpoints: { deviceAuthorization: `${server.url}/own` },
    }).requestCode(never);
    expect(outcome.type).toBe('issued');
  });
});

describe('a server that misbehaves', () => {
  it.each<[string, Answer, string]>([
    ['an empty body', (_q, r) => r.writeHead(400).end(), 'failed server-error http_400'],
    [
      'an empty body with 200',
      (_q, r) => r.writeHead(200).end(),
      'failed server-error unreadable_reply',
    ],
    [
      'HTML instead of JSON',
      (_q, r) =>
        r.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome to the hotel</html>'),
      'failed server-error unreadable_reply',
    ],
    [
      'a megabyte',
      (_q, r) => sendJson(r, 200, { ...device, padding: 'x'.repeat(1_000_000) }),
      'failed server-error unreadable_reply',
    ],
    [
      'truncated JSON',
      (_q, r) => r.writeHead(200).end('{"device_code":"DC'),
      'failed server-error unreadable_reply',
    ],
    [
      'a redirect',
      (_q, r) => r.writeHead(302, { Location: 'https://evil.example/' }).end(),
      'failed network-sign-in captive_portal',
    ],
    [
      'a permanent redirect',
      (_q, r) => r.writeHead(308, { Location: 'https://new.example/device' }).end(),
      'failed misconfigured redirected',
    ],
    [
      '503 with Retry-After',
      (_q, r) => sendJson(r, 503, {}, { 'Retry-After': '30' }),
      'failed server-busy http_503',
    ],
    ['a cut connection', (_q, r) => r.destroy(), 'failed server-unreachable unreachable'],
  ])(
    'names what is wrong when the device request is answered with %s',
    async (_case, answer, expected) => {
      const server = await serve(answer);
      expect(problemOf(await client({ issuer: server.url }).requestCode(never))).toBe(expected);
      expect((await client({ issuer: server.url }).poll(authorization, never)).type).toMatch(
        /transient-failure|failed/,
      );
    },
  );

  it('gives a hanging request up after 15 s', async () => {
    const server = await serve(() => undefined);
    const clock = createControllableClock();
    const asked = client({ issuer: server.url }, { clock }).requestCode(never);
    await expect.poll(() => server.seen.length).toBe(2);
    await clock.pass(15_001);
    expect(problemOf(await asked)).toBe('failed time-out timed_out');
  });

  it('stops waiting for a reply once the viewer cancels', async () => {
    const server = await serve(() => undefined);
    const controller = new AbortController();
    const asked = client({ issuer: server.url }).poll(authorization, controller.signal);
    await expect.poll(() => server.seen.length).toBe(2);
    controller.abort();
    expect(problemOf(await asked)).toBe('transient-failure time-out aborted');
  });
});

describe('no reply at all', () => {
  const refusedFetch: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const endpoints = {
    deviceAuthorization: 'https://id.example/device',
    token: 'https://id.example/token',
  };

  it('calls a missing reply offline when the device says so', async () => {
    const tv = client({ endpoints }, { isOnline: () => false, fetch: refusedFetch });
    expect(problemOf(await tv.requestCode(never))).toBe('failed offline offline');
  });

  it('calls a server that answers not offline, whatever the device says', async () => {
    const corsFetch: typeof fetch = (_input, init) =>
      init?.mode === 'no-cors' ? Promise.resolve(new Response('')) : refusedFetch('');
    const browser = { pageOrigin: 'https://tv.example', isOnline: () => false };
    const refusing = client({ endpoints }, { ...browser, fetch: corsFetch });
    expect(problemOf(await refusing.requestCode(never))).toBe(
      'failed browser-calls-refused cors_refused',
    );
    const lost = client({ endpoints }, { ...browser, fetch: refusedFetch });
    expect(problemOf(await lost.requestCode(never))).toBe('failed offline offline');
  });

  it('calls a missing reply offline rather than a wrong clock when the device says so', async () => {
    const clock = createControllableClock(0);
    const tv = client({ endpoints }, { clock, isOnline: () => false, fetch: refusedFetch });
    expect(problemOf(await tv.requestCode(never))).toBe('failed offline offline');
  });

  it('blames a wrong clock for a missing reply: certificates then look invalid', async () => {
    const clock = createControllableClock(0);
    const tv = client({ endpoints }, { clock, fetch: refusedFetch });
    expect(problemOf(await tv.requestCode(never))).toBe('failed clock-wrong clock_wrong');
  });

  it('blames CORS when a server that has never been readable answers unreadably', async () => {
    const corsFetch: typeof fetch = (_input, init) =>
      init?.mode === 'no-cors' ? Promise.resolve(new Response('')) : refusedFetch('');
    const tv = client({ endpoints }, { pageOrigin: 'https://tv.example', fetch: corsFetch });
    expect(problemOf(await tv.requestCode(never))).toBe(
      'failed browser-calls-refused cors_refused',
    );
  });

  it('blames no CORS when an unreadable request is not answered either', async () => {
    const lostPost: typeof fetch = (_input, init) =>
      init?.mode === 'cors' ? Promise.resolve(new Response('')) : refusedFetch('');
    const tv = client({ endpoints }, { pageOrigin: 'https://tv.example', fetch: lostPost });
    expect(problemOf(await tv.requestCode(never))).toBe('failed server-unreachable unreachable');
  });

  it('calls a missing reply an unreachable server otherwise', async () => {
    const tv = client({ endpoints }, { pageOrigin: 'https://tv.example', fetch: refusedFetch });
    expect(problemOf(await tv.requestCode(never))).toBe('failed server-unreachable unreachable');
  });
});

const pending = { error: 'authorization_pending' };
const own = (server: TestServer) => ({
  endpoints: { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` },
});

describe('a token endpoint that refuses browsers', () => {
  it('says at each poll that browsers are refused: the attempt decides when that is final', async () => {
    const issuing = await serve((_request, response) => sendJson(response, 200, device, open));
    const server = await serve((_request, response) => sendJson(response, 400, pending));
    const endpoints = { ...own(server).endpoints, deviceAuthorization: `${issuing.url}/device` };
    const tv = client({ endpoints }, inBrowser);
    expect((await tv.requestCode(never)).type).toBe('issued');
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure browser-calls-refused cors_refused',
    );
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure browser-calls-refused cors_refused',
    );
  });

  it('asks for no relay at the token endpoint where browsers may call the same origin', async () => {
    const server = await serve((request, response) => {
      if (request.path === '/device') sendJson(response, 200, device, open);
      else sendJson(response, 400, pending);
    });
    const tv = client(own(server), inBrowser);
    expect((await tv.requestCode(never)).type).toBe('issued');
    for (let polls = 0; polls < 3; polls++) {
      expect(problemOf(await tv.poll(authorization, never))).toBe(
        'transient-failure server-error reply_without_cors',
      );
    }
  });

  it('goes on polling after an error of a proxy that a browser cannot read', async () => {
    let proxyErrors = 1;
    const server = await serve((_request, response) => {
      // The poll and the probe meet it.
      if (proxyErrors++ <= 2) response.writeHead(502).end();
      else sendJson(response, 400, pending, open);
    });
    const tv = client(own(server), inBrowser);
    expect((await tv.poll(authorization, never)).type).toBe('transient-failure');
    expect((await tv.poll(authorization, never)).type).toBe('pending');
    proxyErrors = 1;
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure server-error reply_without_cors',
    );
  });

  it('goes on polling after a reply was lost', async () => {
    let lost = false;
    const server = await serve((request, response) => {
      if (lost && request.body !== '') {
        lost = false;
        response.destroy();
      } else if (request.path === '/device') sendJson(response, 200, device, open);
      else if (request.method === 'POST') sendJson(response, 400, pending, open);
      else response.writeHead(405).end();
    });
    const tv = client(own(server), inBrowser);
    await tv.requestCode(never);
    lost = true;
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure server-error reply_without_cors',
    );
    expect((await tv.poll(authorization, never)).type).toBe('pending');
  });
});

describe('calls by way of a relay', () => {
  it('names the target of a relayed call in the path', async () => {
    const relay = await startTestServer((_request, response) => sendJson(response, 200, device));
    servers.push(relay);
    const outcome = await client({
      relay: `${relay.url}/relay`,
      endpoints: {
        deviceAuthorization: 'https://id.example/device?x=1',
        token: 'https://id.example/token',
      },
    }).requestCode(never);
    expect(outcome.type).toBe('issued');
    expect(relay.seen[0]?.path).toBe('/relay/https/id.example/device?x=1');
  });

  it.each<[string, string | undefined]>([
    ['https://id.example/../../other/token', '/relay/https/id.example/other/token'],
    ['https://id.example/%2e%2e/%2E%2E/token', '/relay/https/id.example/token'],
    ['https://id.example\\..\\..\\token', '/relay/https/id.example/token'],
    ['https://ID.example.:443/token#/../..', '/relay/https/id.example/token'],
    ['https://id.exa\tmple/to\nken', '/relay/https/id.example/token'],
    ['https://id.example//../token', '/relay/https/id.example/token'],
    ['https://id.example/..%2f..%2f..%2fother', undefined],
    ['https://id.example/%252e%252e/%252e%252e/other', undefined],
    ['https://id.example/a%2f..%2f..%5c..%2fother', undefined],
    ['https://id.example/..;/..;/other', undefined],
  ])('never leaves the relay’s path for %s', async (token_endpoint, path) => {
    const issuer = 'https://id.example';
    const relay = await startTestServer((request, response) =>
      sendJson(
        response,
        200,
        request.path.includes('/.well-known/')
          ? { issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint }
          : { access_token: 'AT' },
      ),
    );
    servers.push(relay);
    const tv = client({ issuer, relay: `${relay.url}/relay` });
    const outcome = await tv.poll(authorization, never);
    const paths = relay.seen.map((request) => request.path);
    expect(paths.slice(1)).toEqual(path === undefined ? [] : [path]);
    expect(outcome.type).toBe(path === undefined ? 'transient-failure' : 'approved');
  });

  it('never leaves the relay’s path for a device code of dots that stands in an address', async () => {
    const relay = await startTestServer((_request, response) => sendJson(response, 200, {}));
    servers.push(relay);
    const tv = client({ provider: 'plex', relay: `${relay.url}/relay` });
    for (const deviceCode of ['..', '../../x', '%2e%2e', '..\\x']) {
      const outcome = await tv.poll({ ...authorization, deviceCode }, never);
      expect(problemOf(outcome)).toBe('transient-failure misconfigured address_invalid');
    }
    expect(relay.seen).toEqual([]);
  });
});

describe('proof of possession (RFC 9449)', () => {
  const sentProofs = (server: TestServer) =>
    server.seen
      .filter((request) => request.body !== '')
      .map((request) => request.headers['dpop'] ?? 'no proof');

  it('answers a demand for a nonce at once, without counting it as a poll', async () => {
    const server = await serve((request, response) => {
      if (request.headers['dpop']?.includes('N1')) {
        sendJson(response, 200, { access_token: 'AT', token_type: 'DPoP' });
      } else sendJson(response, 400, { error: 'use_dpop_nonce' }, { 'DPoP-Nonce': 'N1' });
    });
    const tv = client({ issuer: server.url }, { proofs: readableProofs() });
    expect(await tv.poll(authorization, never)).toMatchObject({
      type: 'approved',
      tokens: { tokenType: 'DPoP' },
    });
    expect(sentProofs(server)).toEqual([
      `POST ${server.url}/token none`,
      `POST ${server.url}/token N1`,
    ]);
  });

  /** Metadata that every page may read, and a token endpoint that lets browsers send some headers. */
  const takingHeaders = async (allowed: string) => {
    const server = await startTestServer((request, response) => {
      if (request.method === 'OPTIONS') {
        response.writeHead(204, { ...open, 'Access-Control-Allow-Headers': allowed }).end();
      } else if (request.path.includes('.well-known')) {
        const endpoints = {
          device_authorization_endpoint: `${server.url}/device`,
          token_endpoint: `${server.url}/token`,
        };
        const dpop_signing_alg_values_supported = ['ES256'];
        const metadata = { issuer: server.url, ...endpoints, dpop_signing_alg_values_supported };
        sendJson(response, 200, metadata, open);
      } else if (request.headers['dpop'] === undefined) sendJson(response, 400, pending, open);
      else sendJson(response, 400, { error: 'use_dpop_nonce' }, { ...open, 'DPoP-Nonce': 'N1' });
    });
    servers.push(server);
    return server;
  };

  const withProofs = { ...inBrowser, proofs: readableProofs() };
  const lines = (server: TestServer) =>
    server.seen
      .filter(({ path, method }) => path === '/token' && method !== 'OPTIONS')
      .map(
        ({ method, headers }) => `${method}${headers['dpop'] === undefined ? '' : ' with proof'}`,
      );

  it('polls without a proof where browsers may not send it, after seven calls have shown that', async () => {
    const server = await takingHeaders('Authorization');
    const tv = client({ issuer: server.url }, withProofs);
    await tv.requestCode(never);
    for (let polls = 1; polls <= 7; polls++) {
      // Nothing is heard that would be a reason to poll more seldom: plain calls are answered.
      expect((await tv.poll(authorization, never)).type).toBe('pending');
      // One harmless call besides the polls, none of which has reached the server.
      expect(lines(server)).toEqual(['HEAD']);
    }
    expect((await tv.poll(authorization, never)).type).toBe('pending');
    expect(lines(server).slice(1)).toEqual(['POST']);
  });

  it('tries a proof again in the next attempt, and knows by then what is wrong', async () => {
    const server = await takingHeaders('Authorization');
    const tv = client({ issuer: server.url }, withProofs);
    for (let polls = 0; polls < 7; polls++) await tv.poll(authorization, never);
    await tv.requestCode(never);
    for (let polls = 0; polls < 3; polls++) {
      expect((await tv.poll(authorization, never)).type).toBe('pending');
    }
    expect(lines(server)).toEqual(['HEAD', 'HEAD', 'POST']);
  });

  it('begins to count anew in the next attempt what has not been shown in the last one', async () => {
    const server = await takingHeaders('Authorization');
    const tv = client({ issuer: server.url }, withProofs);
    for (let polls = 0; polls < 6; polls++) await tv.poll(authorization, never);
    await tv.requestCode(never);
    for (let polls = 0; polls < 7; polls++) await tv.poll(authorization, never);
    expect(lines(server)).not.toContain('POST');
  });

  it('says that browsers may not send a proof where the settings demand it', async () => {
    const server = await takingHeaders('Authorization');
    const tv = client({ issuer: server.url, dpop: 'required' }, withProofs);
    await tv.poll(authorization, never);
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure browser-calls-refused dpop_refused',
    );
    for (let polls = 0; polls < 8; polls++) await tv.poll(authorization, never);
    expect(lines(server)).toEqual(['HEAD']);
  });

  it('refreshes nothing that is bound without its proof, however often that is refused', async () => {
    const server = await takingHeaders('Authorization');
    const tv = client({ issuer: server.url }, withProofs);
    const bound = { ...credentials, binding: { type: 'bound', key: proofKey } } as const;
    for (let tries = 0; tries < 10; tries++) {
      expect((await tv.refresh(bound, never)).type).toBe('transient-failure');
    }
    expect(problemOf(await tv.refresh(bound, never))).toBe(
      'transient-failure browser-calls-refused dpop_refused',
    );
    expect(lines(server)).toEqual(['HEAD']);
  });

  it('polls without a proof where browsers cannot read the nonce', async () => {
    const server = await takingHeaders('Authorization, DPoP');
    const tv = client({ issuer: server.url }, withProofs);
    expect((await tv.poll(authorization, never)).type).toBe('pending');
    expect(sentProofs(server)).toEqual([`POST ${server.url}/token none`, 'no proof']);
  });

  it('says that browsers cannot read the nonce where the settings demand proofs', async () => {
    const server = await takingHeaders('Authorization, DPoP');
    const tv = client({ issuer: server.url, dpop: 'required' }, withProofs);
    await tv.poll(authorization, never);
    expect(problemOf(await tv.poll(authorization, never))).toBe(
      'transient-failure browser-calls-refused dpop_nonce_hidden',
    );
  });

  it('refreshes nothing that is bound without its proof where browsers cannot read the nonce', async () => {
    const server = await takingHeaders('Authorization, DPoP');
    const tv = client({ issuer: server.url }, withProofs);
    const bound = { ...credentials, binding: { type: 'bound', key: proofKey } } as const;
    for (let tries = 0; tries < 2; tries++) {
      expect(problemOf(await tv.refresh(bound, never))).toBe(
        'transient-failure browser-calls-refused dpop_nonce_hidden',
      );
    }
    expect(lines(server)).toEqual(['POST with proof', 'POST with proof']);
  });

  it('takes no DPoP token that no key was sent for, and hands it back to be revoked', async () => {
    const server = await serve((_request, response) =>
      sendJson(response, 200, { access_token: 'AT', token_type: 'DPoP', refresh_token: 'RT' }),
    );
    const tv = client({ issuer: server.url, dpop: 'off' }, { proofs: readableProofs() });
    expect(await tv.poll(authorization, never)).toMatchObject({
      type: 'failed',
      problem: { kind: 'not-completed', code: 'unsupported_token_type' },
      unusable: { accessToken: 'AT', credentials: { refreshToken: 'RT' } },
    });
  });

  it('goes on making proofs where one call was lost', async () => {
    let lost = true;
    const server = await takingHeaders('Authorization, DPoP');
    const losing: typeof fetch = (input, init) => {
      const isPoll = lost && new Request(input, init).headers.has('dpop');
      if (isPoll) lost = false;
      return isPoll
        ? Promise.reject(new TypeError('Failed to fetch'))
        : inBrowser.fetch(input, init);
    };
    const tv = client({ issuer: server.url }, { ...withProofs, fetch: losing });
    expect((await tv.poll(authorization, never)).type).toBe('pending');
    await tv.poll(authorization, never);
    // Its nonce is hidden: that answer, not the lost call, ends the proofs of this attempt.
    expect(lines(server)).toEqual(['HEAD', 'POST with proof', 'POST']);
  });
});
