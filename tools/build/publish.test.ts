import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startTestServer, type TestServer } from '../../src/oauth/testing/http-server.ts';
import { checkMetadata } from '../package/metadata.ts';
import { tizenConfig } from '../package/tizen-config.ts';
import { renderIndexHtml } from './index-html.ts';
import { publish } from './publish.ts';

const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server with metadata that name endpoints on its own host unless told otherwise. */
async function issuerWith(metadata: (url: string) => Record<string, unknown> = () => ({})) {
  const server = await startTestServer((request, response) => {
    if (request.path !== '/.well-known/openid-configuration') return sendJson(response, 404, {});
    sendJson(response, 200, {
      issuer: server.url,
      device_authorization_endpoint: `${server.url}/device`,
      token_endpoint: `${server.url}/token`,
      ...metadata(server.url),
    });
  });
  servers.push(server);
  return server.url;
}

const settingsOf = (signIn: Record<string, unknown>) => ({
  appSettings: { name: 'T', signIn: { clientId: 'tv', ...signIn } },
});

/** Where a published page and its Tizen package may connect to, and what was said meanwhile. */
async function published(
  signIn: Record<string, unknown>,
  options: { offline?: boolean; development?: boolean } = {},
) {
  const said: string[] = [];
  const { json, settings } = await publish(settingsOf(signIn), {
    ...options,
    report: (line) => said.push(line),
  });
  const policy = /connect-src ([^;]+)/.exec(renderIndexHtml(json))?.[1] ?? '';
  const metadata = { identifier: 'com.example.tv', version: '1.0.0', icon: 'icon.svg' };
  const access = tizenConfig(checkMetadata(metadata), settings).matchAll(
    /<access origin="([^"]+)" subdomains="(\w+)"/g,
  );
  return {
    page: policy.split(' ').filter((source) => /^https?:/.test(source)),
    tizen: [...access].map(([, origin, subdomains]) => `${origin} ${subdomains}`),
    listed: settings.signIn.connectOrigins,
    said: said.join('\n'),
  };
}

const insecure = { allowInsecureHttp: true };

describe('where a published app may connect to', () => {
  it('a published app may connect to the hosts of its issuer’s metadata only', async () => {
    const other = await issuerWith();
    const issuer = await issuerWith(() => ({ token_endpoint: `${other}/token` }));
    const { page, tizen, listed, said } = await published({
      issuer,
      ...insecure,
      connectOrigins: [other],
    });
    expect(page.sort()).toEqual([issuer, other].sort());
    expect(tizen.sort()).toEqual([`${issuer} false`, `${other} false`].sort());
    expect([...listed].sort()).toEqual([issuer, other].sort());
    expect(said).toContain(`Asking ${issuer} where its endpoints are`);
    expect(said).toContain(`The app will connect to ${issuer}, ${other} and to nothing else.`);
  });

  it('a published app may also connect to the channel’s API and to what is listed', async () => {
    const issuer = await issuerWith();
    const { page } = await published({
      issuer,
      ...insecure,
      apiOrigins: ['https://api.example/v1'],
      connectOrigins: ['cdn.example'],
    });
    expect(page).toEqual([issuer, 'https://api.example', 'https://cdn.example']);
  });

  it('a published app with a relay asks no issuer and connects to the relay', async () => {
    const { page, tizen, said } = await published({
      issuer: 'https://id.invalid',
      relay: 'https://relay.example/r',
    });
    expect(page).toEqual(['https://relay.example']);
    expect(tizen).toEqual(['https://relay.example false']);
    expect(said).not.toContain('Asking');
  });

  it('a published app of a known system asks no server', async () => {
    const { page, tizen, said } = await published({ provider: 'github' });
    expect(page).toEqual(['https://github.com', 'https://api.github.com']);
    expect(tizen).not.toContain('* false');
    expect(said).not.toContain('Asking');
  });

  it.each<[string, Record<string, unknown>]>([
    ['no endpoints', {}],
    [
      'some endpoints',
      {
        endpoints: {
          token: 'https://id.tv.invalid/t',
          deviceAuthorization: 'https://id.tv.invalid/d',
        },
      },
    ],
  ])(
    'an issuer that cannot be reached leaves its own domain to connect to when the settings name %s',
    async (_what, signIn) => {
      const { page, tizen, said, listed } = await published({
        issuer: 'https://id.tv.invalid',
        ...signIn,
      });
      expect(page).toEqual(['https://id.tv.invalid', 'https://*.tv.invalid']);
      expect(tizen).toEqual(['https://id.tv.invalid false', 'https://tv.invalid true']);
      expect(listed).toEqual([]);
      expect(said).toMatch(
        /https:\/\/id\.tv\.invalid does not say where.*connectOrigins.*--offline/s,
      );
    },
    30_000,
  );

  it('an issuer that cannot be reached is no obstacle when its hosts are listed', async () => {
    const signIn = { issuer: 'https://id.invalid', connectOrigins: ['https://token.invalid'] };
    const { page, said } = await published(signIn);
    expect(page).toEqual(['https://id.invalid', 'https://token.invalid']);
    expect(said).toContain('https://id.invalid does not say where');
  }, 30_000);

  it('an issuer that never answers holds nothing up for longer than ten seconds', async () => {
    const server = await startTestServer(() => {});
    servers.push(server);
    const startedMs = performance.now();
    const { page } = await published({ issuer: server.url, ...insecure });
    expect(page).toEqual([server.url]);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  }, 30_000);

  it('an issuer that cannot be reached is named with the cause that Node gives', async () => {
    const server = await startTestServer(() => {});
    await server.close();
    const { said } = await published({ issuer: server.url, ...insecure });
    expect(said).toContain(`${server.url} does not say where its endpoints are (ECONNREFUSED).`);
  });

  it('offline nothing is asked, and the app connects to what the settings name', async () => {
    const { page, said } = await published({ issuer: 'https://id.example' }, { offline: true });
    expect(page).toEqual(['https://id.example']);
    expect(said).not.toContain('Asking');
  });

  it('a development server that does not run yet is no obstacle', async () => {
    const { page, said } = await published({ issuer: 'http://localhost:9', ...insecure });
    expect(page).toEqual(['http://localhost:9']);
    expect(said).toContain('http://localhost:9 does not say where');
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'on a foreign host',
      { token_endpoint: 'https://tokens.evil.example/t' },
      /connectOrigins: https:\/\/tokens\.evil\.example/,
    ],
    [
      'on a foreign host, beside the ones for sign-in',
      { userinfo_endpoint: 'https://evil.example/u' },
      /evil\.example/,
    ],
    ['without TLS', { token_endpoint: 'http://id.example/t' }, /not https/],
    [
      'that would be a part of the policy',
      { token_endpoint: "https://id.example;script-src'unsafe-inline'/t" },
      /no whole https/,
    ],
    ['on any host', { revocation_endpoint: 'https://*/revoke' }, /no whole https/],
    ['for devices nowhere', { device_authorization_endpoint: undefined }, /where devices sign in/],
  ])(
    'nothing is published when metadata name an endpoint %s',
    async (_what, metadata, sentence) => {
      const issuer = await issuerWith(() => metadata);
      await expect(published({ issuer, ...insecure })).rejects.toThrow(sentence);
    },
  );

  it('an endpoint that the settings name replaces one that may not be called', async () => {
    const issuer = await issuerWith(() => ({ token_endpoint: 'https://evil.example/t' }));
    const { page } = await published({ issuer, ...insecure, endpoints: { token: `${issuer}/t` } });
    expect(page).toEqual([issuer]);
  });
});
