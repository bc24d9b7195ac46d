import { idMember } from './claims';
import { readJwt } from './jwt';
import { type Members, numberMember } from './members';

/** Why an ID token is not used; it never keeps a viewer from signing in. */
export type IdTokenFault =
  | 'malformed'
  | 'unsigned'
  | 'foreign-issuer'
  | 'foreign-audience'
  | 'expired'
  | 'issued-in-future';

/** What became of an ID token. */
export type IdTokenVerdict = 'fits' | IdTokenFault;

/** What an ID token has to fit. */
export interface IdTokenExpectations {
  /** Issuers that it may name; `{tenantid}` stands for its claim `tid`. */
  issuers: readonly string[];
  /** An address of the server, where no issuer is known: then any issuer of the same host fits. */
  server: string | undefined;
  /** Empty where the app is not registered with the provider: then any audience fits. */
  clientId: string;
  /** True for a provider that does not sign its ID tokens. */
  mayBeUnsigned: boolean;
  /** The server's time in ms, where its replies tell it. */
  serverMs: number | undefined;
  /** The TV's own clock in ms, which may be wrong. */
  wallMs: number;
}

export type IdTokenCheck =
  | { type: 'fits'; claims: Members }
  | { type: 'unusable'; fault: IdTokenFault };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** By how much the clocks of a server's machines differ at most. */
const serverLeewayMs = 10 * minuteMs;
/** A TV's clock may go wrong by a zone of time, and after a winter without power by months. */
const wallAheadMs = dayMs;
const wallBehindMs = 365 * dayMs;

const unusable = (fault: IdTokenFault): IdTokenCheck => ({ type: 'unusable', fault });

const withoutSlash = (issuer: string) => issuer.replace(/\/$/, '');

const hostOf = (address: string): string | undefined => /^https?:\/\/([^/?#]+)/.exec(address)?.[1];

function isFrom({ iss, tid }: Members, { issuers, server }: IdTokenExpectations): boolean {
  if (typeof iss !== 'string') return false;
  if (issuers.length === 0) return server !== undefined && hostOf(iss) === hostOf(server);
  const tenant = typeof tid === 'string' && /^[\w-]+$/.test(tid) ? tid : '';
  return issuers
    .filter((issuer) => tenant !== '' || issuer.indexOf('{tenantid}') < 0)
    .some((issuer) => withoutSlash(issuer.replace('{tenantid}', tenant)) === withoutSlash(iss));
}

function isFor({ aud, azp }: Members, clientId: string): boolean {
  if (clientId === '') return true;
  const isAmong = Array.isArray(aud) ? aud.includes(clientId) : aud === clientId;
  return isAmong && (azp === undefined || azp === clientId);
}

/** What is wrong with its times; a token's own `iat` and `exp` need no clock to be compared. */
function timeFault(
  claims: Members,
  { serverMs, wallMs }: Pick<IdTokenExpectations, 'serverMs' | 'wallMs'>,
): IdTokenFault | undefined {
  const expiresAt = numberMember(claims, 'exp');
  const issuedAt = numberMember(claims, 'iat', 'nbf');
  if (expiresAt === undefined) return 'malformed';
  if (issuedAt !== undefined && expiresAt <= issuedAt) return 'expired';
  const nowMs = serverMs ?? wallMs;
  if (expiresAt * 1000 < nowMs - (serverMs === undefined ? wallAheadMs : serverLeewayMs)) {
    return 'expired';
  }
  const behindMs = serverMs === undefined ? wallBehindMs : serverLeewayMs;
  return (issuedAt ?? 0) * 1000 > nowMs + behindMs ? 'issued-in-future' : undefined;
}

/**
 * Whether an ID token may say who signed in. It came straight from the token endpoint over TLS, so
 * its signature is not checked: there the server's certificate vouches for it.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation item 6
 */
export function checkIdToken(idToken: string, expected: IdTokenExpectations): IdTokenCheck {
  const jwt = readJwt(idToken);
  if (jwt === undefined || idMember(jwt.claims, 'sub') === undefined) return unusable('malformed');
  const { claims, isSigned } = jwt;
  if (!isSigned && !expected.mayBeUnsigned) return unusable('unsigned');
  if (!isFrom(claims, expected)) return unusable('foreign-issuer');
  if (!isFor(claims, expected.clientId)) return unusable('foreign-audience');
  const fault = timeFault(claims, expected);
  return fault === undefined ? { type: 'fits', claims } : unusable(fault);
}
