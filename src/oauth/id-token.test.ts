import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock';
import { authorization, client } from './testing/client';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';

const never = new AbortController().signal;
const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const jwt = (claims: unknown, header: unknown = { alg: 'RS256' }, signature = 'c2ln') =>
  `${encoded(header)}.${encoded(claims)}.${signature}`;

const nowSeconds = Math.floor(Date.now() / 1000);
const day = 24 * 3600;
const year = 365 * day;
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Replies to polls as a test says, without a `Date` unless it gives one. */
async function serverOf(idTokenOf: (url: string) => unknown, date?: string): Promise<TestServer> {
  const server = await startTestServer((_request, response) => {
    response.sendDate = false;
    const headers: Record<string, string> = date === undefined ? {} : { Date: date };
    const reply = { access_token: 'AT', token_type: 'Bearer', id_token: idTokenOf(server.url) };
    sendJson(response, 200, reply, headers);
  });
  servers.push(server);
  return server;
}

/** Who signed in, as far as the token reply tells, and what became of the ID token. */
async function signedIn(
  idTokenOf: (url: string) => unknown,
  options: { date?: string; wallMs?: number; signIn?: Record<string, unknown> } = {},
) {
  const server = await serverOf(idTokenOf, options.date);
  const { wallMs } = options;
  const clock = wallMs === undefined ? systemClock : { ...systemClock, wallMs: () => wallMs };
  const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
  const tv = client({ endpoints, issuer: server.url, ...options.signIn }, { clock });
  const outcome = await tv.poll(authorization, never);
  if (outcome.type !== 'approved') throw new Error(JSON.stringify(outcome));
  expect(JSON.stringify(outcome)).not.toContain('id_token');
  return { claims: outcome.tokens.claims, verdict: tv.idTokenVerdict?.() };
}

const fitting = (url: string) => ({
  iss: url,
  aud: 'tv',
  sub: 'ada',
  iat: nowSeconds,
  exp: nowSeconds + 300,
});

const atNow = { date: new Date().toUTCString() };

describe('an ID token that fits', () => {
  it.each<[string, Record<string, unknown>]>([
    ['issued a moment ago', {}],
    ['for several audiences', { aud: ['tv', 'https://api.example'] }],
    ['that names the app as authorized party', { aud: ['tv', 'other'], azp: 'tv' }],
    ['that ended a minute ago', { exp: nowSeconds - 60, iat: nowSeconds - 360 }],
    ['that was issued a minute from now', { iat: nowSeconds + 60 }],
    ['without the time of issue', { iat: undefined }],
    ['whose times are texts', { exp: `${nowSeconds + 300}`, iat: `${nowSeconds}` }],
  ])('tells who signed in: one %s', async (_case, changes) => {
    const { claims, verdict } = await signedIn(
      (url) => jwt({ ...fitting(url), ...changes }),
      atNow,
    );
    expect(claims).toMatchObject({ sub: 'ada' });
    expect(verdict).toBe('fits');
  });

  it('an ID token may name the issuer with a slash at its end', async () => {
    const token = (url: string) => jwt({ ...fitting(url), iss: `${url}/` });
    expect((await signedIn(token)).verdict).toBe('fits');
  });

  it('an ID token may name any issuer of the token endpoint’s host where the settings name none', async () => {
    const token = (url: string) => jwt({ ...fitting(url), iss: `${url}/realms/tv` });
    const signIn = { issuer: undefined };
    expect((await signedIn(token, { signIn })).verdict).toBe('fits');
    const foreign = () => jwt(fitting('https://other.example'));
    expect((await signedIn(foreign, { signIn })).verdict).toBe('foreign-issuer');
  });
});

