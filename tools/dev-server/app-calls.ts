import { userinfoRequest } from '../../src/oauth/account.ts';
import { deviceAuthorizationRequest } from '../../src/oauth/device-authorization.ts';
import { deviceTokenRequest } from '../../src/oauth/device-token.ts';
import { providerNamed } from '../../src/oauth/providers/index.ts';
import type {
  Endpoints,
  RequestContext,
  Target,
  WireRequest,
} from '../../src/oauth/providers/provider.ts';
import { refreshTokenRequest } from '../../src/oauth/refresh-token.ts';
import { revocationRequest } from '../../src/oauth/revocation.ts';
import type { SignInSettings } from '../../src/settings/settings.ts';

/** Stands in built requests for what differs from call to call; matches any path segment. */
const anything = 'any-value';

/** A call that the app makes. */
export interface AppCall extends Target {
  /** True where the client authenticates itself. */
  authenticated: boolean;
  /** Names, in lower case, of headers of the provider's own. */
  headers: readonly string[];
}

/** A code that stands for any. */
const code = {
  deviceCode: anything,
  userCode: anything,
  verificationUri: anything,
  expiresInSeconds: 1,
  intervalSeconds: 1,
};

/**
 * Every call that the app makes with these settings, learnt from how it builds them.
 *
 * @param discovered endpoints from the issuer's metadata
 */
export function appCalls(
  settings: SignInSettings,
  discovered: Partial<Endpoints>,
): readonly AppCall[] {
  const provider = providerNamed(settings.provider);
  const configured = { ...discovered, ...provider.endpoints?.(settings), ...settings.endpoints };
  const { deviceAuthorization, token } = configured;
  if (deviceAuthorization === undefined || token === undefined) return [];
  const context: RequestContext = {
    settings,
    endpoints: { ...configured, deviceAuthorization, token },
    clientAuthentication: 'none',
    scope: settings.scope,
    language: 'en',
    wallMs: Date.now(),
    deviceId: anything,
    appName: anything,
    deviceName: anything,
    notes: {},
  };
  const client = { clientId: anything, clientSecret: anything };
  const credentials = { type: 'bound', refreshToken: anything, ...client } as const;
  const tokens = { accessToken: anything, credentials, tokenType: 'Bearer' } as const;
  const {
    deviceRequest,
    pollRequest,
    refreshRequest: refresh,
    revokeRequest: revoke = revocationRequest,
    accountRequest: account = userinfoRequest,
  } = provider;
  const device = deviceRequest?.(context) ?? deviceAuthorizationRequest(provider, context);
  const who = account === 'none' ? undefined : account(tokens, context);
  const later: readonly (WireRequest | undefined)[] = [
    pollRequest?.(code, context) ?? deviceTokenRequest(provider, code, context),
    refresh === 'none'
      ? undefined
      : (refresh?.(credentials, context) ?? refreshTokenRequest(provider, credentials, context)),
    revoke === 'none' ? undefined : revoke(tokens, context),
    // A redemption goes to the token endpoint, too.
    { method: 'POST', url: token },
    ...(provider.otherCalls?.(settings) ?? []),
  ];
  const headers = [device, who, ...later]
    .flatMap((request) => Object.keys(request?.headers ?? {}))
    .map((name) => name.toLowerCase());
  const asCalls = (requests: readonly (WireRequest | undefined)[], authenticated: boolean) =>
    requests.flatMap((request) =>
      request ? [{ method: request.method, url: request.url, authenticated, headers }] : [],
    );
  // RFC 8628 §3.1 authenticates the device request like any other; other providers need not.
  const deviceAuthenticated = provider.name === 'rfc8628';
  return [
    ...asCalls(later, true),
    ...asCalls([device], deviceAuthenticated),
    ...asCalls([who], false),
  ];
}

/** Whether a request with this method and address is the call. */
export function isCallTo(call: Target, method: string, target: URL): boolean {
  const known = new URL(call.url);
  const one = known.pathname.split('/');
  const other = target.pathname.split('/');
  return (
    call.method === method &&
    known.origin === target.origin &&
    one.length === other.length &&
    one.every(
      (segment, index) =>
        segment === other[index] || segment === anything || /^(\{|%7B)\w+(\}|%7D)$/i.test(segment),
    )
  );
}
