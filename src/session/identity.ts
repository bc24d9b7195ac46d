import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import { accountFromClaims, idTokenClaims } from '../oauth/id-token';
import type { Account, TokenSet } from '../oauth/outcome';
import { withTimeLimit } from '../oauth/time-limit';

/** An account that the server says nothing about: the screens have words for it. */
const namelessAccount: Account = { id: 'viewer', name: '' };

const lookUpLimitMs = 10_000;

/**
 * Who signed in: what the server says, else the ID token, else an account without a name. A sign-in
 * that the viewer has already approved is never lost for want of a name.
 */
export async function identify(
  server: AuthorizationServer,
  clock: Clock,
  tokens: TokenSet,
  signal: AbortSignal,
): Promise<Account> {
  const asked = await withTimeLimit(clock, lookUpLimitMs, server.account(tokens, signal)).catch(
    () => undefined,
  );
  if (asked?.type === 'known') return asked.account;
  const claims = tokens.idToken === undefined ? undefined : idTokenClaims(tokens.idToken);
  return (claims && accountFromClaims(claims)) ?? namelessAccount;
}
