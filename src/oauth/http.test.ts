import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock';
import type { MetadataCache } from './discovery';
import { createHttp } from './http';
import type { Members } from './members';
import type { WireRequest } from './providers/provider';
import { authorization, client, device, inBrowser, open, problemOf } from './testing/client';
import {
  type SeenRequest,
  sendJson,
  startTestServer,
  type TestServer,
} from './testing/http-server';

const never = new AbortController().signal;
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(answer);
  servers.push(server);
  return server;
}

const http = (settingTexts: Record<string, string> = {}) =>
  createHttp({
    dependencies: { fetch, clock: systemClock, isOnline: () => true },
    settingTexts,
  });
const send = (request: WireRequest, settingTexts?: Record<string, string>) =>
  http(settingTexts).send({ request, signal: never });

const endpointsOf = ({ url }: TestServer) => ({
  deviceAuthorization: `${url}/device`,
  token: `${url}/token`,
});

describe('the content type', () => {
  it.each<[string, Partial<WireRequest>]>([
    ['application/x-www-form-urlencoded', { form: { a: 'ä €' } }],
    ['application/json', { json: { a: 'ä €' } }],
  ])(
    'sends the content type %s without parameters, since servers compare it as it stands',
    async (type, content) => {
      const server = await serve((_request, response) => sendJson(response, 200, {}));
      await send({ method: 'POST', url: server.url, ...content });
      expect(server.seen[0]?.headers['content-type']).toBe(type);
      expect(server.seen[0]?.body).toBe(
        content.json === undefined ? 'a=%C3%A4+%E2%82%AC' : '{"a":"ä €"}',
      );
    },
  );
});

describe('a request that cannot be sent', () => {
  const url = 'https://id.example/';

  it.each(['L’Équipe TV', 'Канал Один', '電視台', 'two\nlines', 'nul\0'])(
    'names the header, and the setting, whose value it cannot carry: “%s”',
    async (name) => {
      const headers = { 'X-Product': `TV ${name}` };
      const reply = await send({ method: 'GET', url, headers }, { 'appSettings.name': name });
      expect(reply).toMatchObject({
        problem: {
          kind: 'not-sendable',
          detail:
            'The header X-Product cannot carry appSettings.name: write it in Latin letters, on one line.',
        },
      });
    },
  );

  it('sends Latin-1 letters in headers, which can carry them', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, {}));
    const headers = { 'X-Product': 'Fútbol São' };
    expect(await send({ method: 'GET', url: server.url, headers })).toMatchObject({ status: 200 });
  });

  it('names a form field that holds half a letter', async () => {
    const reply = await send({ method: 'POST', url, form: { scope: 'a\ud800' } });
    expect(reply).toMatchObject({
      problem: { kind: 'not-sendable', detail: 'The field scope cannot carry its value.' },
    });
  });

  it('leaves an access token out of the words about a header that cannot carry it', async () => {
    const accessToken = 'secret-电';
    const reply = await send({
      method: 'GET',
      url,
      authorization: { accessToken, tokenType: 'Bearer' },
    });
    expect(reply).toMatchObject({ problem: { kind: 'not-sendable' } });
    expect(JSON.stringify(reply)).not.toContain('secret');
  });

  it.each(['', 'id.example', 'http://host:1 /x', 'http://[', 'https://'])(
    'says that a request to “%s” has no address',
    async (address) => {
      expect(await send({ method: 'GET', url: address })).toMatchObject({
        problem: { kind: 'misconfigured', code: 'address_invalid' },
      });
    },
  );
});

describe('a response that is none', () => {
  it.each<[string, () => Response]>([
    ['an error response', () => Response.error()],
    ['undefined', () => undefined as unknown as Response],
    ['a number', () => 42 as unknown as Response],
    ['an object without headers', () => ({ status: 200 }) as unknown as Response],
  ])(
    'takes a response that is none for a server that cannot be reached: %s',
    async (_case, respond) => {
      const endpoints = {
        deviceAuthorization: 'https://id.example/d',
        token: 'https://id.example/t',
      };
      const tv = client({ endpoints }, { fetch: () => Promise.resolve(respond()) });
      expect(problemOf(await tv.requestCode(never))).toBe('failed server-unreachable unreachable');
    },
  );
});

