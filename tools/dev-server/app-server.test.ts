import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DevServer, startDevServer } from './app-server.ts';
import { send } from './authorization-server/testing/tv.ts';
import { withoutSecrets } from './console-facts.ts';
import { isPortTaken } from './listen.ts';
import { lanAddress } from './public-host.ts';
import { withIssuer } from './systems.ts';

const settings = {
  appSettings: {
    name: 'Test Channel',
    signIn: { issuer: 'http://localhost:4001', clientId: 'tv', clientSecret: 'hush' },
  },
};

let folder: string;
let server: DevServer;

function start(outDir: string | Promise<string>): Promise<DevServer> {
  return startDevServer({ host: '127.0.0.1', appPort: 0, authPort: 0, settings, outDir });
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'site-'));
  const site = path.join(folder, 'site');
  mkdirSync(path.join(site, 'static'), { recursive: true });
  writeFileSync(path.join(site, 'appBundle.js'), 'start();');
  writeFileSync(path.join(site, 'static', 'face.woff2'), 'glyphs');
  writeFileSync(path.join(folder, 'private.txt'), 'not for the web');
  server = await start(site);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Asks for a path as it stands: fetch would tidy dots away and add Cache-Control. */
function statusOf(
  urlPath: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port: server.appPort, path: urlPath, headers };
    const asked = request(where, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('The TV app’s page', () => {
  it.each(['', 'index.html'])(
    'the page at /%s names the running authorization server',
    async (page) => {
      const { text, headers } = await send(server.appUrl + page);
      expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8');
      expect(text).toContain(`"issuer": "${server.authUrl}"`);
      expect(text).toContain('<title>Test Channel</title>');
    },
  );

  it('the page runs no lever unless its address asks for one', async () => {
    expect((await send(server.appUrl)).text).not.toContain('tv-levers.js');
    const { text } = await send(`${server.appUrl}?qa=clock:3600`);
    expect(text.indexOf('/qa/tv-levers.js')).toBeGreaterThan(0);
    expect(text.indexOf('/qa/tv-levers.js')).toBeLessThan(text.indexOf('appBundle.js'));
  });

  it('the page waits for a build that is still going on', async () => {
    let built: (outDir: string) => void = () => {};
    const late = await start(
      new Promise((resolve) => {
        built = resolve;
      }),
    );
    const asked = send(late.appUrl);
    const first = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 100))]);
    expect(first).toBeUndefined();
    built(path.join(folder, 'site'));
    expect((await asked).status).toBe(200);
    await late.close();
  });

  it('the running server stands for the default issuer wherever the settings name it', () => {
    const signIn = {
      issuer: 'http://localhost:4001',
      apiOrigins: ['http://localhost:4001', 'https://api.example'],
    };
    expect(withIssuer({ appSettings: { signIn } }, 'http://localhost:9')).toEqual({
      appSettings: {
        signIn: {
          issuer: 'http://localhost:9',
          apiOrigins: ['http://localhost:9', 'https://api.example'],
        },
      },
    });
  });

  it.each([
    ' http://localhost:4001/ ',
    'HTTP://LOCALHOST:4001',
    'http://localhost:4001/.well-known/openid-configuration',
  ])('the running server stands for the default issuer written as %j', (issuer) => {
    expect(withIssuer({ appSettings: { signIn: { issuer } } }, 'http://localhost:9')).toEqual({
      appSettings: { signIn: { issuer: 'http://localhost:9' } },
    });
  });

  it('leaves an issuer alone that is not the default one', () => {
    const own = { appSettings: { signIn: { issuer: 'https://id.example' } } };
    expect(withIssuer(own, 'http://localhost:9')).toEqual(own);
    expect(withIssuer('nonsense', 'http://localhost:9')).toBe('nonsense');
  });
});

describe('The headers of the TV app’s page', () => {
  it('the page comes with the headers that a hosted site has, and its whole policy', async () => {
    const { headers } = await fetch(server.appUrl);
    expect(headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; .*frame-ancestors 'self'$/,
    );
    expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(headers.get('Permissions-Policy')).toContain('camera=()');
  });
});

