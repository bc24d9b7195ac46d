import { assertNever } from '../assert-never';
import { type Credentials, sameCredentials, type TokenTarget } from '../oauth/credentials';
import type { TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { accessOf } from './access';
import type { AccountRecords } from './account-records';
import type { AccountSession, RefreshResult, TargetAccess } from './account-session';
import type { ConnectionJudge } from './connection-state';
import { type ExchangeDependencies, keepRenewed, requestRefresh } from './exchange';
import { type Failures, storageUnreadable } from './failures';
import type { FoundCredentials } from './keep';
import type { SessionMemo } from './memo';
import type { StorageWatch } from './storage-watch';

/** What a renewal works with. */
export interface RefreshDependencies extends ExchangeDependencies {
  /** In [0, 1). */
  random(): number;
  judge: ConnectionJudge;
  failures: Failures;
  memo: SessionMemo;
  records: AccountRecords;
  storage: StorageWatch;
  /** The account has fresh access. */
  onRenewed(accountSession: AccountSession, tokens: TokenSet): Promise<void>;
}

/** Renews the access of accounts. */
export interface Refresher {
  /** Exchanges the credentials for fresh access. The caller sees to it that this runs alone. */
  renew(accountSession: AccountSession): Promise<RefreshResult>;
  /** Offers storage once more what it did not take. The caller sees to it that this runs alone. */
  keepAgain(accountSession: AccountSession): Promise<void>;
  /**
   * Exchanges the credentials for access to one API; a refusal leaves the session as it is. The
   * caller sees to it that this runs alone.
   */
  renewTarget(
    accountSession: AccountSession,
    target: TokenTarget,
    targetAccess: TargetAccess,
  ): Promise<void>;
}

const nothingToRenew: Problem = { kind: 'refused', code: 'no_refresh_token' };

/** What once worked with these credentials is no fault of the settings. */
const isGrantOver = (problem: Problem, hasWorked: boolean | undefined): boolean =>
  problem.code === 'invalid_request' && hasWorked === true;

/** Makes the renewals of one session. */
export function createRefresher(dependencies: RefreshDependencies): Refresher {
  const { clock, random, accounts, judge, failures, keeper, memo, records, storage } = dependencies;

  /** Makes what a renewal gave the account's own. */
  const adopt = async (
    accountSession: AccountSession,
    before: FoundCredentials,
    tokens: TokenSet,
    requested: { monotonicMs: number; wallMs: number },
  ): Promise<RefreshResult> => {
    if (!(await keepRenewed(dependencies, accountSession, before, tokens)))
      return { type: 'ended' };
    accountSession.access = accessOf(tokens, requested, random());
    accountSession.failureCount = 0;
    judge.answered();
    accounts.setConnection(accountSession, { type: 'online' });
    await dependencies.onRenewed(accountSession, tokens);
    return { type: 'renewed' };
  };

  const renew = async (accountSession: AccountSession): Promise<RefreshResult> => {
    let mayRepeat = true;
    let refused: Credentials | undefined;
    for (;;) {
      const held = await keeper.newest(accountSession);
      if (held.type === 'unreadable') {
        return failures.noteFailure(accountSession, storageUnreadable);
      }
      if (held.type === 'nothing') return { type: 'ended' };
      if (refused !== undefined && sameCredentials(held.credentials, refused)) {
        // First the explanation: the power may be cut before the viewer has seen it.
        if (accounts.sessions().length === 1) await memo.sessionEnded();
        await storage.within(records.remove(accountSession.account.id, held.revision));
        return { type: 'ended' };
      }
      const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      const { reply, repeated } = await requestRefresh(dependencies, held.credentials, mayRepeat);
      if (repeated) mayRepeat = false;
      switch (reply.type) {
        case 'transient-failure':
          return failures.noteFailure(accountSession, reply.problem);
        case 'renewed':
          return adopt(accountSession, held, reply.tokens, requested);
        case 'refused':
          if (!isGrantOver(reply.problem, accountSession.hasRenewed || held.renewed)) {
            return failures.noteRefusal(accountSession, reply.problem);
          }
          refused = held.credentials;
          break;
        case 'ended':
          // A tab that lost its lock while it slept may have rotated the token: look once more.
          refused = held.credentials;
          break;
        default:
          return assertNever(reply);
      }
    }
  };

  const renewTarget: Refresher['renewTarget'] = async (accountSession, target, targetAccess) => {
    const held = await keeper.newest(accountSession);
    if (held.type !== 'found') {
      const problem = held.type === 'nothing' ? nothingToRenew : storageUnreadable;
      targetAccess.failure = failures.ofTarget(problem);
      return;
    }
    const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    const { reply } = await requestRefresh(dependencies, held.credentials, true, target);
    switch (reply.type) {
      case 'renewed':
        if (!(await keepRenewed(dependencies, accountSession, held, reply.tokens))) return;
        targetAccess.access = accessOf(reply.tokens, requested, random());
        targetAccess.failure = undefined;
        return;
      case 'transient-failure':
        targetAccess.failure = failures.ofTarget(reply.problem);
        return;
      case 'ended':
      case 'refused':
        // Servers say invalid_grant also of an API that is not allowed: the next renewal of the
        // session itself tells whether it is over.
        targetAccess.failure = failures.ofTarget(reply.problem, 'refused');
        return;
      default:
        assertNever(reply);
    }
  };

  const keepAgain: Refresher['keepAgain'] = async (accountSession) => {
    const { credentials, endedBy, keeping } = accountSession;
    if (endedBy !== undefined || keeping !== 'storage-failed' || credentials === undefined) return;
    const result = await keeper.keepRenewed(accountSession, { credentials }, credentials);
    if (result !== 'kept' || accountSession.endedBy !== undefined) return;
    accountSession.keeping = 'kept';
    accountSession.isNewGrant = undefined;
    accounts.reportOpened(accountSession);
  };

  return { renew, renewTarget, keepAgain };
}