describe('a redirect', () => {
  const redirecting = (status: number, location: (server: TestServer) => string) =>
    serve((request, response) => {
      const server = servers[servers.length - 1] as TestServer;
      if (request.path === '/token') {
        response.writeHead(status, { Location: location(server) }).end();
      } else sendJson(response, 200, device);
    });
  const post = (server: TestServer): WireRequest => ({
    method: 'POST',
    url: `${server.url}/token`,
    form: { device_code: 'DC-secret' },
  });

  it.each([307, 308])('follows the redirect of a POST to a final slash by %i', async (status) => {
    const server = await redirecting(status, () => '/token/');
    expect(await send(post(server))).toMatchObject({ type: 'reply', status: 200 });
    expect(
      server.seen.map(({ method, path, form }) => [method, path, form['device_code']]),
    ).toEqual([
      ['POST', '/token', 'DC-secret'],
      ['POST', '/token/', 'DC-secret'],
    ]);
  });

  it('follows no second redirect of a POST', async () => {
    const server = await serve((request, response) => {
      const location = request.path === '/token' ? '/token/' : '/token';
      response.writeHead(308, { Location: location }).end();
    });
    expect(await send(post(server))).toMatchObject({ problem: { code: 'redirected' } });
    expect(server.seen).toHaveLength(2);
  });

  it.each<[string, number, (server: TestServer) => string]>([
    ['301 to a final slash', 301, () => '/token/'],
    ['308 to another path', 308, () => '/other'],
    ['308 to another port', 308, () => 'http://127.0.0.1:9/token/'],
    ['308 to another query', 308, () => '/token/?a=1'],
    ['308 to https', 308, ({ url }) => `${url.replace('http', 'https')}/token`],
  ])('names a redirect by %s, and does not follow it', async (_case, status, location) => {
    const server = await redirecting(status, location);
    const reply = await send(post(server));
    const to = new URL(location(server), server.url);
    expect(reply).toMatchObject({
      problem: { kind: 'misconfigured', code: 'redirected', status },
    });
    expect(JSON.stringify(reply)).toContain(to.origin + to.pathname);
    expect(server.seen).toHaveLength(1);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'http://[', 'mailto:a@id.example'])(
    'names no place where a redirect leads to none: %s',
    async (location) => {
      const server = await redirecting(302, () => location);
      expect(await send(post(server))).toMatchObject({
        problem: {
          kind: 'misconfigured',
          code: 'redirected',
          detail: expect.stringContaining('redirects to another address (302)'),
        },
      });
    },
  );

  it('names the redirect of a GET with the setting that holds the address', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(303, { Location: '/sign-in?session=secret' }).end(),
    );
    const outcome = await client({ issuer: server.url }).requestCode(never);
    const detail = `${server.url}/.well-known/openid-configuration redirects to ${server.url}/sign-in (303), and requests follow no redirects: set appSettings.signIn.issuer to the address that answers.`;
    expect(outcome).toEqual({
      type: 'failed',
      problem: {
        kind: 'misconfigured',
        code: 'redirected',
        status: 303,
        detail,
        isOwnDetail: true,
      },
    });
  });

  it('names a redirect in a browser, too, which does not show where to', async () => {
    const server = await redirecting(301, () => 'https://new.example/');
    const endpoints = endpointsOf(server);
    const outcome = await client({ endpoints }, inBrowser).poll(authorization, never);
    const detail = `${server.url}/token redirects to another address, and requests follow no redirects: set appSettings.signIn.endpoints.token to the address that answers.`;
    expect(outcome).toEqual({
      type: 'transient-failure',
      problem: { kind: 'misconfigured', code: 'redirected', detail, isOwnDetail: true },
    });
  });
});

