import type { SignInSettings } from '../settings/settings';
import type { AuthorizationServer } from './authorization-server';
import type { MetadataCache } from './discovery';
import { createHttp, type HttpDependencies } from './http';
import { accountFromClaims, idTokenClaims } from './id-token';
import { createMetadataSource, type MetadataNeed } from './metadata-source';
import type {
  AccountOutcome,
  DeviceAuthorization,
  PollOutcome,
  RevokeOutcome,
  TokenSet,
} from './outcome';
import type { Problem } from './problem';
import type { ProofSource } from './proof';
import type {
  Endpoints,
  Fields,
  Provider,
  RequestContext,
  RevocableTokens,
  WireRequest,
} from './providers/provider';
import { errorCode, readDeviceReply, readPollReply, readRefreshReply, refusal } from './reply';

export interface AuthorizationServerOptions {
  settings: SignInSettings;
  provider: Provider;
  dependencies: HttpDependencies;
  appName: string;
  /** The viewer's language, e.g. `en-GB`; asked at each request. */
  language(): string;
  /** Random name of this installation. */
  deviceId(): Promise<string>;
  proofs?: ProofSource;
  metadataCache?: MetadataCache;
}

/** Where to call, or why that cannot be told. */
type Resolution =
  | { type: 'resolved'; endpoints: Endpoints; metadataProblem?: Problem }
  | { type: 'failed'; problem: Problem };

const isComplete = (endpoints: Partial<Endpoints>): endpoints is Endpoints =>
  endpoints.deviceAuthorization !== undefined && endpoints.token !== undefined;

const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

function standardDeviceRequest(provider: Provider, context: RequestContext): WireRequest {
  const { settings, endpoints } = context;
  return {
    method: 'POST',
    url: endpoints.deviceAuthorization,
    form: {
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      scope: settings.scope ?? provider.defaultScope,
      ...provider.deviceFields?.(context),
      ...settings.parameters,
    },
  };
}

