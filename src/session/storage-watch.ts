import type { Clock } from '../oauth/clock';
import { withTimeLimit } from '../oauth/time-limit';

/** How storage has done so far in this run. */
export interface StorageHealth {
  storage: 'untried' | 'working' | 'failing';
  /** Name of the last storage error, e.g. `QuotaExceededError`. */
  storageError?: string;
}

/** Puts a limit on every wait for storage, and remembers how it did. */
export interface StorageWatch {
  /**
   * Waits for work on the store.
   *
   * @param limitMs milliseconds on the monotonic clock
   * @returns what came of it; undefined when it failed or did not end in time
   */
  within<Value>(work: Promise<Value>, limitMs?: number): Promise<{ value: Value } | undefined>;
  /** Something cannot be kept though the store itself gave no error. */
  failed(errorName: string): void;
  /** Storage that did not end in time has ended after all. */
  answeredLate(): void;
  /** It does not even answer: to ask again would hold everything up anew. */
  hangs(): boolean;
  health(): StorageHealth;
}

const storageLimitMs = 5000;

/** Makes the watch of one session. */
export function createStorageWatch(clock: Clock): StorageWatch {
  let health: StorageHealth = { storage: 'untried' };
  const failed = (storageError: string) => {
    health = { storage: 'failing', storageError };
  };
  const working = () => {
    health = { ...health, storage: 'working' };
  };
  return {
    async within(work, limitMs = storageLimitMs) {
      try {
        const value = await withTimeLimit(clock, limitMs, work);
        working();
        return { value };
      } catch (error) {
        failed(error instanceof Error || error instanceof DOMException ? error.name : 'Error');
        return undefined;
      }
    },
    failed,
    answeredLate: working,
    hangs: () => health.storage === 'failing' && health.storageError === 'TimeoutError',
    health: () => health,
  };
}