describe('a captive portal', () => {
  const page = '<!doctype html><title>Hotel</title>';
  let portal: ((request: SeenRequest) => 'page' | 'redirect' | 'no') | undefined;

  const serveBehind = () =>
    serve((request, response) => {
      const act = portal?.(request) ?? 'no';
      if (act === 'page')
        response.writeHead(200, { 'Content-Type': 'text/html', ...open }).end(page);
      else if (act === 'redirect') {
        response.writeHead(302, { ...open, Location: 'http://hotel.example/' }).end();
      } else if (request.path === '/device') sendJson(response, 200, device, open);
      else sendJson(response, 400, { error: 'authorization_pending' }, open);
    });

  it.each([
    ['a page', 'page' as const, {}],
    ['a page, in a browser', 'page' as const, inBrowser],
    ['a redirect', 'redirect' as const, {}],
    ['a redirect that a browser hides', 'redirect' as const, inBrowser],
  ])(
    'knows a captive portal by %s at an address that has answered with JSON',
    async (_case, act, extra) => {
      portal = undefined;
      const server = await serveBehind();
      const tv = client({ endpoints: endpointsOf(server) }, extra);
      await tv.requestCode(never);
      expect((await tv.poll(authorization, never)).type).toBe('pending');
      portal = () => act;
      expect(problemOf(await tv.poll(authorization, never))).toBe(
        'transient-failure network-sign-in captive_portal',
      );
      expect(problemOf(await tv.requestCode(never))).toBe('failed network-sign-in captive_portal');
      portal = undefined;
      expect((await tv.poll(authorization, never)).type).toBe('pending');
    },
  );

  it('knows a captive portal from the metadata that an earlier run has kept', async () => {
    const kept = new Map<string, Members>();
    const metadataCache: MetadataCache = {
      get: (issuer) => Promise.resolve(kept.get(issuer)),
      set: (issuer, content) => {
        kept.set(issuer, content);
        return Promise.resolve();
      },
    };
    portal = () => 'page';
    const server = await serveBehind();
    await metadataCache.set(server.url, {
      issuer: server.url,
      device_authorization_endpoint: `${server.url}/device`,
      token_endpoint: `${server.url}/token`,
    });
    const tv = client({ issuer: server.url }, { metadataCache });
    expect(problemOf(await tv.requestCode(never))).toBe('failed network-sign-in captive_portal');
  });
});

