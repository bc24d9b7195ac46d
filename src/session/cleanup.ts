import type { AccountRecords, SupersededRecord } from './account-records';
import type { Seal } from './seal';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

/** What the cleanup works with. */
export interface CleanupDependencies {
  server: ServerCalls;
  records: AccountRecords;
  storage: StorageWatch;
  seal: Seal;
  /** Runs work while no record is being written, here or in another tab. */
  withKeyLock<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** Removes what is no longer needed: old sign-outs, records of other settings, keys. */
export interface Cleanup {
  /**
   * Tells the server of grants that are over and of which it has not heard.
   * @param countsStart true at a start of the app: after ten of them it is not told any more
   */
  revokePending(accountIds: readonly string[], countsStart?: boolean): Promise<void>;
  /** The server may be reachable again: tells it of what it has not heard of in this run. */
  retryPending(): Promise<void>;
  /** Whether the server has not heard of something yet. */
  waits(): boolean;
  /** What waits is being deleted. */
  giveUpPending(): void;
  /**
   * The server could not be told of a sign-out now.
   * @returns false where that cannot wait
   */
  postpone(accountId: string): Promise<boolean>;
  /** Revokes what an older release kept beside accounts that this one can read. */
  revokeSuperseded(superseded: readonly SupersededRecord[]): Promise<void>;
  /** Deletes the key to the records, once nothing is sealed with it. */
  forgetSeal(): Promise<void>;
  /** Deletes the key that all accounts shared in earlier releases, once none needs it. */
  forgetSharedKey(): Promise<void>;
  /** Counts a start: what was kept under other settings goes after some of them. */
  countStart(): Promise<void>;
}

/** Makes the cleanup of one session. */
export function createCleanup(dependencies: CleanupDependencies): Cleanup {
  const { server, records, storage, seal, withKeyLock } = dependencies;

  /** What the server has not heard of in this run. */
  const waiting = new Set<string>();
  let queue: Promise<void> = Promise.resolve();
  let queuedRetry: Promise<void> | undefined;

  const postpone = async (accountId: string, countsStart = false): Promise<boolean> => {
    // Where one revocation ends all of a person's grants, a sign-in of the same person cancels it.
    const options = { countsStart, keepsId: server.revokesAll };
    const id = (await storage.within(records.postpone(accountId, options)))?.value;
    waiting.delete(accountId);
    if (id !== undefined) waiting.add(id);
    return id !== undefined;
  };

  const revokeOne = async (accountId: string, countsStart: boolean) => {
    const reading = await storage.within(records.read(accountId));
    if (reading?.value.type === 'signed-out') {
      const { credentials } = reading.value;
      const { type: outcome } = await server.revoke({ credentials });
      if (outcome === 'transient-failure') {
        await postpone(accountId, countsStart);
        return;
      }
      await storage.within(records.forgetSignedOut(accountId));
    }
    waiting.delete(accountId);
  };

  /** One at a time: what is under way may have begun without a connection. */
  const enqueue = (due: () => readonly string[], countsStart: boolean): Promise<void> => {
    const work = async () => {
      for (const accountId of due()) await revokeOne(accountId, countsStart);
      await forgetSeal();
    };
    queue = queue.then(work).catch(() => undefined);
    return queue;
  };

  const revokePending: Cleanup['revokePending'] = (accountIds, countsStart = false) => {
    for (const accountId of accountIds) waiting.add(accountId);
    return enqueue(() => accountIds.filter((accountId) => waiting.has(accountId)), countsStart);
  };

  const retryPending = (): Promise<void> => {
    if (waiting.size === 0) return queue;
    queuedRetry ??= enqueue(() => {
      queuedRetry = undefined;
      return Array.from(waiting);
    }, false);
    return queuedRetry;
  };

  const revokeSuperseded = async (superseded: readonly SupersededRecord[]) => {
    for (const record of superseded) {
      const { credentials } = record;
      const done =
        server.revokesAll || (await server.revoke({ credentials })).type !== 'transient-failure';
      if (done) await storage.within(records.removeSuperseded(record));
    }
  };

  const forgetSeal = () =>
    withKeyLock(async () => {
      const remaining = await storage.within(records.deleteOrphans());
      if (remaining?.value === 'empty') await storage.within(seal.forget());
    });

  const forgetSharedKey = () =>
    withKeyLock(async () => {
      await storage.within(records.deleteSharedKey());
    });

  /** Settings change: records of others must not stay in the store for ever. */
  const countStart = async () => {
    const counted = await storage.within(records.countStart());
    if (counted === undefined || counted.value === 0) return;
    await forgetSharedKey();
    await forgetSeal();
  };

  return {
    revokePending,
    retryPending,
    waits: () => waiting.size > 0,
    giveUpPending: () => waiting.clear(),
    postpone: (accountId) => postpone(accountId),
    revokeSuperseded,
    forgetSeal,
    forgetSharedKey,
    countStart,
  };
}
