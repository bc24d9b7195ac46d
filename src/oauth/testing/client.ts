import type { AuthorizationServer } from '../authorization-server';
import { createAuthorizationServer } from '../client';
import { systemClock } from '../clock';
import type { MetadataCache } from '../discovery';
import type { DeviceAuthorization } from '../outcome';
import type { ProofSource } from '../proof';
import { providerNamed } from '../providers/index';
import { checkedSignIn } from './recorded-client';

/** A code as the client holds it. */
export const authorization: DeviceAuthorization = {
  deviceCode: 'DC-secret',
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://id.example/device',
  expiresInSeconds: 600,
  intervalSeconds: 5,
};

/** The same code as a server sends it. */
export const device = {
  device_code: 'DC-secret',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://id.example/device',
  expires_in: 600,
};

/** What a test gives the client besides settings; the rest is as on a TV that is online. */
export interface Extra {
  proofs?: ProofSource;
  metadataCache?: MetadataCache;
  isOnline?: () => boolean;
  pageOrigin?: string;
  clock?: typeof systemClock;
  fetch?: typeof fetch;
  deviceName?: string;
}

/** The app's own HTTP client with a test's settings. */
export function client(signIn: Record<string, unknown>, extra: Extra = {}): AuthorizationServer {
  const { proofs, metadataCache, isOnline, pageOrigin, clock, fetch: fetcher, deviceName } = extra;
  const settings = checkedSignIn({ clientId: 'tv', ...signIn });
  return createAuthorizationServer({
    settings,
    provider: providerNamed(settings.provider),
    dependencies: {
      fetch: fetcher ?? fetch,
      clock: clock ?? systemClock,
      isOnline: isOnline ?? (() => true),
      pageOrigin,
    },
    appName: 'Test',
    deviceName,
    language: () => 'en',
    deviceId: () => Promise.resolve('device-1'),
    proofs,
    metadataCache,
  });
}

/** The outcome of a call in one line. */
export const problemOf = (outcome: { type: string; problem?: { kind: string; code: string } }) =>
  `${outcome.type} ${outcome.problem?.kind} ${outcome.problem?.code}`;

/** Lets any page's script read a reply. */
export const open = { 'Access-Control-Allow-Origin': '*' };
/** What a browser shows of a redirect that is not followed. */
const opaqueRedirect = () =>
  Object.defineProperties(new Response(null), {
    status: { value: 0 },
    ok: { value: false },
    type: { value: 'opaqueredirect' },
  });
/** What a browser on a page of another origin gets to see: CORS, as far as these tests need it. */
const browserFetch: typeof fetch = async (input, init) => {
  const asked = new Request(input, init?.mode === 'no-cors' ? { ...init, mode: 'cors' } : init);
  const headers = ['authorization', 'dpop'].filter((name) => asked.headers.has(name));
  if (init?.mode === 'no-cors') return fetch(asked);
  if (headers.length > 0) {
    const preflight = await fetch(asked.url, { method: 'OPTIONS' });
    const allowed = preflight.headers.get('Access-Control-Allow-Headers')?.toLowerCase() ?? '';
    if (headers.some((name) => !allowed.includes(name))) throw new TypeError('Failed to fetch');
  }
  const response = await fetch(asked);
  if (response.headers.has('Location') && asked.redirect === 'manual') return opaqueRedirect();
  if (!response.headers.has('Access-Control-Allow-Origin')) throw new TypeError('Failed to fetch');
  const exposed = response.headers.get('Access-Control-Expose-Headers')?.toLowerCase() ?? '';
  const shown = new Headers();
  response.headers.forEach((value, name) => {
    if (name === 'content-type' || exposed.includes(name)) shown.set(name, value);
  });
  return new Response(await response.text(), { status: response.status, headers: shown });
};

/** A client on a page of another origin than the server's. */
export const inBrowser = { pageOrigin: 'https://tv.example', fetch: browserFetch };
