import type { Credentials, RevocableTokens } from './credentials';
import type { Members } from './members';
import type { Problem } from './problem';
import type { Binding } from './proof';

/**
 * What the server issued for one sign-in attempt (RFC 8628 §3.2), checked and in this app's units.
 * The device code is a secret of the attempt: it is never shown, logged or kept.
 */
export interface DeviceAuthorization {
  deviceCode: string;
  /** Shown exactly as received (RFC 8628 §6.1). */
  userCode: string;
  verificationUri: string;
  /** Present only when the server sent one; never made up. */
  verificationUriComplete?: string | undefined;
  /** Lifetime counted from the moment the request was sent. */
  expiresInSeconds: number;
  intervalSeconds: number;
  /** A sentence of the server's own for the viewer (Entra); plain text. */
  message?: string;
}

/** Tokens of one successful reply (RFC 6749 §5.1). */
export interface TokenSet {
  accessToken: string;
  tokenType: 'Bearer' | 'DPoP';
  /** Absent when the server does not say: use until refused. */
  expiresInSeconds?: number;
  /** What the access token is bound to; absent where nothing is known of it. */
  binding?: Binding | undefined;
  /** What the session can be kept with; absent when the server gave nothing of the kind. */
  credentials?: Credentials | undefined;
  /** Granted scopes, when the server says. */
  scope?: readonly string[];
  /** As it came: nothing may be read from it before it is found to fit. */
  idToken?: string | undefined;
  /** What an ID token says that fits this server, client and time. */
  claims?: Members | undefined;
  /** Who signed in, where the token reply itself says so. */
  account?: Account;
}

/** Who signed in. */
export interface Account {
  /** Stable and unique within the issuer: `sub`, or what the provider uses instead. */
  id: string;
  name: string;
  email?: string;
}

/** Outcome of a device authorization request. */
export type RequestOutcome =
  | { type: 'issued'; authorization: DeviceAuthorization }
  | { type: 'failed'; problem: Problem };

/** Outcome of one poll of the token endpoint (RFC 8628 §3.5), in the terms of RFC 8628 for every provider. */
export type PollOutcome =
  | { type: 'pending'; retryAfterSeconds?: number | undefined }
  | {
      type: 'slow-down';
      intervalSeconds?: number | undefined;
      retryAfterSeconds?: number | undefined;
    }
  | { type: 'approved'; tokens: TokenSet }
  /** The viewer approved, and the server keeps what came of it: this app gets no token. */
  | { type: 'authorized' }
  /** The viewer approved a first code; a second one is to follow. */
  | { type: 'next-code'; authorization: DeviceAuthorization }
  | { type: 'denied' }
  | { type: 'expired' }
  /** The code is no longer known: expired if our own clock says so, else refused or already used. */
  | { type: 'unknown-code'; problem: Problem }
  /** Nothing is decided: network, time-out, 5xx, a foreign page. Ask again, more slowly. */
  | { type: 'transient-failure'; problem: Problem }
  /** An OAuth error that this app does not know: final when it is repeated. */
  | { type: 'refused'; problem: Problem }
  /** Asking again cannot help; tokens that came along but cannot be used are to be revoked. */
  | { type: 'failed'; problem: Problem; unusable?: RevocableTokens };

/** Outcome of a refresh (RFC 6749 §6). */
export type RefreshOutcome =
  | { type: 'renewed'; tokens: TokenSet }
  /** The grant is gone: only a new sign-in helps. */
  | { type: 'ended'; problem: Problem }
  /** The server says no, but not that the grant is gone: it may be mended there. */
  | { type: 'refused'; problem: Problem }
  /** Nothing is decided; keep the credentials and try later. */
  | { type: 'transient-failure'; problem: Problem };

/** Outcome of a request for the account behind an access token. */
export type AccountOutcome =
  | { type: 'known'; account: Account }
  | { type: 'token-refused' }
  /** The server says no for another reason than the token. */
  | { type: 'refused'; problem: Problem }
  | { type: 'transient-failure'; problem: Problem };

/** Outcome of a revocation (RFC 7009). */
export type RevokeOutcome =
  | { type: 'revoked' }
  /** The server has no way to do it, or names one that must not be called: the problem says which. */
  | { type: 'unsupported'; problem?: Problem | undefined }
  /** The server says no; asking again cannot help. */
  | { type: 'refused'; problem: Problem }
  | { type: 'transient-failure'; problem: Problem };

/** The outcome of a request that decided nothing: it may be sent again. */
export const transientFailure = (problem: Problem) =>
  ({ type: 'transient-failure', problem }) as const;