/** A request to the token endpoint; the client says who it is as the system wants it. */
function tokenRequest(
  provider: Provider,
  { settings, endpoints }: RequestContext,
  grant: Fields,
): WireRequest {
  const { clientId, clientSecret } = settings;
  const request = { method: 'POST', url: endpoints.token } as const;
  return provider.clientAuthentication === 'basic' && clientSecret !== undefined
    ? {
        ...request,
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        headers: {
          Authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`,
        },
        form: grant,
      }
    : { ...request, form: { client_id: clientId, client_secret: clientSecret, ...grant } };
}

function standardPollRequest(
  provider: Provider,
  authorization: DeviceAuthorization,
  context: RequestContext,
): WireRequest {
  return tokenRequest(provider, context, {
    grant_type: deviceGrantType,
    device_code: authorization.deviceCode,
    ...provider.pollFields?.(authorization, context),
  });
}

function standardRefreshRequest(
  provider: Provider,
  refreshToken: string,
  context: RequestContext,
): WireRequest {
  return tokenRequest(provider, context, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...provider.refreshFields?.(context),
  });
}

/** Marks an access token that is kept in place of a refresh token. */
const lastingPrefix = 'access-token:';

/** The access token in a kept token; undefined for a real refresh token. */
const lastingToken = (kept: string | undefined) =>
  kept?.indexOf(lastingPrefix) === 0 ? kept.slice(lastingPrefix.length) : undefined;

function standardRevokeRequest(
  tokens: RevocableTokens,
  { settings, endpoints }: RequestContext,
): WireRequest | undefined {
  const token = tokens.refreshToken ?? tokens.accessToken;
  if (endpoints.revocation === undefined || token === undefined) return undefined;
  return {
    method: 'POST',
    url: endpoints.revocation,
    form: {
      token,
      token_type_hint: tokens.refreshToken === undefined ? 'access_token' : 'refresh_token',
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
    },
  };
}

function standardAccountRequest(
  tokens: TokenSet,
  { endpoints }: RequestContext,
): WireRequest | undefined {
  return endpoints.userinfo === undefined
    ? undefined
    : { method: 'GET', url: endpoints.userinfo, authorization: tokens };
}

/**
 * The authorization server that the settings name, over HTTP. Its calls never reject: whatever
 * happens is one of their outcomes.
 */
export function createAuthorizationServer(
  options: AuthorizationServerOptions,
): AuthorizationServer {
  const { settings, provider, dependencies, proofs, metadataCache } = options;
  const { clock } = dependencies;
  const http = createHttp({
    dependencies,
    ...(settings.relay === undefined ? {} : { relay: settings.relay }),
    ...(proofs === undefined ? {} : { proofs }),
  });
  const configured = { ...provider.endpoints?.(settings), ...settings.endpoints };
  const notes: Record<string, string> = {};
  let refusedPolls = 0;

  const sender =
    (signal: AbortSignal, dpop = false) =>
    (request: WireRequest) =>
      http({ request, signal, dpop });

  const metadata =
    settings.issuer === undefined || provider.discovery === false
      ? undefined
      : createMetadataSource({
          issuer: settings.issuer,
          allowInsecureHttp: settings.allowInsecureHttp,
          clock,
          send: sender(new AbortController().signal),
          ...(metadataCache === undefined ? {} : { cache: metadataCache }),
          onMetadata: (learnt) => proofs?.algorithmsAdvertised(learnt.dpopAlgorithms),
        });

  /** What metadata is to a call of an endpoint. */
  function metadataNeed(endpoint: keyof Endpoints): MetadataNeed {
    if (!isComplete(configured)) return 'cannot-do-without';
    if (configured[endpoint] === undefined) return 'worth-waiting';
    // A token that is bound to this TV is worth nothing without the proof that the metadata allows.
    const mayNeedProof = endpoint === 'token' && settings.dpop === 'auto' && proofs !== undefined;
    return mayNeedProof ? 'worth-a-moment' : 'not-needed';
  }

  /** @param endpoint the one that is to be called */
  async function resolve(endpoint: keyof Endpoints): Promise<Resolution> {
    const discovery = await metadata?.(metadataNeed(endpoint));
    const metadataProblem = discovery?.type === 'failed' ? discovery.problem : undefined;
    const found = discovery?.type === 'found' ? discovery.metadata.endpoints : {};
    const endpoints = { ...found, ...configured };
    if (isComplete(endpoints)) {
      return metadataProblem === undefined
        ? { type: 'resolved', endpoints }
        : { type: 'resolved', endpoints, metadataProblem };
    }
    if (metadataProblem !== undefined) return { type: 'failed', problem: metadataProblem };
    return {
      type: 'failed',
      problem: {
        kind: 'misconfigured',
        code: endpoints.token === undefined ? 'token_endpoint_missing' : 'device_endpoint_missing',
        detail:
          settings.issuer === undefined
            ? 'Set appSettings.signIn.issuer, or both endpoints.'
            : `${settings.issuer} does not say where devices sign in: set appSettings.signIn.endpoints.`,
      },
    };
  }

  const contextOf = async (endpoints: Endpoints): Promise<RequestContext> => ({
    settings,
    endpoints,
    language: options.language(),
    wallMs: clock.wallMs(),
    deviceId: await options.deviceId(),
    appName: options.appName,
    notes,
  });

  const transientFailure = (problem: Problem) => ({ type: 'transient-failure' as const, problem });

  async function pollOnce(
    authorization: DeviceAuthorization,
    signal: AbortSignal,
  ): Promise<PollOutcome> {
    const resolved = await resolve('token');
    if (resolved.type === 'failed') return transientFailure(resolved.problem);
    const context = await contextOf(resolved.endpoints);
    const request =
      provider.pollRequest?.(authorization, context) ??
      standardPollRequest(provider, authorization, context);
    const reply = await http({ request, signal, dpop: true });
    if (reply.type === 'no-reply') return transientFailure(reply.problem);
    const outcome = provider.readPoll?.(reply, context) ?? readPollReply(reply);
    if (outcome !== 'redeem') return outcome;
    if (provider.redeem === undefined) return readPollReply(reply);
    return provider.redeem(reply, sender(signal, true), context, authorization);
  }

  function fromIdToken(tokens: TokenSet): AccountOutcome {
    const claims = tokens.idToken === undefined ? undefined : idTokenClaims(tokens.idToken);
    const account = claims === undefined ? undefined : accountFromClaims(claims);
    // Some systems never tell who signed in: one nameless account then.
    return { type: 'known', account: account ?? { id: 'viewer', name: '' } };
  }

  return {
    id:
      settings.issuer ??
      new URL(configured.token ?? configured.deviceAuthorization ?? 'https://unknown.invalid')
        .origin,
    clientId: settings.clientId,

    async requestCode(signal) {
      refusedPolls = 0;
      const resolved = await resolve('deviceAuthorization');
      if (resolved.type === 'failed') return resolved;
      const context = await contextOf(resolved.endpoints);
      const unavailableReason = await proofs?.unavailableReason();
      if (unavailableReason !== undefined) return { type: 'failed', problem: unavailableReason };
      const notPrepared = await provider.prepare?.(sender(signal), context);
      if (notPrepared !== undefined) return { type: 'failed', problem: notPrepared };
      const request = provider.deviceRequest?.(context) ?? standardDeviceRequest(provider, context);
      const reply = await http({ request, signal });
      if (reply.type === 'no-reply') return { type: 'failed', problem: reply.problem };
      return provider.readDevice?.(reply, context) ?? readDeviceReply(reply, clock.wallMs());
    },

    abandoned() {
      if (provider.abandon === undefined) return;
      void resolve('token').then(async (resolved) => {
        if (resolved.type === 'failed') return;
        // The attempt's own signal has been aborted.
        const send = sender(new AbortController().signal);
        await provider.abandon?.(send, await contextOf(resolved.endpoints));
      });
    },

    async poll(authorization, signal) {
      const outcome = await pollOnce(authorization, signal);
      const refused =
        outcome.type === 'transient-failure' && outcome.problem.kind === 'browser-calls-refused';
      refusedPolls = refused ? refusedPolls + 1 : 0;
      // Once it may have been a proxy whose server restarts: their errors cannot be read either.
      if (refused && refusedPolls > 1) return { type: 'failed', problem: outcome.problem };
      if (outcome.type !== 'approved') return outcome;
      const { tokens } = outcome;
      const lasting =
        tokens.refreshToken === undefined &&
        (provider.refreshRequest === 'none' ||
          (provider.lastingTokens === true && tokens.expiresInSeconds === undefined));
      // A token that is never refreshed is itself what has to be kept.
      return lasting
        ? {
            type: 'approved',
            tokens: { ...tokens, refreshToken: lastingPrefix + tokens.accessToken },
          }
        : outcome;
    },

    async refresh(refreshToken, signal) {
      const lasting = lastingToken(refreshToken);
      if (lasting !== undefined || provider.refreshRequest === 'none') {
        const accessToken = lasting ?? refreshToken;
        return {
          type: 'renewed',
          tokens: { accessToken, tokenType: 'Bearer', refreshToken },
        };
      }
      const resolved = await resolve('token');
      if (resolved.type === 'failed') return transientFailure(resolved.problem);
      const context = await contextOf(resolved.endpoints);
      const request =
        provider.refreshRequest?.(refreshToken, context) ??
        standardRefreshRequest(provider, refreshToken, context);
      const reply = await http({ request, signal, dpop: true });
      if (reply.type === 'no-reply') return transientFailure(reply.problem);
      return provider.readRefresh?.(reply, refreshToken) ?? readRefreshReply(reply);
    },

    async revoke(tokens, signal) {
      if (provider.revokeRequest === 'none') return { type: 'unsupported' };
      const resolved = await resolve('revocation');
      if (resolved.type === 'failed') return transientFailure(resolved.problem);
      const { endpoints, metadataProblem } = resolved;
      const build = provider.revokeRequest ?? standardRevokeRequest;
      const context = await contextOf(endpoints);
      const lasting = lastingToken(tokens.refreshToken);
      const end = async (given: RevocableTokens): Promise<RevokeOutcome> => {
        const request = build(given, context);
        if (request === undefined) {
          // Where the server could not be asked, it may well have an endpoint for this.
          return metadataProblem === undefined || metadataProblem.kind === 'misconfigured'
            ? { type: 'unsupported' }
            : transientFailure(metadataProblem);
        }
        const reply = await http({ request, signal });
        if (reply.type === 'no-reply') return transientFailure(reply.problem);
        if (reply.status >= 200 && reply.status <= 299) return { type: 'revoked' };
        // RFC 7009 §2.2.1
        if (errorCode(reply.body) !== 'unsupported_token_type')
          return transientFailure(refusal(reply));
        return given.refreshToken === undefined || given.accessToken === undefined
          ? { type: 'unsupported' }
          : end({ accessToken: given.accessToken });
      };
      return end({
        // An empty text is an access token that nobody knows any more.
        accessToken: (lasting ?? tokens.accessToken) || undefined,
        refreshToken: lasting === undefined ? tokens.refreshToken : undefined,
      });
    },

    async account(tokens, signal) {
      if (tokens.account !== undefined) return { type: 'known', account: tokens.account };
      if (provider.accountRequest === 'none') return fromIdToken(tokens);
      const resolved = await resolve('userinfo');
      if (resolved.type === 'failed') return transientFailure(resolved.problem);
      const context = await contextOf(resolved.endpoints);
      const request = (provider.accountRequest ?? standardAccountRequest)(tokens, context);
      if (request === undefined) return fromIdToken(tokens);
      const reply = await http({ request, signal });
      if (reply.type === 'no-reply') return transientFailure(reply.problem);
      if (reply.status === 401) return { type: 'token-refused' };
      if (reply.status < 200 || reply.status > 299 || reply.body === undefined) {
        return transientFailure(refusal(reply));
      }
      const account = provider.readAccount?.(reply) ?? accountFromClaims(reply.body);
      return account === undefined ? fromIdToken(tokens) : { type: 'known', account };
    },
  };
}
