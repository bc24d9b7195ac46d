import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProofSource } from './proof';
import { authorization, client, device, inBrowser, open, problemOf } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from './testing/http-server';

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
    else sendJson(response, 200, { access_token: 'AT', refresh_token: 'RT2' }, open);
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
    const proofSource = (): ProofSource => {
      let advertised = false;
      return {
        proof: () => Promise.resolve(advertised ? 'proof' : undefined),
        nonceReceived: () => undefined,
        serverTimeReceived: () => undefined,
        algorithmsAdvertised: (algorithms) => {
          advertised = algorithms?.includes('ES256') ?? false;
        },
        unavailableReason: () => Promise.resolve(undefined),
      };
    };
    const lastProof = (server: TestServer) => server.seen[server.seen.length - 1]?.headers['dpop'];

    it('the first refresh waits for metadata that allows proofs', async () => {
      const server = await serve((response) => sendJson(response, 200, metadataOf(server)));
      await client(configured(server), { proofs: proofSource() }).refresh(credentials, never);
      expect(lastProof(server)).toBe('proof');
    });

    it('a refresh waits two seconds for metadata, and once', async () => {
      const server = await serve(() => undefined);
      const clock = createControllableClock();
      const tv = client(configured(server), { clock, proofs: proofSource() });
      const refreshed = tv.refresh(credentials, never);
      await expect.poll(() => questions(server)).toBe(1);
      await clock.pass(2000);
      expect((await refreshed).type).toBe('renewed');
      expect((await tv.refresh(credentials, never)).type).toBe('renewed');
      expect(lastProof(server)).toBeUndefined();
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
