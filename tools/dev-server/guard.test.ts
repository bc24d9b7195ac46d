import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendJson, startTestServer, type TestServer } from '../../src/oauth/testing/http-server.ts';
import { isAllowedHost, readAllowedHosts } from './allowed-hosts.ts';
import { type DevServer, startDevServer } from './app-server.ts';
import { listen } from './listen.ts';
import { lanAddress, publicHost } from './public-host.ts';
import { ask, fromPage } from './testing/ask.ts';

const evil = 'https://evil.example';
const formType = 'application/x-www-form-urlencoded';

let target: TestServer;
let server: DevServer;
let standInPort: number;

/** Every listener, and something of it that answers. */
const listeners: readonly (readonly [name: string, port: () => number, path: string])[] = [
  ['the TV app', () => server.appPort, '/package.json'],
  ['the QA console', () => server.appPort, '/qa'],
  ['the verification page', () => server.authPort, '/device'],
  ['the authorization server', () => server.authPort, '/.well-known/openid-configuration'],
  ['the control API', () => server.authPort, '/control/state'],
  ['a stand-in', () => standInPort, '/login/device'],
];

beforeAll(async () => {
  target = await startTestServer((request, response) => {
    if (request.path === '/userinfo') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<script>alert(1)</script>');
    } else sendJson(response, 200, { access_token: 'SECRET-TOKEN' });
  });
  const endpoints = {
    deviceAuthorization: `${target.url}/device`,
    token: `${target.url}/token`,
    userinfo: `${target.url}/userinfo`,
  };
  const signIn = { endpoints, clientId: 'tv', relay: '/relay', allowInsecureHttp: true };
  server = await startDevServer({
    host: '127.0.0.1',
    appPort: 0,
    authPort: 0,
    settings: { appSettings: { name: 'T', signIn } },
    clientSecret: 'hush',
    allowedHosts: ['tv.example', '*.grid.example'],
    outDir: process.cwd(),
  });
  const page = (await ask(server.appPort, 'GET', '/?provider=github')).text;
  standInPort = Number(/"issuer":\s*"http:\/\/[^"]*:(\d+)"/.exec(page)?.[1]);
});

afterAll(async () => {
  await Promise.all([server.close(), target.close()]);
});

