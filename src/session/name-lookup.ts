import type { AuthorizationServer } from '../oauth/authorization-server';
import { formerId, hasMadeUpId, mayBeCut } from '../oauth/claims';
import type { Clock } from '../oauth/clock';
import type { Account, TokenSet } from '../oauth/outcome';
import type { AccountRecords } from './account-records';
import type { AccountSession } from './account-session';
import type { Accounts } from './accounts';
import { identify } from './identity';
import type { RecordKeeper } from './keep';
import type { AccountEvent } from './listeners';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

export interface NameLookupDependencies {
  authorizationServer: AuthorizationServer;
  clock: Clock;
  accounts: Accounts;
  server: ServerCalls;
  keeper: RecordKeeper;
  records: AccountRecords;
  storage: StorageWatch;
  emit(event: AccountEvent): void;
}

/**
 * Whether the account still needs the server's word: it has no name, or an id that earlier releases
 * may have cut.
 */
export const isIncomplete = ({ account: { id, name }, hasWholeId }: AccountSession): boolean =>
  name === '' || (mayBeCut(id) && hasWholeId !== true);

/** Whether what the server says now is about the same person. */
const isSamePerson = (before: Account, known: Account): boolean =>
  known.id === before.id ||
  (!hasMadeUpId(known) && (hasMadeUpId(before) || formerId(known.id) === before.id));

/**
 * Asks who an account is, where that could not be had at sign-in, now that the server answers. Its
 * own tokens are what tells: a record whose id was cut is never taken for another person's.
 */
export async function lookUpName(
  dependencies: NameLookupDependencies,
  accountSession: AccountSession,
  tokens: TokenSet,
): Promise<void> {
  const { authorizationServer, clock, accounts, keeper, records, server, storage, emit } =
    dependencies;
  const { account, credentials } = accountSession;
  const said = await identify(authorizationServer, clock, tokens, new AbortController().signal);
  accountSession.hasWholeId = !hasMadeUpId(said);
  const known = hasMadeUpId(said) ? { ...said, id: account.id } : said;
  if (accountSession.endedBy !== undefined || credentials === undefined) return;
  if (!isSamePerson(account, known)) return;
  if (known.id === account.id && (known.name === '' || known.name === account.name)) return;
  const isMoved = known.id !== account.id;
  if (accountSession.keeping === 'kept') {
    // What another sign-in of the same person has left under that id is replaced.
    if ((await keeper.keepNew(known, credentials, isMoved)) === undefined) return;
    if (isMoved) await storage.within(records.remove(account.id));
  }
  const duplicate = accounts.find(known.id);
  if (duplicate !== undefined && duplicate !== accountSession) {
    accounts.replace(duplicate);
    if (duplicate.keeping !== 'kept') void server.revokeBeside(duplicate, credentials);
  }
  accountSession.account = known;
  if (accountSession === accounts.current()) {
    emit({ type: 'accountSwitched', account: known, from: account });
  }
  accounts.reportOpened(accountSession);
}
