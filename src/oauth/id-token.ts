import type { Members } from './members';
import type { Account } from './outcome';
import { hasVisible } from './shown-to-viewer';

/**
 * The claims of an ID token, for a display name only. The token came straight from the token
 * endpoint over TLS, so its signature need not be checked (OpenID Connect Core §3.1.3.7).
 *
 * @returns undefined when it is not a JWT
 */
export function idTokenClaims(idToken: string): Members | undefined {
  const payload = idToken.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
    const escaped = bytes.replace(
      /[\s\S]/g,
      (byte) => `%${`0${byte.charCodeAt(0).toString(16)}`.slice(-2)}`,
    );
    const claims: unknown = JSON.parse(decodeURIComponent(escaped));
    return typeof claims === 'object' && claims !== null ? (claims as Members) : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown) =>
  typeof value === 'string' && hasVisible(value)
    ? value
        .trim()
        .slice(0, 120)
        .replace(/[\ud800-\udbff]$/, '')
    : undefined;

/**
 * The account that userinfo or an ID token describes, in the spellings met in the field.
 *
 * @returns undefined when nothing in it tells who it is
 */
export function accountFromClaims(claims: Members): Account | undefined {
  const subject = claims['sub'] ?? claims['id'] ?? claims['user_id'] ?? claims['oid'];
  const id = typeof subject === 'number' ? String(subject) : text(subject);
  const email = text(claims['email']) ?? text(claims['upn']) ?? text(claims['mail']);
  const name =
    text(claims['name']) ??
    text(claims['displayName']) ??
    text([text(claims['given_name']), text(claims['family_name'])].filter(Boolean).join(' ')) ??
    text(claims['preferred_username']) ??
    text(claims['nickname']) ??
    text(claims['username']) ??
    text(claims['login']) ??
    text(claims['unique_name']) ??
    email;
  const known = id ?? email ?? name;
  if (known === undefined) return undefined;
  const account: Account = { id: known, name: name ?? '' };
  if (email !== undefined) account.email = email;
  return account;
}
