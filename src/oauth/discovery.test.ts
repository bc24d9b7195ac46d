import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { authorization, client, device, inBrowser, open, problemOf } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from './testing/http-server';
import { proofKey, readableProofs } from './testing/proofs';

const openToProofs = { ...open, 'Access-Control-Allow-Headers': 'Content-Type, DPoP' };

const servers: TestServer[] = [];
const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
const never = new AbortController().signal;

/** A server whose metadata is a test's own business; codes and tokens it has always. */
async function serve(
  answerMetadata: (response: ServerResponse, request: SeenRequest) => void,
): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    if (request.path.includes('.well-known')) answerMetadata(response, request);
    else if (request.path === '/device') sendJson(response, 200, device, open);
    else if (request.path === '/revoke') response.writeHead(200).end();
    else sendJson(response, 200, { access_token: 'AT', refresh_token: 'RT2' }, openToProofs);
  });
  servers.push(server);
  return server;
}

const metadataOf = (server: TestServer) => ({
  issuer: server.url,
  device_authorization_endpoint: `${server.url}/device`,
  token_endpoint: `${server.url}/token`,
  revocation_endpoint: `${server.url}/revoke`,
  dpop_signing_alg_values_supported: ['ES256'],
});

/** Settings that say where the server is called, and who it is. */
const configured = ({ url }: TestServer) => ({
  issuer: url,
  endpoints: { deviceAuthorization: `${url}/device`, token: `${url}/token` },
});

const questions = (server: TestServer) =>
  server.seen.filter((request) => request.path.includes('.well-known')).length;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('a server whose endpoints are configured', () => {
  it('calls configured endpoints without waiting for metadata that does not come', async () => {
    const server = await serve(() => undefined);
    const clock = createControllableClock();
    const tv = client(configured(server), { clock });
    expect((await tv.requestCode(never)).type).toBe('issued');
    expect((await tv.poll(authorization, never)).type).toBe('approved');
    expect((await tv.refresh(credentials, never)).type).toBe('renewed');
    expect(questions(server)).toBe(1);
  });

  it('asks a server without metadata for it again after three minutes only', async () => {
    const server = await serve((response) => sendJson(response, 404, {}));
    const clock = createControllableClock();
    const tv = client(configured(server), { clock });
    await tv.revoke({ accessToken: 'AT', credentials }, never);
    expect(questions(server)).toBe(2);
    for (let poll = 0; poll < 3; poll++) await tv.poll(authorization, never);
    await tv.revoke({ accessToken: 'AT', credentials }, never);
    expect(questions(server)).toBe(2);
    await clock.pass(200_000);
    await tv.revoke({ accessToken: 'AT', credentials }, never);
    expect(questions(server)).toBe(4);
  });

  it('leaves a revocation for later while it is not known whether there is an endpoint for it', async () => {
    let down = true;
    const server = await serve((response) =>
      down ? sendJson(response, 503, {}) : sendJson(response, 200, metadataOf(server)),
    );
    const clock = createControllableClock();
    const tv = client(configured(server), { clock });
    const tokens = { accessToken: 'AT', credentials };
    expect(problemOf(await tv.revoke(tokens, never))).toBe(
      'transient-failure server-busy http_503',
    );
    down = false;
    await clock.pass(200_000);
    expect(await tv.revoke(tokens, never)).toEqual({ type: 'revoked' });
  });

  describe('and whose tokens may be bound to the TV', () => {
    const polls = (server: TestServer) =>
      server.seen
        .filter(({ path, method }) => path === '/token' && method === 'POST')
        .map(({ headers }) => (headers['dpop'] === undefined ? 'plain' : 'with proof'));
    const pollOf = async (server: TestServer, clock = createControllableClock()) => {
      const tv = client(configured(server), { clock, proofs: readableProofs() });
      const outcome = await tv.poll(authorization, never);
      return outcome.type === 'approved' ? outcome.tokens.credentials?.binding : outcome;
    };

    it('the first poll waits for metadata that allows proofs', async () => {
      const server = await serve((response) => sendJson(response, 200, metadataOf(server)));
      expect(await pollOf(server)).toEqual({ type: 'bound', key: proofKey });
      expect(polls(server)).toEqual(['with proof']);
    });

    it.each<[string, (response: ServerResponse, server: TestServer) => void]>([
      ['404', (response) => sendJson(response, 404, {})],
      ['403 with a page', (response) => response.writeHead(403).end('<html>no</html>')],
      [
        'a document without the member',
        (response, { url }) => sendJson(response, 200, { issuer: url }),
      ],
      [
        'a document that names no ES256',
        (response, server) =>
          sendJson(response, 200, {
            ...metadataOf(server),
            dpop_signing_alg_values_supported: ['RS256'],
          }),
      ],
      [
        'another issuer',
        (response) => sendJson(response, 200, { issuer: 'https://other.example' }),
      ],
      ['a web page', (response) => response.writeHead(200).end('<html>Hello</html>')],
    ])(
      'a poll goes without a proof where the metadata’s address answers %s',
      async (_name, answer) => {
        const server = await serve((response) => answer(response, server));
        expect(await pollOf(server)).toEqual({ type: 'unbound', reason: 'not-advertised' });
        expect(polls(server)).toEqual(['plain']);
      },
    );

    it.each<[string, (response: ServerResponse) => void]>([
      ['a cut connection', (response) => response.destroy()],
      ['500', (response) => sendJson(response, 500, {})],
      ['502 with a page', (response) => response.writeHead(502).end('<html>502</html>')],
      ['503', (response) => sendJson(response, 503, {})],
      ['429', (response) => sendJson(response, 429, {})],
      ['408', (response) => sendJson(response, 408, {})],
      ['511', (response) => response.writeHead(511).end('<html>Wi-Fi</html>')],
    ])(
      'no poll is sent without a proof because the metadata was answered by %s',
      async (_name, fault) => {
        let isFaulty = true;
        const server = await serve((response) =>
          isFaulty ? fault(response) : sendJson(response, 200, metadataOf(server)),
        );
        const clock = createControllableClock();
        const tv = client(configured(server), { clock, proofs: readableProofs() });
        for (let count = 0; count < 4; count++) {
          expect((await tv.poll(authorization, never)).type).toBe('transient-failure');
          await clock.pass(60_000);
        }
        expect(polls(server)).toEqual([]);
        isFaulty = false;
        expect((await tv.poll(authorization, never)).type).toBe('approved');
        expect(polls(server)).toEqual(['with proof']);
      },
    );

    it('four unreadable answers running mean that there is no metadata, and fewer decide nothing', async () => {
      const server = await serve((response) => response.writeHead(404).end());
      const tv = client(configured(server), { ...inBrowser, proofs: readableProofs() });
      expect((await tv.requestCode(never)).type).toBe('issued');
      await expect.poll(() => questions(server)).toBe(2);
      for (let count = 0; count < 2; count++) {
        expect((await tv.poll(authorization, never)).type).toBe('pending');
      }
      expect(polls(server)).toEqual([]);
      expect((await tv.poll(authorization, never)).type).toBe('approved');
      expect(polls(server)).toEqual(['plain']);
    });

    it.each([...Array(64).keys()])(
      'a poll has its proof where calls for the metadata were cut in pattern %i',
      async (pattern) => {
        let left = pattern;
        const server = await serve((response) => {
          const isCut = (left & 1) === 1;
          left >>= 1;
          if (isCut) response.destroy();
          else sendJson(response, 200, metadataOf(server), open);
        });
        const tv = client(configured(server), { ...inBrowser, proofs: readableProofs() });
        expect((await tv.requestCode(never)).type).toBe('issued');
        let outcome = await tv.poll(authorization, never);
        for (let count = 0; count < 8 && outcome.type !== 'approved'; count++) {
          outcome = await tv.poll(authorization, never);
        }
        expect(outcome.type).toBe('approved');
        expect(polls(server)).toEqual(['with proof']);
      },
    );

    it('a refresh of what is bound waits for no metadata', async () => {
      const server = await serve(() => undefined);
      const tv = client(configured(server), { proofs: readableProofs() });
      const bound = { ...credentials, binding: { type: 'bound', key: proofKey } } as const;
      expect((await tv.refresh(bound, never)).type).toBe('renewed');
      expect(polls(server)).toEqual(['with proof']);
    });
  });
});

