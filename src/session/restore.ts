import type { SessionEvent } from '../sign-in/states';
import type { AccountRecords } from './account-records';
import { newAccountSession } from './account-session';
import type { Accounts } from './accounts';
import type { Cleanup } from './cleanup';
import type { SessionMemo } from './memo';
import type { StorageWatch } from './storage-watch';

export interface RestoreDependencies {
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
  /** Records that could not be used. */
  quarantined(): number;
}

/** Nothing is shown before the first report: storage that takes longer is not waited for. */
const restoreLimitMs = 2000;

/** Makes the restorer of one session. */
export function createRestorer(dependencies: RestoreDependencies): Restorer {
  const { accounts, records, storage, memo, cleanup, onEvent } = dependencies;
  let quarantined = 0;

  const readRecords = async () => {
    const [found] = await Promise.all([records.list(), memo.load()]);
    quarantined += found.quarantined;
    for (const { account } of found.kept) {
      if (accounts.find(account.id) === undefined) accounts.add(newAccountSession(account, 'kept'));
    }
    if (found.signedOut.length > 0) void cleanup.revokePending(found.signedOut);
    void cleanup.countStart();
  };

  const report = () =>
    onEvent({
      type: 'accountsFound',
      accounts: accounts.list(),
      notice: quarantined > 0 ? 'record-damaged' : undefined,
    });

  return {
    async restore() {
      const reading = readRecords();
      const inTime = await storage.within(reading, restoreLimitMs);
      report();
      if (inTime !== undefined) return;
      reading.then(
        () => {
          storage.answeredLate();
          if (accounts.current() === undefined && accounts.list().length > 0) report();
        },
        () => {},
      );
    },
    quarantined: () => quarantined,
  };
}
