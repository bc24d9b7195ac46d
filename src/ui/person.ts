import { fill, type Texts } from '../i18n/index';
import type { Account } from '../oauth/outcome';
import { plainText } from './plain-text';

/** Longest name drawn; longer ones end in an ellipsis. */
const nameLimit = 48;

/** What to call somebody: the name, else the address; empty when the server told neither. */
export const personName = ({ name, email }: Account): string =>
  plainText(name, nameLimit) || plainText(email ?? '', nameLimit);

/** The letter in somebody's picture; a sign for those without a name. */
export const initialOf = (account: Account): string =>
  (Array.from(personName(account))[0] ?? '•').toUpperCase();

/** A sentence that greets or asks somebody; who has no name is spoken to without one. */
export function greeting(
  account: Account,
  texts: Texts,
  sentence: 'hello' | 'begin' | 'confirmSignOut',
): string {
  const name = personName(account);
  return name === '' ? texts[`${sentence}Nameless`] : fill(texts[sentence], { name });
}

/** How somebody is called among others: those without a name are numbered. */
export function nameAmong(accounts: readonly Account[], account: Account, texts: Texts): string {
  const name = personName(account);
  if (name !== '') return name;
  const nameless = accounts.filter((other) => personName(other) === '');
  return fill(texts.nameless, { number: String(nameless.indexOf(account) + 1) });
}
