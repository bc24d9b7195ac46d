import type { Clock } from '../oauth/clock';
import type { TokenTarget } from '../oauth/credentials';
import { isOver, mayBeOver } from './access';
import {
  type AccountSession,
  type RefreshResult,
  type TargetAccess,
  targetKey,
} from './account-session';
import type { Accounts } from './accounts';
import { type Failures, otherTabBusy } from './failures';
import type { WithLock } from './lock';
import type { Refresher } from './refresh';

export interface RefreshSchedulerDependencies {
  clock: Clock;
  accounts: Accounts;
  refresher: Refresher;
  failures: Failures;
  withLock: WithLock;
  /** Distinguishes accounts of other servers and clients on this origin. */
  realm: string;
}

/** Renews the access of the current account in time, and that of any account on demand. */
export interface RefreshScheduler {
  /** Sets the timer for the current account's next renewal; none while suspended. */
  schedule(): void;
  /** One renewal at a time: in this page by the promise, across tabs by the lock. */
  renew(accountSession: AccountSession): Promise<RefreshResult>;
  /** The same for access to one API: never at the same time as another renewal of the account. */
  renewTarget(accountSession: AccountSession, target: TokenTarget): Promise<TargetAccess>;
  suspend(): void;
  /** What is due is renewed at once. */
  resume(): void;
}

/** Longer timers overflow in every browser and then fire at once. */
const maxTimerMs = 12 * 3600 * 1000;

/** When storage that did not take a session is offered it once more; then with the next renewal. */
const keepAgainAfterMs = [5000, 30_000, 300_000];

const isRenewable = ({ keeping, credentials }: AccountSession): boolean =>
  keeping === 'kept' || credentials !== undefined;

/** When an account is to be renewed next, monotonic ms; undefined when only an event can tell. */
function dueAtMs(accountSession: AccountSession) {
  const { access, failureCount, retryAtMs } = accountSession;
  if (failureCount > 0) return retryAtMs;
  return isRenewable(accountSession) ? access?.refreshAtMs : access?.expiresAtMs;
}

/** Whether the time of the next renewal has come. */
function isDue(accountSession: AccountSession, clock: Clock): boolean {
  const { access, failureCount, notBeforeMs } = accountSession;
  const nowMs = clock.monotonicMs();
  if (failureCount > 0) return nowMs >= notBeforeMs;
  return (
    access === undefined ||
    // What cannot be renewed must not end because a clock was set.
    (isRenewable(accountSession) ? mayBeOver : isOver)(access, clock) ||
    (isRenewable(accountSession) && access.refreshAtMs !== undefined && nowMs >= access.refreshAtMs)
  );
}

/** Makes the scheduler of one session. */
export function createRefreshScheduler(
  dependencies: RefreshSchedulerDependencies,
): RefreshScheduler {
  const { clock, accounts, refresher, failures, withLock, realm } = dependencies;
  let suspended = false;
  let cancelTimer = () => {};
  let cancelKeepTimer = () => {};

  const lockName = ({ account }: AccountSession) => `tv-sign-in ${realm} ${account.id}`;

  /** Storage that fails for a moment must not cost the session at the next start. */
  const scheduleKeeping = (accountSession: AccountSession, tries = 0) => {
    cancelKeepTimer();
    const waitMs = keepAgainAfterMs[tries];
    if (accountSession.keeping !== 'storage-failed' || waitMs === undefined || suspended) return;
    cancelKeepTimer = clock.setTimer(waitMs, () => {
      void withLock(lockName(accountSession), () => refresher.keepAgain(accountSession))
        .catch(() => undefined)
        .then(() => {
          if (accounts.current() === accountSession) scheduleKeeping(accountSession, tries + 1);
        });
    });
  };

  const schedule = () => {
    cancelTimer();
    cancelKeepTimer();
    const current = accounts.current();
    if (current === undefined || suspended) return;
    scheduleKeeping(current);
    const atMs = dueAtMs(current);
    if (atMs === undefined) return;
    const waitMs = Math.max(0, atMs - clock.monotonicMs());
    cancelTimer = clock.setTimer(Math.min(waitMs, maxTimerMs), () => {
      // The account may have been signed out, or another opened, since the timer was set.
      if (waitMs > maxTimerMs || accounts.current() !== current) schedule();
      else void renew(current);
    });
  };

  const renewAlone = async (accountSession: AccountSession): Promise<RefreshResult> => {
    const locked = await withLock(lockName(accountSession), () =>
      refresher.renew(accountSession),
    ).catch(() => undefined);
    return locked?.type === 'done' ? locked.result : failures.noteBusy(accountSession);
  };

  const renewAndReport = async (accountSession: AccountSession): Promise<RefreshResult> => {
    const result = await renewAlone(accountSession);
    accountSession.renewing = undefined;
    const isCurrent = accountSession === accounts.current();
    if (result.type === 'ended') accounts.end(accountSession);
    if (isCurrent) schedule();
    return result;
  };

  const renew = (accountSession: AccountSession): Promise<RefreshResult> => {
    accountSession.renewing ??= renewAndReport(accountSession);
    return accountSession.renewing;
  };

  const renewTarget: RefreshScheduler['renewTarget'] = async (accountSession, target) => {
    const key = targetKey(target);
    const targetAccess = accountSession.targets.get(key) ?? {};
    accountSession.targets.set(key, targetAccess);
    targetAccess.renewing ??= withLock(lockName(accountSession), () =>
      refresher.renewTarget(accountSession, target, targetAccess),
    )
      .then(({ type: outcome }) => {
        if (outcome === 'busy') {
          const notBeforeMs = clock.monotonicMs();
          const busy = { type: 'transient-failure', problem: otherTabBusy } as const;
          targetAccess.failure = { outcome: busy, notBeforeMs };
        }
      })
      .finally(() => {
        targetAccess.renewing = undefined;
      });
    await targetAccess.renewing;
    return targetAccess;
  };

  return {
    schedule,
    renew,
    renewTarget,
    suspend() {
      suspended = true;
      cancelTimer();
      cancelKeepTimer();
    },
    resume() {
      suspended = false;
      const current = accounts.current();
      if (current === undefined) return;
      if (isDue(current, clock)) void renew(current);
      else schedule();
    },
  };
}
