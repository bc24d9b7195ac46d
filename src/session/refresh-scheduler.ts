import type { Clock } from '../oauth/clock';
import { isOver, mayBeOver } from './access';
import type { AccountSession, RefreshResult } from './account-session';
import type { Accounts } from './accounts';
import type { WithLock } from './lock';
import type { Refresher } from './refresh';

export interface RefreshSchedulerDependencies {
  clock: Clock;
  accounts: Accounts;
  refresher: Refresher;
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
  suspend(): void;
  /** What is due is renewed at once. */
  resume(): void;
}

/** Longer timers overflow in every browser and then fire at once. */
const maxTimerMs = 12 * 3600 * 1000;

const isRenewable = ({ keeping, credentials }: AccountSession): boolean =>
  keeping === 'kept' || credentials !== undefined;

/** When an account is to be renewed next, monotonic ms; undefined when only an event can tell. */
function dueAtMs(accountSession: AccountSession) {
  const { access, failureCount, retryAtMs } = accountSession;
  if (failureCount > 0) return retryAtMs;
  return isRenewable(accountSession) ? access?.refreshAtMs : access?.expiresAtMs;
}

/** Makes the scheduler of one session. */
export function createRefreshScheduler(
  dependencies: RefreshSchedulerDependencies,
): RefreshScheduler {
  const { clock, accounts, refresher, withLock, realm } = dependencies;
  let suspended = false;
  let cancelTimer = () => {};

  const schedule = () => {
    cancelTimer();
    const current = accounts.current();
    if (current === undefined || suspended) return;
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
    const name = `tv-sign-in ${realm} ${accountSession.account.id}`;
    const locked = await withLock(name, () => refresher.renew(accountSession)).catch(
      () => undefined,
    );
    return locked?.type === 'done'
      ? locked.result
      : refresher.noteFailure(accountSession, { kind: 'time-out', code: 'another_tab_busy' });
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

  const isDue = (accountSession: AccountSession): boolean => {
    const { access, failureCount, notBeforeMs } = accountSession;
    const nowMs = clock.monotonicMs();
    if (failureCount > 0) return nowMs >= notBeforeMs;
    return (
      access === undefined ||
      // What cannot be renewed must not end because a clock was set.
      (isRenewable(accountSession) ? mayBeOver : isOver)(access, clock) ||
      (isRenewable(accountSession) &&
        access.refreshAtMs !== undefined &&
        nowMs >= access.refreshAtMs)
    );
  };

  return {
    schedule,
    renew,
    suspend() {
      suspended = true;
      cancelTimer();
    },
    resume() {
      suspended = false;
      const current = accounts.current();
      if (current === undefined) return;
      if (isDue(current)) void renew(current);
      else schedule();
    },
  };
}