describe('What everyone can read at the development server', () => {
  const hidden = 'hidden-9f3a';
  const secretive = {
    internal: { note: hidden },
    platformSettings: { note: hidden },
    appSettings: {
      name: 'Test Channel',
      analytics: hidden,
      channel: { cms: { password: hidden } },
      signIn: {
        issuer: 'http://localhost:4001',
        clientId: 'tv',
        clientSecret: hidden,
        allowInsecureHttp: true,
        isuer: hidden,
        parameters: { client_secret: hidden, token: { client_assertion: hidden } },
      },
    },
  };

  it.each([
    '',
    'index.html',
    '?qa',
    '?provider=github',
    '?provider=trakt',
    'qa/facts.json',
    'qa/facts.json?provider=plex',
  ])('nothing that is secret or unknown is at /%s', async (where) => {
    const other = await startDevServer({
      host: '127.0.0.1',
      appPort: 0,
      authPort: 0,
      settings: secretive,
      outDir: path.join(folder, 'site'),
    });
    try {
      const response = await fetch(other.appUrl + where);
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).toContain('Test Channel');
      expect(text).not.toContain(hidden);
      expect(text).not.toContain('clientSecret');
    } finally {
      await other.close();
    }
  });

  it('a client with a secret calls through the server’s relay, which knows the secret', async () => {
    const page = await (await fetch(server.appUrl)).text();
    expect(page).toContain('"relay": "relay"');
    expect(page).not.toContain('hush');
  });
});

describe('The site’s files', () => {
  it('files of the site come with their type, and again only when they changed', async () => {
    const first = await send(`${server.appUrl}static/face.woff2`);
    expect(first.text).toBe('glyphs');
    expect(first.headers.get('Content-Type')).toBe('font/woff2');
    expect(first.headers.get('Cache-Control')).toBe('no-cache');
    const headers = { 'If-None-Match': first.headers.get('ETag') ?? '' };
    expect(await statusOf('/static/face.woff2', headers)).toBe(304);
  });

  it.each([
    '/../private.txt',
    '/%2e%2e/private.txt',
    '/static/..%2f..%2fprivate.txt',
    '/static/%00',
    '/%zz',
    '/static',
    '/missing.js',
  ])('nothing but files of the site is served: %s is not found', async (urlPath) => {
    expect(await statusOf(urlPath)).toBe(404);
  });
});

describe('The QA console', () => {
  it('the QA console is a page beside the app', async () => {
    const { status, text } = await send(server.qaUrl);
    expect(status).toBe(200);
    expect(text).toContain('QA console');
  });

  it('the QA console knows where the control API is, and no secret of the settings', async () => {
    const { json, text } = await send(`${server.qaUrl}/facts.json`);
    expect(json).toMatchObject({
      issuer: server.authUrl,
      control: `${server.authUrl}/control`,
      versions: { app: expect.any(String), 'oidc-provider': expect.any(String) },
    });
    expect(text).not.toContain('hush');
    expect(withoutSecrets({ list: [{ apiKey: 'a', name: 'b' }] })).toEqual({
      list: [{ apiKey: '(left out)', name: 'b' }],
    });
  });

  it('the QA console gets no client credentials of the settings, and the addresses of the calls', () => {
    const endpoints = {
      deviceAuthorization: 'https://id.example/device',
      token: 'https://id.example/token',
    };
    const parameters = { client_assertion: 'a', audience: 'b' };
    const headers = { Authorization: 'Basic a' };
    expect(withoutSecrets({ signIn: { endpoints, parameters, headers, tokens: ['a'] } })).toEqual({
      signIn: {
        endpoints,
        parameters: { client_assertion: '(left out)', audience: 'b' },
        headers: { Authorization: '(left out)' },
        tokens: ['(left out)'],
      },
    });
  });

  it.each([
    ['a name that was bound to this machine', { Host: 'evil.example' }],
    ['a tunnel', { 'X-Forwarded-For': '203.0.113.9' }],
    ['a proxy', { Forwarded: 'for=203.0.113.9' }],
    ['a page of another site', { Origin: 'https://evil.example' }],
  ])('the QA console is not for %s', async (_who, headers) => {
    for (const page of ['/qa', '/qa/', '/qa/console.js', '/qa/facts.json']) {
      expect(await statusOf(page, headers), page).toBe(403);
    }
    expect(await statusOf('/qa/facts.json')).toBe(200);
  });
});

