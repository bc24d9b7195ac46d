import type { Clock } from '../oauth/clock';
import { pause } from '../oauth/time-limit';
import type { Notice, SessionEvent } from '../sign-in/states';
import type { AccountRecords } from './account-records';
import { newAccountSession } from './account-session';
import type { Accounts } from './accounts';
import type { Cleanup } from './cleanup';
import type { SessionMemo } from './memo';
import type { StorageWatch } from './storage-watch';
import type { RecordStore } from './store';

export interface RestoreDependencies {
  store: RecordStore;
  clock: Clock;
  accounts: Accounts;
  records: AccountRecords;
  storage: StorageWatch;
  memo: SessionMemo;
  cleanup: Cleanup;
  onEvent(event: SessionEvent): void;
}

/** Reads what is kept, and knows how much of it could not be used. */
export interface Restorer {
  /** Reports `accountsFound`, and once more when storage that was slow has something after all. */
  restore(): Promise<void>;
  /**
   * Reads what is kept, unless that has been done.
   * @returns false while it cannot be read: nothing may be written over it then
   */
  ensureRead(): Promise<boolean>;
  /** Records that could not be used. */
  quarantined(): number;
}

/** Nothing is shown before the first report: storage that does not answer is not waited for. */
const answerLimitMs = 2000;
/** How long storage that fails gets second chances. */
const retryForMs = 5000;
const firstRetryMs = 250;
/** Errors of engines that have no storage, or allow none: asking again does not help. */
const absentErrors = ['NotSupportedError', 'SecurityError'];

/** Makes the restorer of one session. */
export function createRestorer(dependencies: RestoreDependencies): Restorer {
  const { store, clock, accounts, records, storage, memo, cleanup, onEvent } = dependencies;
  let quarantined = 0;
  let newer = 0;
  let isRead = false;
  let reading: Promise<void> | undefined;

  const readRecords = async () => {
    const [found] = await Promise.all([records.list(), memo.load()]);
    isRead = true;
    quarantined += found.quarantined;
    for (const { account, credentials } of found.kept) {
      if (accounts.find(account.id) === undefined) {
        accounts.add(newAccountSession(account, 'kept', credentials.binding));
      }
    }
    newer = found.newer;
    if (found.superseded.length > 0) void cleanup.revokeSuperseded(found.superseded);
    if (found.signedOut.length > 0) void cleanup.revokePending(found.signedOut, true);
    void cleanup.countStart();
  };

  /** The reading that is going on, or a new one. */
  const read = (): Promise<void> => {
    if (reading !== undefined) return reading;
    const current = readRecords().finally(() => {
      if (reading === current) reading = undefined;
    });
    reading = current;
    return current;
  };

  /** The reading that storage has not answered yet. */
  const unanswered = () => reading;

  const ensureRead = async (): Promise<boolean> => {
    if (!isRead && !storage.hangs()) await storage.within(read());
    return isRead;
  };

  /** Storage that fails at the start often works a moment later. */
  const readPatiently = async () => {
    const endMs = clock.monotonicMs() + retryForMs;
    for (let waitMs = firstRetryMs; ; waitMs *= 2) {
      await storage.within(read(), answerLimitMs);
      const { storageError = '' } = storage.health();
      const isFinal = storage.hangs() || absentErrors.includes(storageError);
      if (isRead || isFinal || clock.monotonicMs() + waitMs > endMs) return;
      await pause(clock, waitMs);
    }
  };

  const noticeNow = (): Notice | undefined => {
    const { storageError = '' } = storage.health();
    if (!isRead) return absentErrors.includes(storageError) ? undefined : 'storage-unreadable';
    if (newer > 0) return 'record-newer';
    if (quarantined > 0) return 'record-damaged';
    return memo.hasSessionEnded() ? 'session-ended' : undefined;
  };

  const report = () =>
    onEvent({ type: 'accountsFound', accounts: accounts.list(), notice: noticeNow() });

  return {
    async restore() {
      if (unanswered() !== undefined) {
        // The viewer tries again: what did not answer so far may never do.
        store.reconnect?.();
        reading = undefined;
      }
      await readPatiently();
      report();
      unanswered()?.then(
        () => {
          storage.answeredLate();
          if (accounts.current() === undefined) report();
        },
        () => {},
      );
    },
    ensureRead,
    quarantined: () => quarantined,
  };
}
