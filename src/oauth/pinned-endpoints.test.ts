import { describe, expect, it } from 'vitest';
import type { AuthorizationServer } from './authorization-server';
import { asCredentials, type Credentials } from './credentials';
import { type MetadataCache, readMetadata } from './discovery';
import type { Members } from './members';
import type { Endpoints } from './providers/provider';
import { authorization, client, device, problemOf } from './testing/client';

const never = new AbortController().signal;
const issuer = 'https://id.example.com';
const wellKnown = `${issuer}/.well-known/openid-configuration`;
const rules = { allowInsecureHttp: false, connectOrigins: [] };

const names: Readonly<Record<keyof Endpoints, string>> = {
  deviceAuthorization: 'device_authorization_endpoint',
  token: 'token_endpoint',
  revocation: 'revocation_endpoint',
  userinfo: 'userinfo_endpoint',
};

const document = (more: Members = {}): Members => ({
  issuer,
  device_authorization_endpoint: `${issuer}/device`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  userinfo_endpoint: `${issuer}/me`,
  ...more,
});

/** The internet with one server, whose metadata a test may change; all other addresses answer, too. */
function world(current: Members) {
  const requests: string[] = [];
  const state = { current, requests };
  const fetcher: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(`${request.url} ${await request.text()}`);
    if (request.url !== wellKnown && request.url.includes('/.well-known/')) {
      return new Response('', { status: 404 });
    }
    const body = request.url === wellKnown ? state.current : { ...device, access_token: 'AT' };
    return new Response(JSON.stringify({ refresh_token: 'RT2', ...body }));
  };
  const tv = (signIn: Members = {}, metadataCache?: MetadataCache): AuthorizationServer =>
    client({ allowInsecureHttp: false, issuer, ...signIn }, { fetch: fetcher, metadataCache });
  return Object.assign(state, { tv });
}

const cacheOf = (content?: Members) => {
  const cache = {
    content,
    get: () => Promise.resolve(cache.content),
    set: (_issuer: string, kept: Members) => {
      cache.content = kept;
      return Promise.resolve();
    },
  };
  return cache;
};

const credentials = { type: 'refresh', refreshToken: 'RT-secret' } as const;

const foreign = [
  'https://evil.example',
  'https://id.example.com.evil.net',
  'https://evilexample.com',
  'https://127.0.0.1',
  'https://localhost:8443',
  'https://10.0.0.1',
  'https://172.20.0.9',
  'https://192.168.1.1',
  'https://169.254.169.254',
  'https://[::1]',
  'https://[fe80::1]',
  'https://[fd00::1]',
  'https://[::ffff:10.0.0.1]',
  'https://2130706433',
  'https://0x7f.1',
  'https://router',
  'https://printer.local',
  'https://metadata.google.internal',
  'https://8.8.8.8',
  'https://evil.example.',
  'https://xn--exmple-cua.com',
  'https://id.exаmple.com',
];

describe('an endpoint that the metadata puts on a foreign or private host', () => {
  it.each(foreign)(
    'an endpoint on a foreign host gets nothing, and is named with its setting: %s',
    async (origin) => {
      for (const key of ['deviceAuthorization', 'token'] as const) {
        const net = world(document({ [names[key]]: `${origin}/x` }));
        const tv = net.tv();
        const outcome = await tv.requestCode(never);
        expect(problemOf(outcome)).toBe('failed untrusted-address endpoint_foreign');
        const { detail } = outcome.type === 'failed' ? outcome.problem : {};
        expect(detail).toContain(names[key]);
        expect(detail).toContain(new URL(origin).origin.replace(/\.$/, ''));
        expect(detail).toContain('appSettings.signIn.connectOrigins');
        expect(problemOf(await tv.refresh(credentials, never))).toBe(
          'refused untrusted-address endpoint_foreign',
        );
        expect(net.requests.join('\n')).not.toMatch(/RT-secret|\/x/);
      }
    },
  );

  it('a revocation endpoint on a foreign host gets no refresh token', async () => {
    const net = world(document({ revocation_endpoint: 'https://evil.example/x' }));
    const outcome = await net.tv().revoke({ accessToken: 'AT', credentials }, never);
    expect(problemOf(outcome)).toBe('unsupported untrusted-address endpoint_foreign');
    expect(net.requests).toHaveLength(1);
  });

  it('a userinfo endpoint on a foreign host gets no access token', async () => {
    const net = world(document({ userinfo_endpoint: 'https://evil.example/x' }));
    const outcome = await net.tv().account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
    expect(problemOf(outcome)).toBe('transient-failure untrusted-address endpoint_foreign');
    expect(net.requests).toHaveLength(1);
  });

  it('an endpoint on another domain is called where the settings list its origin, or name it', async () => {
    const net = world(document({ token_endpoint: 'https://tokens.example.net/t' }));
    const listed = net.tv({ connectOrigins: ['tokens.example.net'] });
    expect((await listed.poll(authorization, never)).type).toBe('approved');
    const named = net.tv({ endpoints: { token: 'https://other.example.org/t' } });
    expect((await named.poll(authorization, never)).type).toBe('approved');
    const otherPort = net.tv({ connectOrigins: ['https://tokens.example.net:8443'] });
    expect((await otherPort.requestCode(never)).type).toBe('failed');
    expect(net.requests.filter((one) => one.includes('device_code'))).toEqual([
      expect.stringContaining('https://tokens.example.net/t ') as unknown,
      expect.stringContaining('https://other.example.org/t ') as unknown,
    ]);
  });

  it('an endpoint on a foreign host that an earlier release has kept is not called', async () => {
    const net = world(document());
    const kept = cacheOf(document({ token_endpoint: 'https://evil.example/x' }));
    expect((await net.tv({}, kept).refresh(credentials, never)).type).toBe('renewed');
    expect(net.requests.join('\n')).not.toContain('evil.example');
  });
});

