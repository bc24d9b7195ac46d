import { describe, expect, it } from 'vitest';
import { issuerOf, metadataUrls, readMetadata } from './discovery';
import type { Endpoints } from './providers/provider';
import { authorization, client, device, problemOf } from './testing/client';

const never = new AbortController().signal;
const issuer = 'https://id.example';

const metadata = {
  issuer,
  device_authorization_endpoint: `${issuer}/device`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  userinfo_endpoint: `${issuer}/me`,
};

/** A server behind `fetch`: its metadata as a test says, codes and tokens for all other requests. */
function answering(documents: Readonly<Record<string, unknown>>) {
  const requests: string[] = [];
  const fetcher: typeof fetch = (input, init) => {
    const { url } = new Request(input, init);
    requests.push(url);
    const content = url.includes('/.well-known/')
      ? documents[url]
      : { ...device, access_token: 'AT', refresh_token: 'RT' };
    return Promise.resolve(
      content === undefined
        ? new Response('', { status: 404 })
        : new Response(typeof content === 'string' ? content : JSON.stringify(content)),
    );
  };
  return { requests, fetch: fetcher };
}

/** A client for https addresses, as in production. */
const clientFor = (signIn: Record<string, unknown>, fetcher: typeof fetch) =>
  client({ allowInsecureHttp: false, ...signIn }, { fetch: fetcher });

describe('an issuer’s address', () => {
  it.each([
    ['https://id.example', 'https://id.example'],
    ['https://id.example/', 'https://id.example'],
    [' https://ID.Example/Realms/TV/ ', 'https://id.example/Realms/TV'],
    ['https://id.example:443/a', 'https://id.example/a'],
    ['https://id.example/.well-known/openid-configuration', 'https://id.example'],
    [
      'https://id.example/realms/tv/.well-known/openid-configuration',
      'https://id.example/realms/tv',
    ],
    [
      'https://id.example/realms/tv/.well-known/openid-configuration/',
      'https://id.example/realms/tv',
    ],
    ['https://id.example/.well-known/oauth-authorization-server', 'https://id.example'],
    [
      'https://id.example/.well-known/oauth-authorization-server/realms/tv',
      'https://id.example/realms/tv',
    ],
    [
      'https://id.example/.well-known/openid-configuration/realms/tv',
      'https://id.example/realms/tv',
    ],
  ])('takes the address %s for the issuer %s', (address, expected) => {
    expect(issuerOf(address)).toBe(expected);
    expect(metadataUrls(address)[0]).toBe(`${expected}/.well-known/openid-configuration`);
  });

  it('asks for RFC 8414 metadata with the issuer’s path after the well-known part', () => {
    expect(metadataUrls('https://id.example/realms/tv')[1]).toBe(
      'https://id.example/.well-known/oauth-authorization-server/realms/tv',
    );
  });

  it.each(['https://id.example/?tenant=1', 'https://id.example/#a', 'id.example', 'https://', ''])(
    'takes no address with a query, a fragment or without a host for an issuer (RFC 8414 §2): “%s”',
    (address) => {
      expect(issuerOf(address)).toBeUndefined();
      expect(metadataUrls(address)).toEqual([]);
    },
  );

  it('finds a server by the address of its metadata', async () => {
    const url = `${issuer}/.well-known/openid-configuration`;
    const server = answering({ [url]: metadata });
    expect((await clientFor({ issuer: url }, server.fetch).requestCode(never)).type).toBe('issued');
    expect(server.requests).toEqual([url, `${issuer}/device`]);
  });

  it.each(['https://ID.EXAMPLE', 'https://id.example:443/', 'https://id.example'])(
    'takes an issuer for the same that the metadata writes as %s',
    (named) => {
      const rules = { allowInsecureHttp: false, connectOrigins: [] };
      expect(readMetadata({ ...metadata, issuer: named }, issuer, rules)).toBeDefined();
    },
  );
});

