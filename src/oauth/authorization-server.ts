import type { RevocationReach } from '../settings/settings';
import type { Credentials, RevocableTokens, TokenTarget } from './credentials';
import type { IdTokenVerdict } from './id-token';
import type {
  AccountOutcome,
  DeviceAuthorization,
  PollOutcome,
  RefreshOutcome,
  RequestOutcome,
  RevokeOutcome,
  TokenSet,
} from './outcome';

/**
 * An authorization server as the flow and the session see it: calls that never reject, whatever
 * the server or the network does. `client.ts` makes one over HTTP.
 */
export interface AuthorizationServer {
  /** Names the server in stored records: the issuer, or the token endpoint's origin. */
  readonly id: string;
  readonly clientId: string;
  /** What a revocation ends: the token's own grant, or all that the person gave this client. */
  readonly revocationReach?: RevocationReach | undefined;
  /** Device authorization request, RFC 8628 §3.1. */
  requestCode(signal: AbortSignal): Promise<RequestOutcome>;
  /** Device access token request, RFC 8628 §3.4. */
  poll(authorization: DeviceAuthorization, signal: AbortSignal): Promise<PollOutcome>;
  /** The last code is given up: what it has opened at the server may be closed. */
  abandoned?(): void;
  /**
   * RFC 6749 §6; credentials that are never renewed come back as they are.
   *
   * @param target what the token is for; refused where the system gives none for it
   */
  refresh(
    credentials: Credentials,
    signal: AbortSignal,
    target?: TokenTarget,
  ): Promise<RefreshOutcome>;
  /** RFC 7009: the refresh token when there is one, else the access token. */
  revoke(tokens: RevocableTokens, signal: AbortSignal): Promise<RevokeOutcome>;
  /** What became of the newest ID token; undefined while there was none. For diagnostics. */
  idTokenVerdict?(): IdTokenVerdict | undefined;
  /** OpenID Connect Core §5.3, or what the provider offers instead. */
  account(tokens: TokenSet, signal: AbortSignal): Promise<AccountOutcome>;
}