describe('A stand-in that the address asks for', () => {
  const signInOf = (page: string) =>
    (
      JSON.parse(/<script[^>]*id="settings"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? '{}') as {
        appSettings: { name: string; signIn: Record<string, string> };
      }
    ).appSettings;

  it('a stand-in is started once, and the page gets its settings', async () => {
    const first = signInOf((await send(`${server.appUrl}?provider=github`)).text);
    expect(first).toMatchObject({
      name: 'Test Channel',
      signIn: { provider: 'github', relay: 'relay/github' },
    });
    const again = signInOf((await send(`${server.appUrl}?provider=github`)).text);
    expect(again).toEqual(first);
    expect(signInOf((await send(server.appUrl)).text).signIn['issuer']).toBe(server.authUrl);
    const facts = (await send(`${server.qaUrl}/facts.json?provider=github`)).json;
    expect(facts).toMatchObject({ provider: 'embedded', settings: { appSettings: first } });
  });

  it('the stand-ins are listed when the address names one that is not known', async () => {
    const { status, text } = await send(`${server.appUrl}?provider=githubb`);
    expect(status).toBe(404);
    expect(text).toContain('Known: amazon-lwa');
  });

  it('a stand-in has a relay of its own, which forwards nothing to another', async () => {
    const of = async (name: string) => {
      const { signIn } = signInOf((await send(`${server.appUrl}?provider=${name}`)).text);
      return String(signIn['issuer']);
    };
    const github = await of('github');
    const google = await of('google');
    const ask = (name: string, issuer: string) =>
      send(`${server.appUrl}relay/${name}/${issuer.replace('://', '/')}/login/device/code`, {
        method: 'POST',
        headers: { Origin: server.appUrl.replace(/\/$/, '') },
        body: new URLSearchParams({ client_id: 'Iv1.abcdef', scope: 'read:user' }),
      });
    expect((await ask('github', github)).json).toHaveProperty('user_code');
    expect((await ask('google', github)).status).toBe(403);
    expect((await ask('github', google)).status).toBe(403);
    // Only stand-ins that were asked for run.
    expect((await ask('twitch', github)).status).toBe(405);
  });

  it('orders for codes of the embedded server also decide those of a stand-in', async () => {
    const { signIn } = signInOf((await send(`${server.appUrl}?provider=twitch`)).text);
    const ask = (path: string, form: Record<string, string>) =>
      send(signIn['issuer'] + path, { method: 'POST', body: new URLSearchParams(form) });
    const order = (path: string, body = {}) =>
      send(`${server.authUrl}/control${path}`, { method: 'POST', body: JSON.stringify(body) });
    const request = { client_id: 'c', scopes: 'user:read:follows' };
    const first = (await ask('/oauth2/device', request)).json;
    expect((await order('/codes/latest/approve', { account: 'grace' })).json).toMatchObject({
      error: 'unknown-account',
    });
    const approved = await order(`/codes/${String(first['user_code'])}/approve`, {
      account: 'ada',
    });
    expect(approved.json).toMatchObject({ system: 'twitch', status: 'approved', account: 'ada' });
    expect((await order('/codes/latest/deny')).status).toBe(409);
    await ask('/oauth2/device', request);
    expect((await order('/codes/latest/expire')).json).toMatchObject({ status: 'expired' });
    await ask('/oauth2/device', request);
    expect((await order('/codes/latest/deny')).json).toMatchObject({ status: 'denied' });
    expect(server.control.state().codes.map(({ system }) => system)).toEqual([
      'twitch',
      'twitch',
      'twitch',
    ]);
    expect(server.control.log().map(({ system, endpoint }) => `${system} ${endpoint}`)).toEqual([
      'twitch device',
      'twitch device',
      'twitch device',
    ]);
  });
});

describe('Starting', () => {
  it.skipIf(lanAddress() === undefined)(
    'a server on one address of the network keeps the QA console within reach of this machine',
    async () => {
      const host = lanAddress() ?? '';
      const outDir = path.join(folder, 'site');
      const onLan = await startDevServer({ host, appPort: 0, authPort: 0, settings, outDir });
      try {
        expect((await send(onLan.appUrl)).status).toBe(200);
        expect(onLan.appUrl).toContain(host);
        expect((await send(onLan.qaUrl)).status).toBe(200);
        const facts = (await send(`${onLan.qaUrl}/facts.json`)).json;
        expect((await send(`${String(facts['control'])}/state`)).status).toBe(200);
        expect((await send(`${onLan.appUrl}qa`)).status).toBe(403);
      } finally {
        await onLan.close();
      }
    },
  );

  it('a server that cannot start says which port is taken and frees the other', async () => {
    const taken = {
      host: '127.0.0.1',
      appPort: server.appPort,
      authPort: 0,
      settings,
      outDir: '.',
    };
    const second = startDevServer(taken);
    await expect(second).rejects.toThrow(`choose another with PORT=${server.appPort + 1}.`);
    await expect(second).rejects.toSatisfy(isPortTaken);
  });
});