describe.each(listeners)('%s', (_name, port, path) => {
  it.each([
    ['another site’s name', 'evil.example'],
    ['another site’s name with the port', 'evil.example:8080'],
    ['a name that begins like loopback', 'localhost.evil.example'],
    ['a name that ends like loopback', 'evillocalhost'],
    ['a name of digits', '127.0.0.1.evil.example'],
    ['every interface', '0.0.0.0'],
    ['an address of the network', '192.168.77.7'],
    ['a name that only ends like an allowed one', 'eviltv.example'],
    ['the name that a wildcard stands below', 'grid.example'],
  ])('answers nothing when the Host is %s', async (_what, host) => {
    const answer = await ask(port(), 'GET', path, { Host: host });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('ALLOWED_HOSTS');
  });

  it('answers nothing when a whole address names another host', async () => {
    expect((await ask(port(), 'GET', `http://evil.example${path}`)).status).toBe(403);
  });

  it.each(['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '127.0.0.2', '[::1]'])(
    'answers when the Host is %s, a name of loopback',
    async (host) => {
      expect((await ask(port(), 'GET', path, { Host: `${host}:1234` })).status).not.toBe(403);
    },
  );

  it('lets no other site show it in a frame, and no browser guess its type', async () => {
    const { headers } = await ask(port(), 'GET', path);
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'self'/);
    expect(headers['content-security-policy']).not.toMatch(/frame-ancestors[^;]*\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('says the same of what is not found, not allowed or wrong', async () => {
    for (const [method, where] of [
      ['GET', '/no/such/thing'],
      ['DELETE', path],
      ['GET', '/%E0%A4%A'],
    ] as const) {
      const { headers } = await ask(port(), method, where);
      expect(headers['content-security-policy'], where).toMatch(/frame-ancestors 'self'/);
      expect(headers['x-content-type-options'], where).toBe('nosniff');
    }
  });
});

describe('ALLOWED_HOSTS', () => {
  it.each(['tv.example', 'TV.example:80', 'a.grid.example', 'a.b.grid.example'])(
    'lets the app and the authorization server answer as %s',
    async (host) => {
      expect((await ask(server.appPort, 'GET', '/', { Host: host })).status).toBe(200);
      const issuer = await ask(server.authPort, 'GET', '/device', { Host: host });
      expect(issuer.status).toBe(200);
    },
  );

  it('ALLOWED_HOSTS opens neither the control API nor the QA console', async () => {
    const headers = { Host: 'tv.example' };
    expect((await ask(server.authPort, 'GET', '/control/state', headers)).status).toBe(403);
    expect((await ask(server.appPort, 'GET', '/qa', headers)).status).toBe(403);
  });

  it('ALLOWED_HOSTS is read as names with commas between them', () => {
    expect(readAllowedHosts('')).toEqual([]);
    expect(readAllowedHosts(' TV.example:8080, *.grid.example ,[FD00::0:1],')).toEqual([
      'tv.example',
      '*.grid.example',
      'fd00::1',
    ]);
  });

  it.each(['*', '*.', 'a.*', 'http://tv.example', 'tv.example/x', 'a b', 'user@tv.example'])(
    'ALLOWED_HOSTS is refused with a sentence when it holds %j',
    (text) => {
      expect(() => readAllowedHosts(`tv.example,${text}`)).toThrow(/ALLOWED_HOSTS must be names/);
    },
  );

  it('the first name in ALLOWED_HOSTS is that of a server on every interface', () => {
    expect(publicHost('0.0.0.0', ['*.grid.example', 'tv.example', 'b.example'])).toBe('tv.example');
    expect(publicHost('::', ['fd00::1'])).toBe('[fd00::1]');
    expect(publicHost('0.0.0.0', ['*.grid.example'])).toBe(lanAddress() ?? 'localhost');
    expect(publicHost('localhost', ['tv.example'])).toBe('localhost');
  });

  it('ALLOWED_HOSTS is not needed for the addresses that HOST lets in', () => {
    expect(isAllowedHost('192.0.2.1:8080', '192.0.2.1', [])).toBe(true);
    expect(isAllowedHost('tv.lan:8080', 'tv.lan', [])).toBe(true);
    expect(isAllowedHost('[2001:DB8:0::1]:8080', '2001:db8::1', [])).toBe(true);
    expect(isAllowedHost('192.0.2.2', '192.0.2.1', [])).toBe(false);
    expect(isAllowedHost('evil.example', '0.0.0.0', [])).toBe(false);
    const lan = lanAddress();
    if (lan === undefined) return;
    expect(isAllowedHost(`${lan}:8080`, '0.0.0.0', [])).toBe(true);
    expect(isAllowedHost(`${lan}:8080`, '::', [])).toBe(true);
    expect(isAllowedHost(`${lan}:8080`, 'localhost', [])).toBe(false);
  });
});

describe('the relay', () => {
  const form = 'grant_type=x&client_id=tv';
  const own = () => `http://localhost:${server.appPort}`;
  const path = () => `/relay/${target.url.replace('://', '/')}`;
  const post = (headers: Record<string, string>) =>
    ask(server.appPort, 'POST', `${path()}/token`, { 'Content-Type': formType, ...headers }, form);

  it.each<[string, Record<string, string>]>([
    ['no word of a page', {}],
    ['the Origin of another site', { Origin: evil }],
    ['the Origin of another port', { Origin: 'http://localhost:3000' }],
    ['the Origin null', { Origin: 'null' }],
    ['a cross-site page without Origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a same-site page without Origin', { 'Sec-Fetch-Site': 'same-site' }],
    ['a typed address', { 'Sec-Fetch-Site': 'none' }],
    ['the page’s own site but no Origin', { 'Sec-Fetch-Site': 'same-origin' }],
    ['another site’s Referer', { Referer: `${evil}/` }],
    ['another site’s Host', { Host: 'evil.example', Origin: 'http://evil.example' }],
  ])('adds no secret for a call with %s, and does not make it', async (_what, headers) => {
    const before = target.seen.length;
    const answer = await post(headers);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('SECRET-TOKEN');
    expect(target.seen).toHaveLength(before);
  });

  it('refuses an Origin that contradicts Sec-Fetch-Site, and the other way round', async () => {
    const one = { Origin: own(), 'Sec-Fetch-Site': 'cross-site' };
    const other = { Origin: evil, 'Sec-Fetch-Site': 'same-origin' };
    expect((await post(one)).status).toBe(403);
    expect((await post(other)).status).toBe(403);
  });

  it('adds the secret for a page of the app’s own origin, old browsers’ included', async () => {
    expect((await post({ Origin: own() })).status).toBe(200);
    expect(target.seen.at(-1)?.form['client_secret']).toBe('hush');
    const newer = { Origin: own(), 'Sec-Fetch-Site': 'same-origin' };
    expect((await post(newer)).status).toBe(200);
    const named = { Host: 'tv.example', Origin: 'http://tv.example' };
    expect((await post(named)).status).toBe(200);
  });

  it('passes a page of the server behind it on as text that runs nothing', async () => {
    const answer = await ask(server.appPort, 'GET', `${path()}/userinfo`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toContain('sandbox');
  });

  it('refuses a request that is too long, and says so', async () => {
    const long = 'a'.repeat(65 * 1024);
    const headers = { ...fromPage(own()) };
    const answer = await ask(server.appPort, 'POST', `${path()}/token`, headers, long);
    expect(answer.status).toBe(413);
  });
});

/** Asks the stand-in for a code. */
async function standInUserCode(): Promise<string> {
  const { text } = await ask(
    standInPort,
    'POST',
    '/login/device/code',
    { 'Content-Type': formType, Accept: 'application/json' },
    'client_id=Iv1.abcdef&scope=read:user',
  );
  return (JSON.parse(text) as { user_code: string }).user_code;
}

describe('the verification pages', () => {
  const pages: readonly (readonly [string, () => number, string])[] = [
    ['the verification page', () => server.authPort, '/device'],
    ['a stand-in’s page', () => standInPort, '/login/device'],
  ];

  it.each(pages)('%s is shown in a frame by the QA console alone', async (_name, port, path) => {
    const { headers } = await ask(port(), 'GET', path);
    const framedBy = /frame-ancestors ([^;]*)/.exec(headers['content-security-policy'] ?? '')?.[1];
    expect(framedBy).toBe(
      `'self' http://localhost:${server.appPort} http://127.0.0.1:${server.appPort}`,
    );
  });

  it.each<[string, Record<string, string>]>([
    ['the Origin of another site', { Origin: evil }],
    ['the Origin of another port', { Origin: 'http://localhost:1' }],
    ['the Origin null', { Origin: 'null' }],
    ['another site’s Referer', { Referer: `${evil}/page` }],
    ['a cross-site page', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a same-site page', { 'Sec-Fetch-Site': 'same-site' }],
    ['no word of a page', {}],
  ])('take no decision with %s', async (_what, headers) => {
    const issued = await ask(
      server.authPort,
      'POST',
      '/device/auth',
      { 'Content-Type': formType, Origin: evil },
      'client_id=tv',
    );
    const { user_code } = JSON.parse(issued.text) as { user_code: string };
    const body = `step=decision&user_code=${user_code}&account=ada&decision=allow`;
    const sent = { 'Content-Type': formType, ...headers };
    expect((await ask(server.authPort, 'POST', '/device', sent, body)).status).toBe(403);
    const other = await standInUserCode();
    const decision = `user_code=${other}&decision=approved`;
    expect((await ask(standInPort, 'POST', '/login/device', sent, decision)).status).toBe(403);
    const { codes } = server.control.state();
    const undecided = codes.filter(({ userCode }) => [user_code, other].includes(userCode));
    expect(undecided.map(({ status }) => status)).toEqual(['pending', 'pending']);
    const own = (port: number) => fromPage(`http://localhost:${port}`);
    await ask(server.authPort, 'POST', '/device', own(server.authPort), body);
    await ask(standInPort, 'POST', '/login/device', own(standInPort), decision);
    const decided = server.control
      .state()
      .codes.filter(({ userCode }) => [user_code, other].includes(userCode));
    expect(decided.map(({ status }) => status)).toEqual(['approved', 'approved']);
  });

  it.each(['HEAD', 'GET', 'PUT', 'DELETE'])(
    'a stand-in’s page decides nothing by %s',
    async (method) => {
      const user_code = await standInUserCode();
      const path = `/login/device?user_code=${user_code}&decision=approved`;
      await ask(standInPort, method, path, { Origin: `http://localhost:${standInPort}` });
      const code = server.control.state().codes.find(({ userCode }) => userCode === user_code);
      expect(code?.status).toBe('pending');
    },
  );
});

describe('the control API', () => {
  const patch = (headers: Record<string, string>) =>
    ask(server.authPort, 'PATCH', '/control/settings', headers, '{"latencyMs":0}');

  it.each<[string, Record<string, string>]>([
    ['a cross-site page without Origin', { 'Sec-Fetch-Site': 'cross-site' }],
    [
      'a cross-site page that claims loopback',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost:1' },
    ],
    ['another site’s Origin', { Origin: evil }],
    [
      'another site’s Origin that calls itself same-site',
      { Origin: evil, 'Sec-Fetch-Site': 'same-site' },
    ],
    ['the Origin null', { Origin: 'null' }],
    ['another site’s Referer without Origin', { Referer: `${evil}/` }],
    [
      'another site’s Referer that begins like loopback',
      { Referer: 'http://localhost.evil.example/' },
    ],
  ])('refuses %s', async (_what, headers) => {
    expect((await patch(headers)).status).toBe(403);
    const log = await ask(server.authPort, 'GET', '/control/log', headers);
    expect(log.status).toBe(403);
  });

  it('answers programs of this machine, and the QA console', async () => {
    expect((await patch({})).status).toBe(200);
    const origin = `http://localhost:${server.appPort}`;
    expect((await patch({ Origin: origin, 'Sec-Fetch-Site': 'same-site' })).status).toBe(200);
  });
});

describe('a link of another site', () => {
  const foreign: readonly Record<string, string>[] = [
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Referer: `${evil}/` },
  ];

  it.each(foreign)(
    'a link of another site does nothing in the QA console before a person continues: %j',
    async (headers) => {
      const link = '/qa?do=key-ok.approve-ada&latency=300';
      const asked = await ask(server.appPort, 'GET', link, headers);
      expect(asked.status).toBe(403);
      expect(asked.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(asked.text).toContain('href="/qa?do=key-ok.approve-ada&amp;latency=300"');
      expect(asked.text).not.toContain('<script');
      const continued = await ask(server.appPort, 'GET', link, { 'Sec-Fetch-Site': 'same-origin' });
      expect(continued.text).toContain('/qa/console.js');
      const typed = await ask(server.appPort, 'GET', link, { 'Sec-Fetch-Site': 'none' });
      expect(typed.text).toContain('/qa/console.js');
    },
  );

  it.each(foreign)('a link of another site starts no stand-in: %j', async (headers) => {
    for (const path of [
      '/?provider=twitch',
      '/index.html?provider=twitch',
      '/qa/facts.json?provider=twitch',
    ]) {
      expect((await ask(server.appPort, 'GET', path, headers)).status, path).toBe(403);
    }
    const github = await ask(server.appPort, 'GET', '/?provider=github', headers);
    expect(github.status).toBe(200);
  });

  it('a link of another site is shown as it stands, whatever is in it', async () => {
    const path = '/qa?do=%22%3E<script>x';
    const { text } = await ask(server.appPort, 'GET', path, { 'Sec-Fetch-Site': 'cross-site' });
    expect(text).not.toContain('<script>');
  });
});

describe('a request without an end', () => {
  /** Sends something, and waits for the connection to end. @returns what came back */
  const talk = (port: number, first: string, drip?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(first));
      const dripping = setInterval(() => drip !== undefined && socket.write(drip), 50);
      socket.on('data', (chunk) => {
        answer += chunk.toString();
      });
      socket.on('close', () => {
        clearInterval(dripping);
        resolve(answer);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
      });
    });

  it('ends the connection of a head or a body that drips', async () => {
    const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
    const { port, close } = await listen(
      (request, response) => {
        request.resume();
        request.on('end', () => response.end());
      },
      { host: '127.0.0.1', port: 0, variable: 'PORT', limits },
    );
    expect(await talk(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n', 'X: y\r\n')).toMatch(/ 408 /);
    const body = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n';
    expect(await talk(port, body, 'x')).toMatch(/ 408 /);
    await close();
  });

  it.each(listeners)('answers a head of 20 kB with 431: %s', async (_name, port, path) => {
    const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`;
    expect(await talk(port(), head)).toMatch(/ 431 /);
  });

  it.each(listeners.filter(([name]) => !['the TV app', 'the QA console'].includes(name)))(
    'answers a body of more than 64 kB with 413, before it has come: %s',
    async (_name, port, path) => {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${formType}\r\n`;
      expect(await talk(port(), `${head}Content-Length: 100000000\r\n\r\n`)).toMatch(/ 413 /);
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`;
      expect(await talk(port(), chunked)).toMatch(/ 413 /);
    },
  );
});