describe('metadata of servers that are known', () => {
  it.each<[string, Readonly<Partial<Record<keyof Endpoints, string>>>]>([
    [
      'https://accounts.google.com',
      {
        deviceAuthorization: 'https://oauth2.googleapis.com/device/code',
        token: 'https://oauth2.googleapis.com/token',
        revocation: 'https://oauth2.googleapis.com/revoke',
        userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
      },
    ],
    [
      'https://login.microsoftonline.com/contoso/v2.0',
      {
        deviceAuthorization: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/devicecode',
        token: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token',
        userinfo: 'https://graph.microsoft.com/oidc/userinfo',
      },
    ],
    [
      'https://org.okta.com/oauth2/default',
      {
        deviceAuthorization: 'https://org.okta.com/oauth2/default/v1/device/authorize',
        token: 'https://org.okta.com/oauth2/default/v1/token',
      },
    ],
    [
      'https://tenant.eu.auth0.com/',
      {
        deviceAuthorization: 'https://tenant.eu.auth0.com/oauth/device/code',
        token: 'https://tenant.eu.auth0.com/oauth/token',
      },
    ],
    [
      'https://sso.example.de/realms/tv',
      {
        deviceAuthorization: 'https://sso.example.de/realms/tv/protocol/openid-connect/auth/device',
        token: 'https://sso.example.de/realms/tv/protocol/openid-connect/token',
      },
    ],
    [
      'https://login.salesforce.com',
      { token: 'https://login.salesforce.com/services/oauth2/token' },
    ],
    ['https://id.twitch.tv/oauth2', { token: 'https://id.twitch.tv/oauth2/token' }],
    ['https://www.facebook.com', { token: 'https://graph.facebook.com/v23.0/oauth/access_token' }],
    ['https://www.amazon.com', { token: 'https://api.amazon.com/auth/o2/token' }],
    ['https://gitlab.com', { token: 'https://gitlab.com/oauth/token' }],
  ])('metadata of a known server is used as it is: %s', (server, endpoints) => {
    const content: Record<string, unknown> = { issuer: server };
    for (const key of Object.keys(endpoints) as (keyof Endpoints)[]) {
      content[names[key]] = endpoints[key];
    }
    expect(readMetadata(content, server, rules)).toMatchObject({
      endpoints,
      refusedEndpoints: {},
    });
  });
});

