import type { Clock } from '../oauth/clock';
import { pause, withTimeLimit } from '../oauth/time-limit';
import type { Locks } from './dependencies';
import type { RecordStore } from './store';

export interface LockDependencies {
  store: RecordStore;
  clock: Clock;
  random(): number;
  locks?: Locks | undefined;
}

/** What came of work under a lock; `busy` when another tab did not let go in time. */
export type LockOutcome<Result> = { type: 'done'; result: Result } | { type: 'busy' };

/** Runs work while no other tab of this origin runs work of the same name. */
export type WithLock = <Result>(
  name: string,
  work: () => Promise<Result>,
) => Promise<LockOutcome<Result>>;

/** Longer than a holder needs for a refresh and its one repetition. */
const maxWaitMs = 45_000;
const beatMs = 1000;
/** A holder that has not beaten for so long is gone: crashed, closed or frozen. */
const staleMs = 5000;
const pollMs = 100;
const maxPollMs = 500;
const storageLimitMs = 2000;

interface Lease {
  owner: string;
  beat: number;
}

const asLease = (value: unknown): Lease | undefined => {
  const lease = value as Partial<Lease> | null | undefined;
  return typeof lease?.owner === 'string' && typeof lease.beat === 'number'
    ? { owner: lease.owner, beat: lease.beat }
    : undefined;
};

/** Web Locks where the engine has them, else a lease in the store. */
export function createLock({ store, clock, random, locks }: LockDependencies): WithLock {
  const withLease: WithLock = async (name, work) => {
    const key = `lease/${name}`;
    const owner = `${random()}${random()}`;
    const update = (change: (old: unknown) => unknown) =>
      withTimeLimit(clock, storageLimitMs, store.update(key, change));
    let seen: Lease | undefined;
    let lookedAtMs = clock.monotonicMs();
    let waitedMs = 0;
    let unchangedMs = 0;
    for (;;) {
      let holder: Lease | undefined;
      const before = seen;
      const nowMs = clock.monotonicMs();
      // A long gap means that this page slept, and the holder most likely too: it does not count.
      const lookedMs = Math.min(nowMs - lookedAtMs, maxPollMs);
      lookedAtMs = nowMs;
      waitedMs += lookedMs;
      unchangedMs += lookedMs;
      const stale = unchangedMs >= staleMs;
      try {
        await update((old) => {
          const lease = asLease(old);
          // No times are stored: a holder lives as long as its counter is seen to move.
          const dead = stale && lease?.owner === before?.owner && lease?.beat === before?.beat;
          holder = lease !== undefined && !dead ? lease : undefined;
          return holder === undefined ? { owner, beat: 0 } : old;
        });
      } catch {
        // A store that fails keeps no token that two tabs could use at once.
        return { type: 'done', result: await work() };
      }
      if (holder === undefined) break;
      if (holder.owner !== seen?.owner || holder.beat !== seen.beat) {
        seen = holder;
        unchangedMs = 0;
      }
      if (waitedMs >= maxWaitMs) return { type: 'busy' };
      await pause(clock, pollMs * (1 + random()));
    }

    let beat = 0;
    let stop = () => {};
    const beatOn = () => {
      stop = clock.setTimer(beatMs, () => {
        beat++;
        update((old) => (asLease(old)?.owner === owner ? { owner, beat } : old)).catch(() => {});
        beatOn();
      });
    };
    beatOn();
    try {
      return { type: 'done', result: await work() };
    } finally {
      stop();
      await update((old) => (asLease(old)?.owner === owner ? undefined : old)).catch(() => {});
    }
  };

  if (locks === undefined) return withLease;
  return async <Result>(
    name: string,
    work: () => Promise<Result>,
  ): Promise<LockOutcome<Result>> => {
    const waiting = new AbortController();
    const cancel = clock.setTimer(maxWaitMs, () => waiting.abort());
    let had = false;
    try {
      return await locks.request<LockOutcome<Result>>(
        name,
        { signal: waiting.signal },
        async () => {
          had = true;
          cancel();
          return { type: 'done', result: await work() };
        },
      );
    } catch (error) {
      if (had) throw error;
      // Origins without a name (file://, sandboxes) have the function but may not use it.
      return waiting.signal.aborted ? { type: 'busy' } : withLease(name, work);
    } finally {
      cancel();
    }
  };
}