describe('an ID token that does not fit', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['another issuer', { iss: 'https://evil.example' }, 'foreign-issuer'],
    ['an issuer below the right one', { iss: 'https://id.example/other' }, 'foreign-issuer'],
    ['no issuer', { iss: undefined }, 'foreign-issuer'],
    ['an issuer that is an object', { iss: {} }, 'foreign-issuer'],
    ['another audience', { aud: 'other' }, 'foreign-audience'],
    ['other audiences', { aud: ['other', 'tv2'] }, 'foreign-audience'],
    ['an audience that only contains the client ID', { aud: 'tv-app' }, 'foreign-audience'],
    ['no audience', { aud: undefined }, 'foreign-audience'],
    ['no audiences', { aud: [] }, 'foreign-audience'],
    ['an audience that is an object', { aud: { tv: true } }, 'foreign-audience'],
    ['another authorized party', { aud: ['tv', 'other'], azp: 'other' }, 'foreign-audience'],
    ['an end in 2001', { exp: 1_000_000_000, iat: 999_999_000 }, 'expired'],
    ['an end an hour ago', { exp: nowSeconds - 3600, iat: nowSeconds - 7200 }, 'expired'],
    ['an end before its issue', { exp: nowSeconds + 60, iat: nowSeconds + 61 }, 'expired'],
    ['an issue in an hour', { iat: nowSeconds + 3600, exp: nowSeconds + 7200 }, 'issued-in-future'],
    ['no end', { exp: undefined }, 'malformed'],
    ['an end that is no time', { exp: 'tomorrow' }, 'malformed'],
    ['no subject', { sub: undefined }, 'malformed'],
    ['a subject that is an object', { sub: { id: 'ada' } }, 'malformed'],
  ])('identifies no one, and the sign-in goes on: %s', async (_case, changes, fault) => {
    const { claims, verdict } = await signedIn(
      (url) => jwt({ ...fitting(url), ...changes }),
      atNow,
    );
    expect(claims).toBeUndefined();
    expect(verdict).toBe(fault);
  });

  it.each<[string, (claims: unknown) => unknown, string | undefined]>([
    ['without a signature', (claims) => jwt(claims, { alg: 'RS256' }, ''), 'unsigned'],
    ['with the algorithm none', (claims) => jwt(claims, { alg: 'none' }), 'unsigned'],
    ['with the algorithm NONE', (claims) => jwt(claims, { alg: 'NONE' }), 'unsigned'],
    [
      'with the algorithm nOnE and no signature',
      (claims) => jwt(claims, { alg: 'nOnE' }, ''),
      'unsigned',
    ],
    ['with a signature that is none', (claims) => jwt(claims, { alg: 'RS256' }, '='), 'unsigned'],
    ['with an empty algorithm', (claims) => jwt(claims, { alg: '' }), 'unsigned'],
    ['with the algorithm none and a space', (claims) => jwt(claims, { alg: 'none ' }), 'unsigned'],
    ['with a zero before none', (claims) => jwt(claims, { alg: '\u0000none' }), 'unsigned'],
    ['without an algorithm', (claims) => jwt(claims, {}), 'malformed'],
    ['whose algorithm is a number', (claims) => jwt(claims, { alg: 7 }), 'malformed'],
    ['of two parts', (claims) => jwt(claims).split('.').slice(0, 2).join('.'), 'malformed'],
    ['that is encrypted', (claims) => `${jwt(claims)}.a.b`, 'malformed'],
    ['that is no JWT', () => 'not.a.jwt', 'malformed'],
    ['whose claims are a list', (claims) => jwt([claims]), 'malformed'],
    ['that is an object', (claims) => claims, undefined],
    ['that is empty', () => '', undefined],
  ])('identifies no one, and the sign-in goes on: one %s', async (_case, make, fault) => {
    const { claims, verdict } = await signedIn((url) => make(fitting(url)), atNow);
    expect(claims).toBeUndefined();
    expect(verdict).toBe(fault);
  });
});

describe('the clock that an ID token is judged by', () => {
  it.each([
    ['1970', 0],
    ['ten years behind', (nowSeconds - 10 * year) * 1000],
    ['ten years ahead', (nowSeconds + 10 * year) * 1000],
  ])(
    'the clock is the server’s where it is known, and not that of a TV in %s',
    async (_case, wallMs) => {
      const right = await signedIn((url) => jwt(fitting(url)), { ...atNow, wallMs });
      expect(right.verdict).toBe('fits');
      const old = { exp: nowSeconds - day, iat: nowSeconds - 2 * day };
      const wrong = await signedIn((url) => jwt({ ...fitting(url), ...old }), { ...atNow, wallMs });
      expect(wrong.verdict).toBe('expired');
    },
  );

  it.each([
    ['twelve hours ahead', 12 * 3600, 'fits'],
    ['half a year behind', -year / 2, 'fits'],
    ['two days ahead', 2 * day, 'expired'],
    ['ten years behind', -10 * year, 'issued-in-future'],
  ])(
    'the clock is the TV’s where the server’s is not known, which may be %s',
    async (_case, off, verdict) => {
      const wallMs = (nowSeconds + off) * 1000;
      expect((await signedIn((url) => jwt(fitting(url)), { wallMs })).verdict).toBe(verdict);
    },
  );
});