describe('metadata that changes hosts', () => {
  const moved = document({
    token_endpoint: 'https://new.example.com/token',
    revocation_endpoint: 'https://new.example.com/revoke',
  });

  async function approved(tv: AuthorizationServer): Promise<Credentials> {
    const outcome = await tv.poll(authorization, never);
    if (outcome.type !== 'approved' || outcome.tokens.credentials === undefined) {
      throw new Error(JSON.stringify(outcome));
    }
    return outcome.tokens.credentials;
  }

  it('a kept refresh token does not follow the token endpoint to another host', async () => {
    const net = world(document());
    const kept = await approved(net.tv());
    net.current = moved;
    net.requests.length = 0;
    const later = net.tv();
    const outcome = await later.refresh(kept, never);
    expect(problemOf(outcome)).toBe('refused untrusted-address token_host_changed');
    expect(problemOf(await later.revoke({ credentials: kept }, never))).toBe(
      'unsupported untrusted-address token_host_changed',
    );
    expect(net.requests.map((one) => one.trim())).toEqual([wellKnown]);
  });

  it('a new sign-in follows it, and its refresh token may be used there', async () => {
    const net = world(document());
    await approved(net.tv());
    net.current = moved;
    const fresh = await approved(net.tv());
    const renewed = await net.tv().refresh(fresh, never);
    expect(renewed.type).toBe('renewed');
    expect(net.requests.at(-1)).toContain('https://new.example.com/token');
    const next = renewed.type === 'renewed' ? renewed.tokens.credentials : undefined;
    net.current = document();
    expect((await net.tv().refresh(next ?? fresh, never)).type).toBe('refused');
  });

  it('a renewed refresh token still belongs to the hosts of its sign-in', async () => {
    const net = world(document());
    const renewed = await net.tv().refresh(await approved(net.tv()), never);
    net.current = moved;
    const kept = renewed.type === 'renewed' ? renewed.tokens.credentials : undefined;
    expect(kept).toMatchObject({ refreshToken: 'RT2', hosts: ['id.example.com'] });
    expect((await net.tv().refresh(kept ?? credentials, never)).type).toBe('refused');
  });

  it('a refresh token of an earlier release stays at the hosts of the cached metadata', async () => {
    const net = world(moved);
    const tv = net.tv({}, cacheOf(document()));
    expect((await tv.refresh(credentials, never)).type).toBe('renewed');
    expect(net.requests.filter((one) => one.includes('RT-secret'))[0]).toContain(
      'https://id.example.com/token',
    );
    await expect.poll(() => net.requests.length).toBe(2);
    await expect
      .poll(async () => problemOf(await tv.refresh(credentials, never)))
      .toBe('refused untrusted-address token_host_changed');
    expect(net.requests.join('\n')).not.toContain('new.example.com');
  });

  it('a kept refresh token remembers its hosts across a restart', async () => {
    const kept = await approved(world(document()).tv());
    const read = (value: unknown) => asCredentials(JSON.parse(JSON.stringify(value)));
    expect(read(kept)).toMatchObject({ type: 'refresh', hosts: ['id.example.com'] });
    expect(read({ ...kept, hosts: undefined })).not.toHaveProperty('hosts');
    expect(read({ ...kept, hosts: ['id.example.com', 7, null] })).toMatchObject({
      hosts: ['id.example.com'],
    });
  });

  it('a move to another path or a revocation endpoint more on the same host is followed', async () => {
    const net = world(document({ revocation_endpoint: undefined }));
    const kept = await approved(net.tv());
    net.current = document({ token_endpoint: `${issuer}/v2/token` });
    const later = net.tv();
    expect((await later.refresh(kept, never)).type).toBe('renewed');
    expect((await later.revoke({ credentials: kept }, never)).type).toBe('revoked');
  });

  it('a host that the settings name is followed', async () => {
    const net = world(document());
    const kept = await approved(net.tv());
    const moving = net.tv({ endpoints: { token: 'https://elsewhere.example/token' } });
    expect((await moving.refresh(kept, never)).type).toBe('renewed');
  });

  it.each<[string, Members, string]>([
    [
      'has no token endpoint',
      { token_endpoint: undefined },
      'misconfigured token_endpoint_missing',
    ],
    [
      'names an http one',
      { token_endpoint: 'http://id.example.com/t' },
      'misconfigured endpoint_not_https',
    ],
    [
      'names a foreign one',
      { token_endpoint: 'https://evil.example/t' },
      'untrusted-address endpoint_foreign',
    ],
    ['is of another issuer', { issuer: 'https://evil.example' }, 'misconfigured issuer_mismatch'],
  ])('a cached document is given up for a fresh one that %s', async (_case, more, expected) => {
    const net = world(document(more));
    const cache = cacheOf(document());
    const tv = net.tv({}, cache);
    await tv.refresh(credentials, never);
    await expect
      .poll(async () => problemOf(await tv.requestCode(never)))
      .toBe(`failed ${expected}`);
    expect(problemOf(await tv.requestCode(never))).toBe(`failed ${expected}`);
  });
});
