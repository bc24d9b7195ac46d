import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { TokenSet } from '../oauth/outcome';
import type { AccountRecords } from './account-records';
import type { AccountSession } from './account-session';
import type { Accounts } from './accounts';
import { identify } from './identity';
import type { AccountEvent } from './listeners';
import type { StorageWatch } from './storage-watch';

export interface NameLookupDependencies {
  authorizationServer: AuthorizationServer;
  clock: Clock;
  accounts: Accounts;
  records: AccountRecords;
  storage: StorageWatch;
  emit(event: AccountEvent): void;
}

/** Asks for a name that could not be had at sign-in, now that the server answers. */
export async function lookUpName(
  dependencies: NameLookupDependencies,
  accountSession: AccountSession,
  tokens: TokenSet,
): Promise<void> {
  const { authorizationServer, clock, accounts, records, storage, emit } = dependencies;
  const { account, credentials } = accountSession;
  const known = await identify(authorizationServer, clock, tokens, new AbortController().signal);
  if (known.name === '' || accountSession.endedBy !== undefined || credentials === undefined) {
    return;
  }
  if (accountSession.keeping === 'kept') {
    const written = await storage.within(records.write(known, credentials));
    if (written?.value.type !== 'written') return;
    if (known.id !== account.id) await storage.within(records.remove(account.id));
  }
  const duplicate = accounts.find(known.id);
  if (duplicate !== undefined && duplicate !== accountSession) accounts.replace(duplicate);
  accountSession.account = known;
  if (accountSession === accounts.current()) {
    emit({ type: 'accountSwitched', account: known, from: account });
  }
  accounts.reportOpened(accountSession);
}
