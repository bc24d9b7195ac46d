import type { AccountRecords, SupersededRecord } from './account-records';
import type { Proofs } from './dpop';
import type { Seal } from './seal';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

/** What the cleanup works with. */
export interface CleanupDependencies {
  server: ServerCalls;
  records: AccountRecords;
  storage: StorageWatch;
  seal: Seal;
  proofs: Proofs;
  /** Runs work while no record is being written, here or in another tab. */
  withKeyLock<Value>(work: () => Promise<Value>): Promise<Value>;
  /** True while a session of this run, kept or not, may need its key for proofs. */
  hasAccountSessions(): boolean;
}

/** Removes what is no longer needed: old sign-outs, records of other settings, keys. */
export interface Cleanup {
  /** Tells the server of sign-outs that it has not heard of in earlier runs. */
  revokePending(accountIds: readonly string[]): Promise<void>;
  /** Revokes what an older release kept beside accounts that this one can read. */
  revokeSuperseded(superseded: readonly SupersededRecord[]): Promise<void>;
  /** Deletes the key to the records, once nothing is sealed with it. */
  forgetSeal(): Promise<void>;
  /** Deletes the key for proofs, once no token is bound to it. */
  forgetProofs(): Promise<void>;
  /** Counts a start: what was kept under other settings goes after some of them. */
  countStart(): Promise<void>;
}

/** Makes the cleanup of one session. */
export function createCleanup(dependencies: CleanupDependencies): Cleanup {
  const { server, records, storage, seal, proofs, withKeyLock, hasAccountSessions } = dependencies;

  const revokePending = async (accountIds: readonly string[]) => {
    for (const accountId of accountIds) {
      const reading = await storage.within(records.read(accountId));
      if (reading?.value.type !== 'signed-out') continue;
      const { credentials } = reading.value;
      const { type: outcome } = await server.revoke({ credentials });
      const done = outcome !== 'transient-failure';
      await storage.within(done ? records.forgetSignedOut(accountId) : records.postpone(accountId));
    }
    await forgetSeal();
  };

  const revokeSuperseded = async (superseded: readonly SupersededRecord[]) => {
    for (const record of superseded) {
      const { type: outcome } = await server.revoke({ credentials: record.credentials });
      if (outcome !== 'transient-failure') await storage.within(records.removeSuperseded(record));
    }
  };

  const forgetSeal = () =>
    withKeyLock(async () => {
      const remaining = await storage.within(records.deleteOrphans());
      if (remaining?.value === 'empty') await storage.within(seal.forget());
    });

  const forgetProofs = () =>
    withKeyLock(async () => {
      const remaining = await storage.within(records.deleteOrphans());
      if (remaining === undefined || remaining.value === 'in-use' || hasAccountSessions()) return;
      await storage.within(proofs.forget());
    });

  /** Settings change: records of others must not stay in the store for ever. */
  const countStart = async () => {
    const counted = await storage.within(records.countStart());
    if (counted === undefined || counted.value === 0) return;
    await forgetProofs();
    await forgetSeal();
  };

  return { revokePending, revokeSuperseded, forgetSeal, forgetProofs, countStart };
}
