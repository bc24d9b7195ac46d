import { type Credentials, sameCredentials } from '../oauth/credentials';
import type { Account } from '../oauth/outcome';
import type { AccountRecords } from './account-records';
import type { AccountSession } from './account-session';
import type { Cleanup } from './cleanup';
import type { Proofs } from './dpop';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

export interface KeepDependencies {
  records: AccountRecords;
  storage: StorageWatch;
  proofs: Proofs;
  cleanup: Pick<Cleanup, 'revokePending'>;
  /** Serializes key deletion and record writes across tabs. */
  withKeyLock<Value>(work: () => Promise<Value>): Promise<Value>;
  server: ServerCalls;
  /** Reads what is kept, unless that has been done; false while it cannot be read. */
  ensureRead(): Promise<boolean>;
  /**
   * Whether a missing record may be one that was cleared with the site's data: another tab's sign-out
   * would have been heard of.
   */
  mayBeCleared(): boolean;
}

/** Credentials, and what the record says of them when they come from it. */
export interface FoundCredentials {
  credentials: Credentials;
  revision?: string | undefined;
  /** The server has renewed this account's access before. */
  renewed?: boolean | undefined;
}

/** What can be exchanged for access. */
export type HeldCredentials =
  | ({ type: 'found' } & FoundCredentials)
  | { type: 'nothing' }
  /** There is a record, and storage does not let it be read now. */
  | { type: 'unreadable' };

/** What came of keeping credentials. */
export type KeepResult = 'kept' | 'not-kept' | 'signed-out';

/** Keeps the credentials of the accounts of this run. Nothing rejects. */
export interface RecordKeeper {
  /**
   * Keeps credentials that have no record yet.
   * @param isNewGrant true when they come of a sign-in of this run: what the record held is then
   * revoked, once they are durably in its place
   * @returns revision of the record; undefined when they cannot be kept
   */
  keepNew(
    account: Account,
    credentials: Credentials,
    isNewGrant: boolean,
  ): Promise<string | undefined>;
  /** A kept account's credentials are those in the record: another tab may have rotated them. */
  newest(accountSession: AccountSession): Promise<HeldCredentials>;
  /** Brings the record up to date with what a renewal gave. */
  keepRenewed(
    accountSession: AccountSession,
    before: FoundCredentials,
    renewed: Credentials,
  ): Promise<KeepResult>;
}

/** Makes a rotated token durable before anything uses what came with it. */
async function keepRotated(
  { records, storage }: KeepDependencies,
  account: Account,
  credentials: Credentials,
  replaces: string,
): Promise<KeepResult> {
  const written = await storage.within(records.write(account, credentials, replaces));
  if (written === undefined) {
    // The old token in the store is used up: at the next start it would look stolen.
    await storage.within(records.remove(account.id, replaces));
    return 'not-kept';
  }
  if (written.value.type === 'written') return 'kept';
  const now = await storage.within(records.read(account.id));
  // Signed in anew in another tab: its credentials are the ones that last.
  return now?.value.type === 'kept' ? 'kept' : 'signed-out';
}

/** Makes the keeper of one session. */
export function createRecordKeeper(dependencies: KeepDependencies): RecordKeeper {
  const { records, storage, proofs, server, cleanup } = dependencies;
  const { withKeyLock, ensureRead, mayBeCleared } = dependencies;

  /** Where the site's data was cleared, the key that all accounts shared is gone from the store. */
  const withOwnKey = async (credentials: Credentials): Promise<Credentials> => {
    if (credentials.binding?.type !== 'shared') return credentials;
    const key = await proofs.sharedKey();
    return key === undefined ? credentials : { ...credentials, binding: { type: 'bound', key } };
  };

  const keepNew: RecordKeeper['keepNew'] = async (account, credentials, isNewGrant) => {
    // Storage that does not even answer would hold up every renewal anew.
    if (storage.hangs()) return undefined;
    // A record that could not be read may be another viewer's: nothing is written over it.
    if (!(await ensureRead())) return undefined;
    return withKeyLock(async () => {
      const isReplaced = (before: Credentials) =>
        isNewGrant && server.mayRevokeBeside(before, credentials);
      const written = await storage.within(records.writeNew(account, credentials, isReplaced));
      // Some engines cannot clone a key into a store that takes everything else.
      if (!written && storage.health().storageError === 'DataCloneError') {
        storage.failed('KeyNotKeptError');
      }
      if (written?.value.type !== 'written') return undefined;
      await storage.within(records.deleteSharedKey());
      const { replacedId, revision } = written.value;
      if (replacedId !== undefined) void cleanup.revokePending([replacedId]);
      return revision;
    });
  };

  return {
    keepNew,

    async newest({ account, keeping, credentials }) {
      const kept = keeping === 'kept';
      let isCleared = false;
      if (kept) {
        const reading = await storage.within(records.read(account.id));
        if (reading?.value.type === 'kept') {
          const { credentials: stored, revision, renewed } = reading.value;
          return { type: 'found', credentials: stored, revision, renewed };
        }
        isCleared = reading?.value.type === 'absent' && mayBeCleared();
        if (reading !== undefined && !isCleared) return { type: 'nothing' };
      }
      if (credentials !== undefined) return { type: 'found', credentials };
      return { type: kept && !isCleared ? 'unreadable' : 'nothing' };
    },

    async keepRenewed(accountSession, before, renewed) {
      const { account } = accountSession;
      const { credentials, revision } = before;
      if (revision !== undefined) {
        if (!sameCredentials(renewed, credentials)) {
          return keepRotated(dependencies, account, renewed, revision);
        }
        if (!before.renewed) await storage.within(records.noteRenewed(account.id, revision));
        return 'kept';
      }
      const own = await withOwnKey(renewed).catch(() => renewed);
      const fresh = await keepNew(account, own, accountSession.isNewGrant === true);
      // Signed out while it was written: the mark found nothing to mark.
      if (fresh !== undefined && accountSession.endedBy === 'signed-out') {
        await storage.within(records.remove(account.id, fresh));
      }
      return fresh === undefined ? 'not-kept' : 'kept';
    },
  };
}
