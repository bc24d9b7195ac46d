import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthorizationServer } from './client';
import type { AuthorizationServerOptions } from './connection';
import { rfc8628 } from './providers/rfc8628';
import { authorization, device } from './testing/client';
import { createControllableClock } from './testing/controllable-clock';
import { proofKey } from './testing/proofs';
import { checkedSignIn } from './testing/recorded-client';

/** How a dependency fails. */
const failures = ['works', 'throws', 'rejects', 'hangs', 'nonsense'] as const;
type Failure = (typeof failures)[number];

/** A dependency that fails in one of the ways, at once or when it is called. */
function failing<Result>(failure: Failure, works: () => Result): () => Result {
  switch (failure) {
    case 'works':
      return works;
    case 'throws':
      return () => {
        throw new Error('thrown');
      };
    case 'rejects':
      return () => Promise.reject(new TypeError('rejected')) as Result;
    case 'hangs':
      return () => new Promise(() => undefined) as Result;
    case 'nonsense':
      return () => 42 as Result;
  }
}

/** What a test breaks: what returns at once can but throw, all else fails in every way. */
const synchronous = [
  'headers',
  'isOnline',
  'nonceReceived',
  'serverTimeReceived',
  'language',
  'deviceRequest',
  'readDevice',
  'pollRequest',
  'readPoll',
  'refreshRequest',
  'readRefresh',
  'revokeRequest',
  'accountRequest',
  'readAccount',
] as const;
const asynchronous = [
  'fetch',
  'text',
  'proof',
  'createKey',
  'sharedKey',
  'deviceId',
  'cacheGet',
  'cacheSet',
  'prepare',
  'redeem',
  'abandon',
] as const;
const parts = [...synchronous, ...asynchronous];
type Part = (typeof parts)[number];
/** What a provider's own steps return is checked by the compiler. */
const typed: readonly Part[] = ['prepare', 'redeem', 'abandon'];
function failuresOf(part: Part): readonly Failure[] {
  if (synchronous.some((one) => one === part)) return ['works', 'throws'];
  return typed.includes(part) ? failures.filter((one) => one !== 'nonsense') : failures;
}

const issuer = 'https://id.example';
const metadata = {
  issuer,
  device_authorization_endpoint: `${issuer}/device`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  userinfo_endpoint: `${issuer}/me`,
};
const replies: Readonly<Record<string, unknown>> = {
  '/.well-known/openid-configuration': metadata,
  '/device': device,
  '/token': { access_token: 'AT', refresh_token: 'RT' },
  '/me': { sub: '1', name: 'Ada' },
};
/** Settings that need no metadata. */
const own = {
  issuer,
  endpoints: { deviceAuthorization: `${issuer}/device`, token: `${issuer}/token` },
};
const credentials = {
  type: 'refresh' as const,
  refreshToken: 'RT',
  binding: { type: 'shared' as const },
};

/** A client whose dependencies fail as a test says; the rest works. */
function optionsWith(
  broken: Partial<Record<Part, Failure>>,
  signIn: Record<string, unknown>,
  pageOrigin: string | undefined,
) {
  const part = <Result>(name: Part, works: () => Result) => failing(broken[name] ?? 'works', works);
  /** Providers leave out what is as the standard says. */
  const own = <Result>(name: Part): (() => Result) | undefined =>
    broken[name] === undefined || broken[name] === 'works'
      ? undefined
      : failing(broken[name], () => undefined as Result);
  const clock = createControllableClock();
  const answer = (input: RequestInfo | URL) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
    const response = new Response(JSON.stringify(replies[pathname] ?? {}), {
      headers: {
        'Content-Type': 'application/json',
        'DPoP-Nonce': 'N',
        Date: new Date().toUTCString(),
      },
    });
    if (broken.text) response.text = part('text', () => Promise.resolve('{}'));
    if (broken.headers)
      Object.defineProperty(response, 'headers', { get: part('headers', () => new Headers()) });
    return Promise.resolve(response);
  };
  const options: AuthorizationServerOptions = {
    settings: checkedSignIn({ clientId: 'tv', ...signIn }),
    provider: {
      ...rfc8628,
      prepare: part('prepare', () => Promise.resolve(undefined)),
      abandon: part('abandon', () => Promise.resolve()),
      deviceRequest: own('deviceRequest'),
      readDevice: own('readDevice'),
      pollRequest: own('pollRequest'),
      readPoll: own('redeem') === undefined ? own('readPoll') : () => 'redeem',
      redeem: own('redeem'),
      refreshRequest: own('refreshRequest'),
      readRefresh: own('readRefresh'),
      revokeRequest: own('revokeRequest'),
      accountRequest: own('accountRequest'),
      readAccount: own('readAccount'),
    } as AuthorizationServerOptions['provider'],
    dependencies: {
      fetch: (input) => failing(broken.fetch ?? 'works', () => answer(input))(),
      clock,
      isOnline: part('isOnline', () => true),
      pageOrigin,
    },
    appName: 'Test',
    language: part('language', () => 'en'),
    deviceId: part('deviceId', () => Promise.resolve('device-1')),
    proofs: {
      createKey: part('createKey', () => Promise.resolve(proofKey)),
      sharedKey: part('sharedKey', () => Promise.resolve(proofKey)),
      proof: part('proof', () => Promise.resolve('proof')),
      nonceReceived: part('nonceReceived', () => undefined),
      serverTimeReceived: part('serverTimeReceived', () => undefined),
    },
    metadataCache: {
      get: part('cacheGet', () => Promise.resolve(undefined)),
      set: part('cacheSet', () => Promise.resolve()),
    },
  };
  return { options, clock };
}

