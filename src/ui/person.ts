import { fill, type Texts } from '../i18n/index';
import type { Account } from '../oauth/outcome';
import { plainText } from '../plain-text';

/** Longest name drawn; longer ones end in an ellipsis. */
const nameLimit = 48;

/** A person's name, else the email address; empty when the server gave neither. */
const personName = ({ name, email }: Account): string =>
  plainText(name, nameLimit) || plainText(email ?? '', nameLimit);

/** The letter of an avatar; a dot for an account without a name. */
export const initialOf = (account: Account): string =>
  (Array.from(personName(account))[0] ?? '•').toUpperCase();

/** A sentence with the account's name in it; without a name, its form that needs none. */
export function greeting(
  account: Account,
  texts: Texts,
  sentence: 'hello' | 'begin' | 'confirmSignOut',
): string {
  const name = personName(account);
  return name === '' ? texts[`${sentence}Nameless`] : fill(texts[sentence], { name });
}

/** The account's name in a list: accounts without a name are numbered. */
export function nameAmong(accounts: readonly Account[], account: Account, texts: Texts): string {
  const name = personName(account);
  if (name !== '') return name;
  const nameless = accounts.filter((other) => personName(other) === '');
  return fill(texts.nameless, { number: String(nameless.indexOf(account) + 1) });
}