describe('issuers as systems write them', () => {
  const withIssuer =
    (iss: string, changes: Record<string, unknown> = {}, header?: object) =>
    () =>
      jwt({ ...fitting(iss), tid: tenant, ...changes }, header);
  const unsigned = { alg: 'none' };

  it.each<[string, () => string, Record<string, unknown>, string]>([
    ['Google without a scheme', withIssuer('accounts.google.com'), { provider: 'google' }, 'fits'],
    ['Google with one', withIssuer('https://accounts.google.com'), { provider: 'google' }, 'fits'],
    ['Google’s name elsewhere', withIssuer('accounts.google.com'), {}, 'foreign-issuer'],
    [
      'Oracle’s for every domain',
      withIssuer('https://identity.oraclecloud.com/', {
        aud: ['tv', 'https://identity.oraclecloud.com/'],
      }),
      { provider: 'oracle-idcs' },
      'fits',
    ],
    [
      'Azure AD v1’s, not signed',
      withIssuer(`https://sts.windows.net/${tenant}/`, {}, unsigned),
      { provider: 'azure-ad-v1' },
      'fits',
    ],
    ['ADAL’s', withIssuer(`https://sts.windows.net/${tenant}/`), { provider: 'adal' }, 'fits'],
    [
      'Azure AD v1’s of another tenant',
      withIssuer(`https://sts.windows.net/${tenant}/`, {
        tid: 'a1f988bf-86f1-41af-91ab-2d7cd011db47',
      }),
      { provider: 'azure-ad-v1' },
      'foreign-issuer',
    ],
    [
      'Entra’s of any tenant',
      withIssuer(`https://login.microsoftonline.com/${tenant}/v2.0`),
      { provider: 'entra-v2' },
      'fits',
    ],
    [
      'Entra’s, not signed',
      withIssuer(`https://login.microsoftonline.com/${tenant}/v2.0`, {}, unsigned),
      { provider: 'entra-v2' },
      'unsigned',
    ],
    [
      'Entra’s of the tenant of the settings',
      withIssuer(`https://login.microsoftonline.com/${tenant}/v2.0`),
      { provider: 'entra-v2', providerOptions: { tenant } },
      'fits',
    ],
    [
      'Entra’s of another tenant than that of the settings',
      withIssuer('https://login.microsoftonline.com/a1f988bf-86f1-41af-91ab-2d7cd011db47/v2.0', {
        tid: 'a1f988bf-86f1-41af-91ab-2d7cd011db47',
      }),
      { provider: 'entra-v2', providerOptions: { tenant } },
      'foreign-issuer',
    ],
    [
      'Entra’s template as it stands',
      withIssuer('https://login.microsoftonline.com/{tenantid}/v2.0', { tid: '{tenantid}' }),
      { provider: 'entra-v2' },
      'foreign-issuer',
    ],
    [
      'Entra’s at the issuer for several tenants',
      withIssuer(`https://login.microsoftonline.com/${tenant}/v2.0`),
      { issuer: 'https://login.microsoftonline.com/common/v2.0' },
      'fits',
    ],
  ])('judges %s', async (_case, token, signIn, verdict) => {
    const result = await signedIn(token, { signIn: { issuer: undefined, ...signIn } });
    expect(result.verdict).toBe(verdict);
  });
});

describe('an ID token of a refresh', () => {
  it('the ID token of a refresh is judged as that of a sign-in', async () => {
    let changes: Record<string, unknown> = {};
    const server = await serverOf((url) => jwt({ ...fitting(url), ...changes }));
    const endpoints = { deviceAuthorization: `${server.url}/device`, token: `${server.url}/token` };
    const tv = client({ endpoints, issuer: server.url });
    const kept = { type: 'refresh', refreshToken: 'RT' } as const;
    expect(await tv.refresh(kept, never)).toMatchObject({ tokens: { claims: { sub: 'ada' } } });
    changes = { aud: 'other' };
    const renewed = await tv.refresh(kept, never);
    expect(renewed.type === 'renewed' && renewed.tokens.claims).toBeUndefined();
  });
});
