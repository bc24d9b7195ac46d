import type {
  ClientAuthentication,
  OptionKind,
  RevocationReach,
  SignInSettings,
} from '../../settings/settings';
import type { RenewableCredentials } from '../credentials';
import type {
  Account,
  DeviceAuthorization,
  PollOutcome,
  RefreshOutcome,
  RequestOutcome,
  TokenSet,
} from '../outcome';
import type { Problem } from '../problem';
import type { NoReply, Reply } from '../reply';

/** One HTTP request as a provider wants it. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`; a field without a value is left out. */
  form?: Fields;
  /** Sent as `application/json`. */
  json?: unknown;
  /** Sent as `Authorization`, with a DPoP proof bound to it when its type is DPoP. */
  authorization?: Pick<TokenSet, 'accessToken' | 'tokenType' | 'binding'>;
}

/** Where a provider sends a request. */
export type Target = Pick<WireRequest, 'method' | 'url'>;

/** Form fields; one without a value is left out. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** The tokens that a revocation can name; what is not known any more is left out. */
export interface TokensToRevoke {
  accessToken?: string | undefined;
  refreshToken?: string | undefined;
}

/** Where the server is to be found. */
export interface Endpoints {
  deviceAuthorization: string;
  token: string;
  revocation?: string;
  userinfo?: string;
}

/** What a provider may build its requests from. */
export interface RequestContext {
  settings: SignInSettings;
  endpoints: Endpoints;
  /** How the client says who it is. */
  clientAuthentication: ClientAuthentication;
  /** Scope to ask for; undefined for what the server gives by itself. */
  scope: string | undefined;
  /** The viewer's language, e.g. `en-GB`. */
  language: string;
  /** The wall clock in ms; may be wrong. */
  wallMs: number;
  /** Names this installation to servers that ask for it; random, not derived from hardware. */
  deviceId: string;
  appName: string;
  /** What to call this TV on the viewer's phone: at most 64 characters, all of them visible. */
  deviceName: string | undefined;
  /** What earlier steps left for later ones, by names of the provider's own; never stored. */
  notes: Record<string, string>;
}

/** Sends one request; resolves with a reply or with why there is none. */
export type Send = (request: WireRequest) => Promise<Reply | NoReply>;

/**
 * How a provider differs from RFC 8628, and nothing else: whatever is left out is done as the RFC
 * says. A server that speaks plain RFC 8628 needs no provider.
 */
export interface Provider {
  /** The name in settings.json. */
  name: string;
  /** What `appSettings.signIn.providerOptions` may hold. */
  options?: Readonly<Record<string, OptionKind>>;
  /** 'none' where an app is not registered with the provider. */
  clientId?: 'none';
  /** Endpoints that need no discovery; `settings.endpoints` overrides them. */
  endpoints?(settings: SignInSettings): Partial<Endpoints>;
  /** Further addresses that are called: a relay has to forward these, too. */
  otherCalls?(settings: SignInSettings): readonly Target[];
  /** False for providers that publish no metadata. */
  discovery?: boolean;
  /** Scope to ask for when the settings name none. */
  defaultScope?: string;
  /** A step before the device request: registering a client, opening a session. */
  prepare?(send: Send, context: RequestContext): Promise<Problem | undefined>;
  /** How the client says who it is, where the metadata does not say. */
  clientAuthentication?: ClientAuthentication;
  /** 'none' where the device request is not authenticated, not even by a client with a secret. */
  deviceAuthentication?: 'none';
  /** Fields that the standard device request has more, others or, when undefined, less. */
  deviceFields?(context: RequestContext): Fields;
  /** Replaces the standard device request altogether. */
  deviceRequest?(context: RequestContext): WireRequest;
  /** Answers undefined for a reply that reads as the RFC says. */
  readDevice?(reply: Reply, context: RequestContext): RequestOutcome | undefined;
  /** As `deviceFields`, for polls. */
  pollFields?(authorization: DeviceAuthorization, context: RequestContext): Fields;
  pollRequest?(authorization: DeviceAuthorization, context: RequestContext): WireRequest;
  /** Answers undefined for a reply that reads as the RFC says, 'redeem' when `redeem` is next. */
  readPoll?(reply: Reply, context: RequestContext): PollOutcome | 'redeem' | undefined;
  /** A step between approval and tokens. */
  redeem?(
    reply: Reply,
    send: Send,
    context: RequestContext,
    authorization: DeviceAuthorization,
  ): Promise<PollOutcome>;
  /** Closes what a code has opened, when its attempt is cancelled. */
  abandon?(send: Send, context: RequestContext): Promise<void>;
  /**
   * A token that comes without a refresh token and without an end stays good until it is revoked:
   * it is itself what is kept.
   */
  lastingTokens?: true;
  /** As `deviceFields`, for refreshes. */
  refreshFields?(context: RequestContext): Fields;
  /** 'none' where tokens cannot be refreshed. */
  refreshRequest?:
    | 'none'
    | ((credentials: RenewableCredentials, context: RequestContext) => WireRequest);
  readRefresh?(reply: Reply, credentials: RenewableCredentials): RefreshOutcome | undefined;
  /** 'none' where the server has no way to end a session. */
  revokeRequest?:
    | 'none'
    | ((tokens: TokensToRevoke, context: RequestContext) => WireRequest | undefined);
  /** 'person' where revoking one token ends all that the person gave this client. */
  revocationReach?: RevocationReach;
  /**
   * Issuers that its ID tokens name besides the one of the settings; `{tenantid}` stands for the
   * tenant in the token.
   */
  idTokenIssuers?(settings: SignInSettings): readonly string[];
  /** Its ID tokens are not signed: all that vouches for them is the connection they came over. */
  unsignedIdTokens?: true;
  /** 'none' where only the ID token tells who signed in. */
  accountRequest?:
    | 'none'
    | ((tokens: TokenSet, context: RequestContext) => WireRequest | undefined);
  readAccount?(reply: Reply): Account | undefined;
}
