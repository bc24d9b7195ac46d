import type { AccountRecords } from './account-records';
import type { AccountSession } from './account-session';
import type { Accounts } from './accounts';
import type { Cleanup } from './cleanup';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

export interface SignOutDependencies {
  server: ServerCalls;
  accounts: Accounts;
  records: AccountRecords;
  storage: StorageWatch;
  cleanup: Cleanup;
  /** Tells the other tabs that these accounts are signed out. */
  tellTabs(accountIds: readonly string[]): void;
}

/** A sign-out does not wait longer than this for the record. */
const markLimitMs = 2000;

/** Signs accounts out: marked here first, then revoked, then deleted. */
export async function signOutAccounts(
  dependencies: SignOutDependencies,
  accountIds: readonly string[],
): Promise<void> {
  const { server, accounts, records, storage, cleanup } = dependencies;
  const leaving = accounts.sessions().filter(({ account }) => accountIds.includes(account.id));
  for (const accountSession of leaving) accounts.drop(accountSession, 'viewer');

  const mark = async ({ account, credentials }: AccountSession) => {
    const newest = await storage.within(records.markSignedOut(account.id), markLimitMs);
    return newest?.value ?? credentials;
  };
  const marked = await Promise.all(leaving.map(mark));
  dependencies.tellTabs(accountIds);

  // Now, not after the revocation: by then the next sign-in may already use a key.
  const forgetting = cleanup.forgetProofs();
  const revoke = async ({ account, access }: AccountSession, index: number) => {
    const credentials = marked[index];
    if (credentials === undefined && access === undefined) return;
    if (await server.revoke({ accessToken: access?.token, credentials })) {
      await storage.within(records.remove(account.id));
    }
  };
  await Promise.all(leaving.map(revoke));
  await forgetting;
  await cleanup.forgetSeal();
}
