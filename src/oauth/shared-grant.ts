import { idMember } from './claims';
import { type Credentials, sameCredentials, secretOf } from './credentials';
import { readJwt } from './jwt';

/** The session at the server that a token names, where it is a JWT that does: Keycloak's are. */
function serverSessionOf(credentials: Credentials): string | undefined {
  const claims = readJwt(secretOf(credentials))?.claims;
  return claims && idMember(claims, 'sid', 'session_state');
}

/**
 * Whether revoking one of two credentials would end the other: they are the same token, or belong to
 * one session at the server, as two approvals from the same phone's browser may.
 */
export function sharesGrant(one: Credentials, other: Credentials): boolean {
  const session = serverSessionOf(one);
  return (
    sameCredentials(one, other) || (session !== undefined && session === serverSessionOf(other))
  );
}
