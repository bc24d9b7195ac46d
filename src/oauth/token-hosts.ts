import type { Connection } from './connection';
import type { Credentials } from './credentials';
import { hostsOf } from './known-servers';
import type { TokenSet } from './outcome';
import type { Problem } from './problem';
import type { Endpoints } from './providers/provider';

/**
 * Tokens whose refresh token remembers the hosts that the metadata named when it came.
 *
 * @param before the credentials that were renewed: what they remember stays
 */
export function withTokenHosts(
  { configured }: Connection,
  tokens: TokenSet,
  endpoints: Endpoints,
  before?: Credentials,
): TokenSet {
  const { credentials } = tokens;
  // What the settings name may change with them.
  if (credentials?.type !== 'refresh' || configured.token !== undefined) return tokens;
  const known = before?.type === 'refresh' ? before.hosts : undefined;
  return {
    ...tokens,
    credentials: {
      ...credentials,
      hosts: known ?? hostsOf([endpoints.token, endpoints.revocation]),
    },
  };
}

/**
 * Why a refresh token is not sent to an endpoint: the metadata named other hosts when it came.
 * Else a change of the metadata would hand over the session; a new sign-in goes where it says now.
 */
export function hostChange(
  { configured, observed }: Connection,
  credentials: Credentials | undefined,
  endpoints: Endpoints,
  name: 'token' | 'revocation',
): Problem | undefined {
  const address = endpoints[name];
  if (credentials?.type !== 'refresh' || configured[name] !== undefined) return undefined;
  const known = credentials.hosts ?? observed.cachedHosts;
  if (address === undefined || known === undefined) return undefined;
  const { host } = new URL(address);
  if (known.includes(host)) return undefined;
  const detail = `The server’s metadata names ${host} in place of ${known.join(', ')}: the refresh token is not sent there. Sign in again, if the change is right.`;
  return { kind: 'untrusted-address', code: 'token_host_changed', detail };
}