describe('a fault in a browser', () => {
  const lost: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  /** Counts what goes out, sent or not. */
  const counting = (fetcher: typeof fetch) => {
    const requests: string[] = [];
    const counted: typeof fetch = (input, init) => {
      const asked = input instanceof Request ? input : new Request(input, init);
      const { method, url } = asked;
      requests.push(`${method} ${new URL(url).pathname}`);
      return fetcher(input, init);
    };
    return { requests, fetch: counted };
  };
  const answering = (status: number, headers: Record<string, string> = {}) =>
    serve((_request, response) => response.writeHead(status, headers).end());
  const reset = () => serve((_request, response) => response.destroy());

  it.each<[string, () => Promise<TestServer>, typeof fetch]>([
    ['a refused connection', () => answering(200), lost],
    ['a reset', reset, inBrowser.fetch],
    ['a 502 without CORS headers', () => answering(502), inBrowser.fetch],
    ['a 400 without CORS headers', () => answering(400), inBrowser.fetch],
    ['a redirect', () => answering(301, { Location: '/x', ...open }), inBrowser.fetch],
    ['a 500', () => answering(500, open), inBrowser.fetch],
  ])(
    'sends one request of its own at most in an attempt to find out about %s',
    async (_case, start, fetcher) => {
      const server = await start();
      const { requests, fetch: counted } = counting(fetcher);
      const extra = { ...inBrowser, fetch: counted };
      const tv = client({ endpoints: endpointsOf(server) }, extra);
      const posts = [];
      await tv.requestCode(never);
      posts.push('POST /device');
      for (let polls = 0; polls < 4; polls++) {
        await tv.poll(authorization, never);
        posts.push('POST /token');
      }
      expect(requests.filter((one) => one.startsWith('POST'))).toEqual(posts);
      expect(requests.length - posts.length).toBeLessThanOrEqual(1);
    },
  );

  it('asks for no relay where a browser could read the metadata of the same origin', async () => {
    const server = await serve((request, response) => {
      if (request.path.includes('.well-known')) {
        sendJson(
          response,
          200,
          {
            issuer: server.url,
            device_authorization_endpoint: `${server.url}/device`,
            token_endpoint: `${server.url}/token`,
          },
          open,
        );
      } else sendJson(response, 400, { error: 'unauthorized_client' });
    });
    const outcome = await client({ issuer: server.url }, inBrowser).requestCode(never);
    expect(problemOf(outcome)).toBe('failed server-error reply_without_cors');
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /.well-known/openid-configuration',
      'POST /device',
      'HEAD /',
    ]);
  });

  it('finds out anew in the next attempt why a server gives no reply', async () => {
    let up = false;
    const probed: typeof fetch = (input, init) =>
      up && init?.mode === 'no-cors' ? Promise.resolve(new Response()) : lost(input, init);
    const endpoints = {
      deviceAuthorization: 'https://id.example/d',
      token: 'https://id.example/t',
    };
    const tv = client({ endpoints }, { ...inBrowser, fetch: probed });
    expect(problemOf(await tv.requestCode(never))).toBe('failed server-unreachable unreachable');
    up = true;
    expect(problemOf(await tv.requestCode(never))).toBe(
      'failed browser-calls-refused cors_refused',
    );
  });

  it('knows a reply that ends early for a lost one, without a request of its own', async () => {
    const endingEarly: typeof fetch = () => {
      const body = new ReadableStream({ pull: (stream) => stream.error(new TypeError('network')) });
      return Promise.resolve(new Response(body));
    };
    const { requests, fetch: counted } = counting(endingEarly);
    const endpoints = {
      deviceAuthorization: 'https://id.example/d',
      token: 'https://id.example/t',
    };
    const outcome = await client({ endpoints }, { ...inBrowser, fetch: counted }).requestCode(
      never,
    );
    expect(problemOf(outcome)).toBe('failed server-unreachable unreachable');
    expect(requests).toEqual(['POST /d']);
  });

  it('takes no TypeError of `fetch` for proof of CORS', async () => {
    const endpoints = {
      deviceAuthorization: 'https://id.example/d',
      token: 'https://id.example/t',
    };
    const outcome = await client({ endpoints }, { ...inBrowser, fetch: lost }).requestCode(never);
    expect(problemOf(outcome)).toBe('failed server-unreachable unreachable');
  });
});

describe('the end of a request', () => {
  async function ended(request: WireRequest, signal = never): Promise<boolean[]> {
    const reports: boolean[] = [];
    const { send } = createHttp({
      dependencies: {
        fetch,
        clock: systemClock,
        isOnline: () => true,
        onRequestEnded: (answered) => reports.push(answered),
      },
    });
    await send({ request, signal });
    return reports;
  }

  it.each([200, 400, 503])('a request is reported as answered by status %i', async (status) => {
    const server = await serve((_request, response) => sendJson(response, status, {}));
    expect(await ended({ method: 'GET', url: server.url })).toEqual([true]);
  });

  it('a request is reported as unanswered when there is no connection', async () => {
    const server = await serve(() => undefined);
    await server.close();
    expect(await ended({ method: 'GET', url: server.url })).toEqual([false]);
  });

  it('a request is not reported when it was aborted or could not be sent', async () => {
    const server = await serve(() => undefined);
    const aborted = new AbortController();
    setTimeout(() => aborted.abort(), 50);
    expect(await ended({ method: 'GET', url: server.url }, aborted.signal)).toEqual([]);
    expect(await ended({ method: 'GET', url: 'no address' })).toEqual([]);
  });
});
