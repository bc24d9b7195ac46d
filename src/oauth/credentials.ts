import { assertNever } from '../assert-never';
import type { Binding } from './proof';

/** What a sign-in leaves behind: the session is kept, renewed and revoked with it. */
export type Credentials = Secret & {
  /** What the secret is bound to (RFC 9449); absent where nothing is known of it. */
  binding?: Binding | undefined;
};

type Secret =
  /**
   * @param hosts of the token and revocation endpoints of the metadata that the token came by: it
   *   goes to no others
   * @see RFC 6749 §1.5
   */
  | { type: 'refresh'; refreshToken: string; hosts?: readonly string[] | undefined }
  /** An access token that is never renewed and good until it is revoked. */
  | { type: 'lasting'; accessToken: string }
  /** A refresh token that is only good together with a client that was made for it. */
  | { type: 'bound'; refreshToken: string; clientId: string; clientSecret: string };

/** What an access token is wanted for, where one sign-in gives tokens for several APIs. */
export interface TokenTarget {
  /** An API's identifier, e.g. `https://api.example.com`. @see RFC 8707 §2 */
  resource?: string | undefined;
  /** What some servers call it instead. */
  audience?: string | undefined;
}

/** Credentials that can be exchanged for a new access token. */
export type RenewableCredentials = Exclude<Credentials, { type: 'lasting' }>;

/** What a session is ended with; what is not known any more is left out. */
export interface RevocableTokens {
  accessToken?: string | undefined;
  credentials?: Credentials | undefined;
}

/** The token that the credentials consist of. */
export function secretOf(credentials: Credentials): string {
  switch (credentials.type) {
    case 'refresh':
    case 'bound':
      return credentials.refreshToken;
    case 'lasting':
      return credentials.accessToken;
    default:
      return assertNever(credentials);
  }
}

/** Whether two credentials stand for the same token. */
export const sameCredentials = (one: Credentials, other: Credentials): boolean =>
  one.type === other.type && secretOf(one) === secretOf(other);

const isText = (value: unknown): value is string => typeof value === 'string';

/** @returns the credentials that a value holds, without what they are bound to; undefined for anything else */
export function asCredentials(value: unknown): Credentials | undefined {
  const found = (value ?? {}) as Partial<Record<string, unknown>>;
  const { type, refreshToken, accessToken, clientId, clientSecret, hosts } = found;
  if (type === 'refresh' && isText(refreshToken)) {
    return Array.isArray(hosts)
      ? { type, refreshToken, hosts: hosts.filter(isText) }
      : { type, refreshToken };
  }
  if (type === 'lasting' && isText(accessToken)) return { type, accessToken };
  return type === 'bound' && isText(refreshToken) && isText(clientId) && isText(clientSecret)
    ? { type, refreshToken, clientId, clientSecret }
    : undefined;
}