describe('a server known by its issuer alone', () => {
  it('metadata is asked for again when the viewer tries again', async () => {
    let down = true;
    const server = await serve((response) =>
      down ? sendJson(response, 503, {}) : sendJson(response, 200, metadataOf(server)),
    );
    const tv = client({ issuer: server.url });
    expect(problemOf(await tv.requestCode(never))).toBe('failed server-busy http_503');
    down = false;
    expect((await tv.requestCode(never)).type).toBe('issued');
  });

  it.each(['token_endpoint', 'device_authorization_endpoint'])(
    'metadata that had no %s is asked for again',
    async (member) => {
      let odd = true;
      const server = await serve((response) =>
        sendJson(response, 200, { ...metadataOf(server), ...(odd ? { [member]: null } : {}) }),
      );
      const tv = client({ issuer: server.url });
      expect((await tv.requestCode(never)).type).toBe('failed');
      odd = false;
      expect((await tv.requestCode(never)).type).toBe('issued');
    },
  );

  it('finds metadata at the second address when browsers cannot read the 404 of the first', async () => {
    const server = await serve((response, { path }) => {
      if (path === '/.well-known/openid-configuration') response.writeHead(404).end();
      else sendJson(response, 200, metadataOf(server), open);
    });
    const outcome = await client({ issuer: server.url }, inBrowser).requestCode(never);
    expect(outcome.type).toBe('issued');
  });

  it.each([
    ['is readable and empty', open],
    ['refuses browsers, too', {}],
  ])('says that a server refuses browsers when its second address %s', async (_case, headers) => {
    const server = await serve((response, { path }) => {
      const first = path === '/.well-known/openid-configuration';
      response.writeHead(404, first ? {} : headers).end();
    });
    const outcome = await client({ issuer: server.url }, inBrowser).requestCode(never);
    expect(problemOf(outcome)).toBe('failed browser-calls-refused cors_refused');
  });
});
