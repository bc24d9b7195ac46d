import type { SignOutAnswer } from '../sign-in/states';
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

/** What the viewer is told of several sign-outs: what matters most of what was answered. */
const gravest = [
  'refused',
  'unsupported',
  'untold',
  'later',
  'revoked',
] as const satisfies readonly SignOutAnswer[];

/**
 * Signs accounts out: marked here first, then revoked, then deleted.
 *
 * @returns what the server said
 */
export async function signOutAccounts(
  dependencies: SignOutDependencies,
  accountIds: readonly string[],
): Promise<SignOutAnswer> {
  const { server, accounts, records, storage, cleanup } = dependencies;
  const leaving = accounts.sessions().filter(({ account }) => accountIds.includes(account.id));
  for (const accountSession of leaving) accounts.drop(accountSession, 'viewer');

  const mark = async ({ account, credentials }: AccountSession) => {
    const newest = await storage.within(records.markSignedOut(account.id), markLimitMs);
    return newest?.value ?? credentials;
  };
  const marked = await Promise.all(leaving.map(mark));
  dependencies.tellTabs(accountIds);

  const revoke = async (
    { account, access }: AccountSession,
    index: number,
  ): Promise<SignOutAnswer> => {
    const credentials = marked[index];
    // Without any token there is nothing that the server could still honor.
    if (credentials === undefined && access === undefined) return 'revoked';
    const { type: outcome } = await server.revoke({ accessToken: access?.token, credentials });
    // An unsealed record does not stay, and so does not wait either.
    if (outcome === 'transient-failure') {
      return (await cleanup.postpone(account.id)) ? 'later' : 'untold';
    }
    await storage.within(records.forgetSignedOut(account.id));
    return outcome;
  };
  const answers = await Promise.all(leaving.map(revoke));
  await cleanup.forgetSharedKey();
  await cleanup.forgetSeal();
  return gravest.find((answer) => answers.includes(answer)) ?? 'revoked';
}
