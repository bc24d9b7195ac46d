import type { AuthorizationServer } from '../device-grant/authorization-server';
import type { Clock } from '../device-grant/clock';
import type { Account, TokenSet } from '../device-grant/outcome';
import { textOfBase64url } from './base64url';
import { bounded } from './bounded';

/** Id of an account that the server says nothing about; its name is empty. */
export const unknownAccountId = 'unknown';

const lookUpLimitMs = 10_000;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/**
 * Who an ID token speaks of. Its signature is not checked, so this serves for a display name only:
 * it came straight from the token endpoint over TLS (OpenID Connect Core §3.1.3.7).
 *
 * @returns undefined when it is absent or unreadable
 */
export function accountOfIdToken(idToken: string | undefined): Account | undefined {
  let claims: Record<string, unknown> | null;
  try {
    claims = JSON.parse(textOfBase64url(idToken?.split('.')[1] ?? ''));
  } catch {
    return undefined;
  }
  const id = text(claims?.['sub']);
  if (claims === null || id === undefined) return undefined;
  const email = text(claims['email']);
  const name = text(claims['name']) ?? text(claims['preferred_username']) ?? email ?? '';
  return email === undefined ? { id, name } : { id, name, email };
}

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
  const asked = await bounded(clock, lookUpLimitMs, server.account(tokens, signal)).catch(
    () => undefined,
  );
  if (asked?.outcome === 'known') return asked.account;
  return accountOfIdToken(tokens.idToken) ?? { id: unknownAccountId, name: '' };
}
