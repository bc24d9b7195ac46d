import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizedFetch } from './api';
import { createProofs, type Proofs } from './dpop';
import { memoryStore } from './store';
import { ada, sessionHarness } from './testing/harness';
import { sessionClock, settle, watchedCrypto } from './testing/session-clock';

const never = new AbortController().signal;

interface Listening {
  origin: string;
  /** What arrived: method, path, authorization, body. */
  requests: { line: string; authorization?: string; dpop?: string; body: string }[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
}

let servers: Server[] = [];

/** A real HTTP server that answers `{}` unless told otherwise. */
async function listen(): Promise<Listening> {
  const listening: Listening = {
    origin: '',
    requests: [],
    answer: (_request, response) => response.end('{}'),
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { authorization, dpop } = request.headers;
      listening.requests.push({
        line: `${request.method} ${request.url}`,
        body,
        authorization,
        dpop: typeof dpop === 'string' ? dpop : undefined,
      });
      listening.answer(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listening.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return listening;
}

let api: Listening;
let elsewhere: Listening;

beforeEach(async () => {
  api = await listen();
  elsewhere = await listen();
});

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

async function signedIn(own: { proofs?: Proofs } = {}) {
  const tv = sessionHarness({ apiOrigins: [api.origin], ...own });
  const tokenType = own.proofs === undefined ? 'Bearer' : 'DPoP';
  const key = await own.proofs?.createKey();
  const binding = key && ({ type: 'bound', key } as const);
  const tokens = tv.server.grant(ada, { tokenType, binding });
  await tv.session.complete(tokens, never);
  await tv.clock.pass(60_000);
  return { ...tv, tokens };
}

const unauthorized = (response: ServerResponse, headers: Record<string, string> = {}) => {
  response.writeHead(401, headers).end('{}');
};

describe('a call of the app’s own API', () => {
  it('a call carries the access token', async () => {
    const { session, tokens } = await signedIn();
    const client = session.api({ baseUrl: `${api.origin}/v1/` });
    expect(await client.get('films').json()).toEqual({});
    expect(api.requests).toEqual([
      { line: 'GET /v1/films', authorization: `Bearer ${tokens.accessToken}`, body: '' },
    ]);
  });

  it('a call to another origin goes out untouched', async () => {
    const { session } = await signedIn();
    const client = session.api();
    await client.get(`${elsewhere.origin}/poster.jpg`);
    // Same machine, same port, another name.
    await client.get(`${api.origin.replace('127.0.0.1', 'localhost')}/x`).catch(() => {});
    const all = [...api.requests, ...elsewhere.requests];
    expect(elsewhere.requests).toHaveLength(1);
    for (const { authorization } of all) expect(authorization ?? '').not.toContain('Bearer');
  });

  it('a call is repeated once, body and all, with a renewed token after 401', async () => {
    const { session, tokens, server } = await signedIn();
    api.answer = (request, response) => {
      if (request.headers.authorization === `Bearer ${tokens.accessToken}`) unauthorized(response);
      else response.end('{"seen":true}');
    };
    const answer = await session
      .api()
      .post(`${api.origin}/seen`, { json: { film: 7 } })
      .json();
    expect(answer).toEqual({ seen: true });
    expect(api.requests.map(({ body }) => body)).toEqual(['{"film":7}', '{"film":7}']);
    expect(server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
  });

  it('a call that is refused again is answered with the refusal', async () => {
    const { session, server } = await signedIn();
    api.answer = (_request, response) => unauthorized(response);
    const client = session.api({ throwHttpErrors: false });
    expect((await client.get(`${api.origin}/x`)).status).toBe(401);
    expect(api.requests).toHaveLength(2);
    // Calls that follow do not make the sign-in server work for every one of them.
    for (let count = 0; count < 5; count++) await client.get(`${api.origin}/x`);
    expect(server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
  });

  it('all calls that were refused share one renewal', async () => {
    const { session, tokens, server } = await signedIn();
    server.delayMs = 1;
    api.answer = (request, response) => {
      if (request.headers.authorization === `Bearer ${tokens.accessToken}`) unauthorized(response);
      else response.end('{}');
    };
    const tv = { session };
    const calls = Array.from({ length: 10 }, () => tv.session.api().get(`${api.origin}/x`).json());
    const pending = Promise.all(calls);
    server.delayMs = 0;
    expect(await pending).toHaveLength(10);
    expect(server.calls.filter((call) => call === 'refresh')).toHaveLength(1);
  });

  it('a call never follows a redirect with the token', async () => {
    const { session } = await signedIn();
    api.answer = (_request, response) => {
      response.writeHead(302, { Location: `${elsewhere.origin}/steal` }).end();
    };
    await expect(session.api({ retry: 0 }).get(`${api.origin}/x`)).rejects.toThrow();
    expect(elsewhere.requests).toEqual([]);
  });

  it('no call is made while no viewer is signed in', async () => {
    const { session } = sessionHarness({ apiOrigins: [api.origin] });
    await expect(session.api({ retry: 0 }).get(`${api.origin}/x`)).rejects.toMatchObject({
      name: 'SessionError',
      code: 'signed_out',
    });
    expect(api.requests).toEqual([]);
  });

  it('no call is made while the access is over and cannot be renewed', async () => {
    const { session, server, clock } = await signedIn();
    session.suspend();
    server.down = true;
    await clock.pass(3_600_000);
    const call = clock.run(session.api({ retry: 0 }).get(`${api.origin}/x`));
    await expect(call).rejects.toMatchObject({
      code: 'offline',
      problem: { kind: 'server-unreachable' },
    });
    expect(api.requests).toEqual([]);
  });

  it('a call ends the session when the renewal is refused for good', async () => {
    const { session, server, tokens, events } = await signedIn();
    await server.revoke(tokens, never);
    api.answer = (_request, response) => unauthorized(response);
    const response = await session.api({ throwHttpErrors: false }).get(`${api.origin}/x`);
    expect(response.status).toBe(401);
    expect(events).toContainEqual({ type: 'sessionEnded', accountId: 'ada', accounts: [] });
  });

  it('no error of a call tells a token', async () => {
    const { session, server } = await signedIn();
    api.answer = (_request, response) => unauthorized(response);
    const error: unknown = await session
      .api({ retry: 0 })
      .get(`${api.origin}/x`)
      .catch((e) => e);
    expect(error).toBeInstanceOf(Error);
    const { request } = error as { request: Request };
    const told = [
      String(error),
      JSON.stringify(error),
      ...Array.from(request.headers).flat(),
    ].join();
    for (const secret of server.secrets) expect(told).not.toContain(secret);
  });
});

describe('a call with a DPoP token', () => {
  it('a call whose proof cannot be made is not sent', async () => {
    const proofs = source();
    const { session } = await signedIn({ proofs });
    proofs.proof = () => Promise.reject(new Error('The key is gone'));
    await expect(session.api().get(`${api.origin}/films`)).rejects.toMatchObject({
      name: 'SessionError',
      code: 'refused',
    });
    expect(api.requests).toEqual([]);
  });

  it('a token that needs a proof is not sent where its key is not known', async () => {
    const tv = sessionHarness({ apiOrigins: [api.origin], proofs: source() });
    await tv.session.complete(tv.server.grant(ada, { tokenType: 'DPoP' }), never);
    await expect(tv.session.api().get(`${api.origin}/films`)).rejects.toMatchObject({
      code: 'refused',
    });
    expect(api.requests).toEqual([]);
  });

  const claims = (proof: string | undefined) =>
    JSON.parse(Buffer.from(proof?.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;

  const source = () =>
    createProofs({
      mode: 'required',
      store: memoryStore(),
      clock: sessionClock(),
      crypto: watchedCrypto,
    });

  it('a call carries a proof for its method, address and token', async () => {
    const { session, tokens } = await signedIn({ proofs: source() });
    await session.api().put(`${api.origin}/films/7?full=1`, { json: {} });
    const [request] = api.requests;
    expect(request?.authorization).toBe(`DPoP ${tokens.accessToken}`);
    expect(claims(request?.dpop)).toMatchObject({
      htm: 'PUT',
      htu: `${api.origin}/films/7`,
      ath: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('a call is repeated at once with the nonce that the API demands, without a renewal', async () => {
    const { session, server } = await signedIn({ proofs: source() });
    api.answer = (request, response) => {
      const proof = request.headers['dpop'];
      if (claims(String(proof))['nonce'] === 'n-1') response.end('{"ok":true}');
      else {
        unauthorized(response, {
          'DPoP-Nonce': 'n-1',
          'WWW-Authenticate': 'DPoP error="use_dpop_nonce"',
        });
      }
    };
    const client = session.api();
    expect(await client.get(`${api.origin}/x`).json()).toEqual({ ok: true });
    expect(await client.get(`${api.origin}/y`).json()).toEqual({ ok: true });
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /x', 'GET /x', 'GET /y']);
    expect(new Set(api.requests.map(({ dpop }) => claims(dpop)['jti'])).size).toBe(3);
    expect(server.calls).not.toContain('refresh');
  });

  it('a call is not repeated without end for an API that wants another nonce each time', async () => {
    const { session } = await signedIn({ proofs: source() });
    let count = 0;
    api.answer = (_request, response) => {
      unauthorized(response, { 'DPoP-Nonce': `n-${++count}` });
    };
    await session.api({ throwHttpErrors: false }).get(`${api.origin}/x`);
    await settle();
    expect(api.requests.length).toBeLessThanOrEqual(3);
  });
});

describe('the fetch underneath', () => {
  it('fetch is called bare, as browsers demand', async () => {
    let callers = 0;
    const send = function (this: unknown, input: unknown) {
      if (this !== undefined) callers++;
      return fetch(input as Request);
    } as typeof fetch;
    const calling = authorizedFetch({
      fetch: send,
      origins: [api.origin],
      proofs: createProofs({ mode: 'off', store: memoryStore(), clock: sessionClock() }),
      accessToken: async () => ({ type: 'ready', token: 't', tokenType: 'Bearer' }),
    });
    await calling(`${elsewhere.origin}/x`);
    await calling(`${api.origin}/x`);
    expect(callers).toBe(0);
  });

  it('a call asks for no token unless the origin is configured', async () => {
    let asked = 0;
    const calling = authorizedFetch({
      fetch,
      origins: [api.origin],
      proofs: createProofs({ mode: 'off', store: memoryStore(), clock: sessionClock() }),
      accessToken: async () => {
        asked++;
        return { type: 'signed-out' };
      },
    });
    expect((await calling(`${elsewhere.origin}/x`)).status).toBe(200);
    expect(asked).toBe(0);
  });
});
