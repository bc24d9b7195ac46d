import type { Members } from './members';
import type { Account } from './outcome';
import { hasVisible } from './shown-to-viewer';

/** OpenID Connect allows 255 characters; what is much longer counts as no id: ids are never cut. */
const maxIdChars = 1024;
const maxNameChars = 120;

/** Begins ids that were made up here: no id of a server's begins like this. */
const madeUp = '\u0000';

/** An account that the server does not identify: the screens have words for it. */
export const namelessAccount: Account = { id: `${madeUp}viewer`, name: '' };

/** The id of a record that only waits for the server to hear that its grant is over. */
export const pendingId = (unique: string): string => `${madeUp}revocation ${unique}`;

/** Whether an account's id was made up here; earlier releases made up `viewer` and `viewer-2`. */
export const hasMadeUpId = ({ id, name }: Account): boolean =>
  id.charAt(0) === madeUp || (name === '' && /^viewer(-\d+)?$/.test(id));

/** Whether a text can be part of a record's key: not with half a surrogate pair. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What identifies an account, exactly as the server sent it; undefined for what cannot. */
function exactId(value: unknown): string | undefined {
  // JSON has rounded larger numbers: two people could have the same one.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  const isId =
    typeof value === 'string' &&
    value.length <= maxIdChars &&
    value.charAt(0) !== madeUp &&
    hasVisible(value) &&
    isWellFormed(value);
  return isId ? value : undefined;
}

/** The first member that identifies an account: whole, case and spaces included. */
export function idMember(members: Members, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = exactId(members[name]);
    if (id !== undefined) return id;
  }
  return undefined;
}

const cut = (text: string) =>
  text
    .trim()
    .slice(0, maxNameChars)
    .replace(/[\ud800-\udbff]$/, '');

/** What earlier releases kept an account under: two people could have the same. */
export const formerId = (id: string): string => cut(id);

/** Whether an id may be one that an earlier release has cut. */
export const mayBeCut = (id: string): boolean =>
  id.length === maxNameChars || id.length === maxNameChars - 1;

const shown = (value: unknown) =>
  typeof value === 'string' && hasVisible(value) ? cut(value) : undefined;

/**
 * The account that userinfo or an ID token describes, in the spellings met in the field. A name for
 * the screen may be shortened, an id never is; a display name identifies no one.
 *
 * @returns undefined when nothing in it tells who it is
 */
export function accountFromClaims(claims: Members): Account | undefined {
  const text = (name: string) => shown(claims[name]);
  const email = text('email') ?? text('upn') ?? text('mail');
  const name =
    text('name') ??
    text('displayName') ??
    shown([text('given_name'), text('family_name')].filter(Boolean).join(' ')) ??
    text('preferred_username') ??
    text('nickname') ??
    text('username') ??
    text('login') ??
    text('unique_name') ??
    email;
  const id =
    idMember(claims, 'sub', 'id', 'user_id', 'oid', 'email', 'upn', 'mail') ??
    idMember(claims, 'username', 'login', 'unique_name', 'preferred_username');
  if (id === undefined && name === undefined) return undefined;
  const account: Account = { id: id ?? namelessAccount.id, name: name ?? '' };
  if (email !== undefined) account.email = email;
  return account;
}
