import { accountFromTokens } from '../oauth/account';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { Account, TokenSet } from '../oauth/outcome';
import { withTimeLimit } from '../oauth/time-limit';

const lookUpLimitMs = 10_000;

/**
 * Who signed in: what the server says, else what the tokens say. A sign-in that the viewer has
 * already approved is never lost for want of a name.
 *
 * @param signal ends the question; the tokens then tell
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
  return asked?.type === 'known' ? asked.account : accountFromTokens(tokens);
}