/** Far beyond every limit of the client. */
const boundMs = 100_000;

/** The outcomes of all calls, each awaited for as long as it may take. */
async function outcomesOf({ options, clock }: ReturnType<typeof optionsWith>): Promise<unknown[]> {
  const { signal } = new AbortController();
  const server = createAuthorizationServer(options);
  const calls = [
    () => server.requestCode(signal),
    () => server.poll(authorization, signal),
    () => server.refresh(credentials, signal),
    () => server.revoke({ accessToken: 'AT', credentials }, signal),
    () => server.account({ accessToken: 'AT', tokenType: 'Bearer' }, signal),
  ];
  const outcomes: unknown[] = [];
  for (const call of calls) {
    let outcome: unknown = 'nothing came of it';
    void call().then(
      ({ type }) => {
        outcome = type;
      },
      (error: unknown) => {
        outcome = error;
      },
    );
    await clock.pass(1);
    // Real work (streams, WebCrypto) goes on between the steps of virtual time.
    for (let waits = 0; waits < 20 && outcome === 'nothing came of it'; waits++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (outcome === 'nothing came of it') await clock.pass(boundMs);
    outcomes.push(outcome);
  }
  server.abandoned?.();
  await clock.pass(boundMs);
  return outcomes;
}

const outcomeTypes =
  /^(issued|failed|pending|slow-down|approved|authorized|next-code|denied|expired|unknown-code|transient-failure|renewed|ended|revoked|unsupported|known|token-refused|refused)$/;

describe('every call of an authorization server comes to an outcome', () => {
  it.each(parts)('brings every call to an outcome, whatever %s does', async (part) => {
    for (const failure of failuresOf(part)) {
      for (const pageOrigin of [undefined, 'https://tv.example']) {
        const outcomes = await outcomesOf(optionsWith({ [part]: failure }, { issuer }, pageOrigin));
        for (const outcome of outcomes) expect(String(outcome)).toMatch(outcomeTypes);
      }
    }
  });

  it('brings every call to an outcome, whatever all dependencies do together', async () => {
    const fault = fc
      .constantFrom(...parts)
      .chain((part) => fc.tuple(fc.constant(part), fc.constantFrom(...failuresOf(part))));
    const broken = fc.array(fault, { maxLength: 5 }).map((one) => Object.fromEntries(one));
    await fc.assert(
      fc.asyncProperty(broken, fc.boolean(), async (faults, inBrowser) => {
        const pageOrigin = inBrowser ? 'https://tv.example' : undefined;
        const outcomes = await outcomesOf(optionsWith(faults, { issuer }, pageOrigin));
        for (const outcome of outcomes) expect(String(outcome)).toMatch(outcomeTypes);
      }),
      { numRuns: 150 },
    );
  });

  it('reads a cache of metadata that has hung once no more', async () => {
    const built = optionsWith({ cacheGet: 'hangs' }, own, undefined);
    const server = createAuthorizationServer(built.options);
    const { signal } = new AbortController();
    void server.requestCode(signal);
    await built.clock.pass(boundMs);
    let outcome: unknown;
    void server.poll(authorization, signal).then(({ type }) => {
      outcome = type;
    });
    await expect.poll(() => outcome).toBe('approved');
  });

  it('says within 5 s that no proof can be made where making its key hangs', async () => {
    const built = optionsWith({ createKey: 'hangs' }, { ...own, dpop: 'required' }, undefined);
    const server = createAuthorizationServer(built.options);
    let problem: unknown;
    void server.requestCode(new AbortController().signal).then((outcome) => {
      if (outcome.type === 'failed') problem = outcome.problem.code;
    });
    for (let waits = 0; waits < 20; waits++) await built.clock.pass(0);
    await built.clock.pass(5001);
    expect(problem).toBe('proof_failed');
  });

  it.each([
    ['a space after the port', { issuer: 'https://id.example:1 ' }],
    ['no address', { issuer: 'id.example' }],
    ['nothing but a scheme', { issuer: 'https://' }],
    ['a port that is none', { issuer: 'https://id.example:99999999' }],
    ['a query', { issuer: 'https://id.example/?tenant=1' }],
    ['endpoints that are none', { endpoints: { deviceAuthorization: '::', token: 'http://[' } }],
    ['a relay that is none', { issuer, relay: 'http://[' }],
  ])('brings every call to an outcome, whatever the settings hold: %s', async (_case, signIn) => {
    const built = optionsWith({}, { issuer }, undefined);
    const settings = { ...built.options.settings, ...signIn };
    const outcomes = await outcomesOf({ ...built, options: { ...built.options, settings } });
    for (const outcome of outcomes) expect(String(outcome)).toMatch(outcomeTypes);
  });
});