describe('an endpoint that the metadata of an https issuer names with http', () => {
  const url = `${issuer}/.well-known/openid-configuration`;
  const withHttp = (name: string, path: string) =>
    answering({ [url]: { ...metadata, [name]: `http://id.example${path}` } });

  it.each<[keyof Endpoints, string]>([
    ['deviceAuthorization', 'device_authorization_endpoint'],
    ['token', 'token_endpoint'],
  ])(
    'names an http endpoint that a sign-in needs, with the usual cause: %s',
    async (_key, name) => {
      const server = withHttp(name, '/x?secret=1');
      const outcome = await clientFor({ issuer }, server.fetch).requestCode(never);
      expect(problemOf(outcome)).toBe('failed misconfigured endpoint_not_https');
      const { detail = '' } = outcome.type === 'failed' ? outcome.problem : {};
      expect(detail).toContain(`${name} that is not https: http://id.example/x`);
      expect(detail).toContain('X-Forwarded-Proto');
      expect(server.requests.every((one) => one.startsWith('https:'))).toBe(true);
    },
  );

  it.each(['/token', 'token', '//id.example/token', 'ftp://id.example/token'])(
    'names an endpoint that is no whole address, and blames no proxy: %s',
    async (address) => {
      const server = answering({ [url]: { ...metadata, token_endpoint: address } });
      const outcome = await clientFor({ issuer }, server.fetch).requestCode(never);
      expect(outcome).toMatchObject({
        problem: {
          kind: 'misconfigured',
          detail: `The server’s metadata names a token_endpoint that is no whole https address: ${address}. Set appSettings.signIn.endpoints.token.`,
        },
      });
    },
  );

  it('names an http revocation endpoint when a token is to be revoked', async () => {
    const server = withHttp('revocation_endpoint', '/revoke');
    const tokens = {
      accessToken: 'AT',
      credentials: { type: 'refresh' as const, refreshToken: 'R' },
    };
    const outcome = await clientFor({ issuer }, server.fetch).revoke(tokens, never);
    expect(outcome).toMatchObject({
      type: 'unsupported',
      problem: { kind: 'misconfigured', code: 'endpoint_not_https' },
    });
    expect(server.requests).toEqual([url]);
  });

  it('names an http userinfo endpoint when the account is asked for', async () => {
    const server = withHttp('userinfo_endpoint', '/me');
    const tv = clientFor({ issuer }, server.fetch);
    expect((await tv.poll(authorization, never)).type).toBe('approved');
    const outcome = await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
    expect(problemOf(outcome)).toBe('transient-failure misconfigured endpoint_not_https');
  });

  it('calls an endpoint of the settings in place of an http one', async () => {
    const server = withHttp('token_endpoint', '/token');
    const endpoints = { token: `${issuer}/own-token` };
    const tv = clientFor({ issuer, endpoints }, server.fetch);
    expect((await tv.poll(authorization, never)).type).toBe('approved');
    expect(server.requests).toContain(`${issuer}/own-token`);
  });

  it('hints at a proxy when the metadata names the issuer with http', async () => {
    const server = answering({ [url]: { ...metadata, issuer: 'http://id.example' } });
    const outcome = await clientFor({ issuer }, server.fetch).requestCode(never);
    expect(outcome).toMatchObject({ problem: { code: 'issuer_mismatch' } });
    expect(JSON.stringify(outcome)).toContain('X-Forwarded-Proto');
  });
});

describe('a query in an endpoint', () => {
  it('keeps the query of an endpoint with every request (RFC 6749 §3.1, §3.2)', async () => {
    const url = `${issuer}/.well-known/openid-configuration`;
    const withQueries: Record<string, unknown> = { issuer };
    for (const [name, address] of Object.entries(metadata)) {
      if (name !== 'issuer') withQueries[name] = `${address}?tenant=a%20b`;
    }
    const server = answering({ [url]: withQueries });
    const tv = clientFor({ issuer }, server.fetch);
    await tv.requestCode(never);
    await tv.poll(authorization, never);
    await tv.revoke({ accessToken: 'AT' }, never);
    await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
    expect(server.requests.slice(1)).toEqual(
      ['device', 'token', 'revoke', 'me'].map((path) => `${issuer}/${path}?tenant=a%20b`),
    );
  });
});

describe('metadata that is none', () => {
  const [first = '', second = ''] = metadataUrls(issuer);

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['404 at both addresses', {}, 'misconfigured metadata_missing'],
    ['an empty object', { [first]: {} }, 'server-error unreadable_reply'],
    [
      'an issuer that is null',
      { [first]: { ...metadata, issuer: null } },
      'server-error unreadable_reply',
    ],
    [
      'an issuer that is a number',
      { [first]: { ...metadata, issuer: 1 } },
      'server-error unreadable_reply',
    ],
    ['a list', { [first]: [] }, 'server-error unreadable_reply'],
    [
      'an error in place of metadata',
      { [first]: { error: 'access_denied', error_description: 'No TVs here.' } },
      'refused access_denied',
    ],
    [
      'a web page at the second address',
      { [second]: '<html></html>' },
      'server-error unreadable_reply',
    ],
    [
      'another issuer',
      { [first]: { ...metadata, issuer: 'https://evil.example' } },
      'misconfigured issuer_mismatch',
    ],
    [
      'a web page, then another issuer',
      { [first]: '<html></html>', [second]: { ...metadata, issuer: 'https://evil.example' } },
      'misconfigured issuer_mismatch',
    ],
    [
      'no device endpoint',
      { [first]: { ...metadata, device_authorization_endpoint: undefined } },
      'misconfigured device_endpoint_missing',
    ],
  ])('says why metadata is none: %s', async (_case, documents, expected) => {
    const outcome = await clientFor({ issuer }, answering(documents).fetch).requestCode(never);
    expect(problemOf(outcome)).toBe(`failed ${expected}`);
  });

  it('finds metadata at the second address behind a web page at the first', async () => {
    const server = answering({ [first]: '<html></html>', [second]: metadata });
    expect((await clientFor({ issuer }, server.fetch).requestCode(never)).type).toBe('issued');
  });
});
