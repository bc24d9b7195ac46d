import { assertNever } from '../assert-never';
import type { Clock } from '../oauth/clock';
import { type Credentials, sameCredentials, type TokenTarget } from '../oauth/credentials';
import type { TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { pause } from '../oauth/time-limit';
import type { ConnectionState } from '../sign-in/states';
import { accessOf } from './access';
import type { AccountRecords } from './account-records';
import type { AccountSession, RefreshResult, TargetAccess } from './account-session';
import type { Accounts } from './accounts';
import type { UnavailableAccess } from './api';
import type { ConnectionJudge } from './connection-state';
import type { RecordKeeper } from './keep';
import type { SessionMemo } from './memo';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

/** What a renewal works with. */
export interface RefreshDependencies {
  server: ServerCalls;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  accounts: Accounts;
  judge: ConnectionJudge;
  keeper: RecordKeeper;
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
  /**
   * Exchanges the credentials for access to one API; a refusal leaves the session as it is. The
   * caller sees to it that this runs alone.
   */
  renewTarget(
    accountSession: AccountSession,
    target: TokenTarget,
    targetAccess: TargetAccess,
  ): Promise<void>;
  /** Notes a failure that decides nothing, and when to try again. */
  noteFailure(accountSession: AccountSession, problem: Problem): RefreshResult;
}

const minBackOffMs = 5000;
/** With the jitter: five minutes. */
const maxBackOffMs = 200_000;
const refusedBackOffMs = 3_600_000;
/** Jitter, as a share of the wait: clients turned away together must not return together. */
const jitter = 0.5;

const repeatAfterMs = 2000;

/**
 * A reply may have got lost on the way: the server may have rotated the token all the same. Not
 * where no connection came about, which only browsers hide.
 */
const mayBeLost = ({ kind, code, status }: Problem) =>
  status === undefined &&
  code !== 'connection_refused' &&
  (kind === 'time-out' || kind === 'server-unreachable' || kind === 'server-error');

const nothingToRenew: Problem = { kind: 'refused', code: 'no_refresh_token' };

/** The record of an account cannot be read now. */
export const storageUnreadable: Problem = { kind: 'storage-unreadable', code: 'storage_failed' };

/** Makes the renewals of one session. */
export function createRefresher(dependencies: RefreshDependencies): Refresher {
  const { server, clock, random, accounts, judge, keeper, memo, records, storage } = dependencies;

  const failureOf = (
    problem: Problem,
    type: UnavailableAccess['type'] = 'transient-failure',
  ): TargetAccess['failure'] => ({
    outcome: { type, problem },
    notBeforeMs:
      clock.monotonicMs() + Math.max(minBackOffMs, (problem.retryAfterSeconds ?? 0) * 1000),
  });

  const backOff = (accountSession: AccountSession, backOffMs: number, problem: Problem) => {
    accountSession.failureCount++;
    const nowMs = clock.monotonicMs();
    const askedForMs = Math.max(minBackOffMs, (problem.retryAfterSeconds ?? 0) * 1000);
    accountSession.notBeforeMs = nowMs + askedForMs;
    accountSession.retryAtMs = nowMs + Math.max(backOffMs, askedForMs) * (1 + jitter * random());
  };

  const noteFailure: Refresher['noteFailure'] = (accountSession, problem) => {
    const { failureCount } = accountSession;
    backOff(accountSession, Math.min(minBackOffMs * 2 ** failureCount, maxBackOffMs), problem);
    const unreadable = problem.kind === 'storage-unreadable';
    const connection: ConnectionState = unreadable
      ? { type: 'storage-unreadable' }
      : judge.troubled(problem);
    accounts.setConnection(accountSession, connection);
    return { type: 'failed', problem };
  };

  /** A refusal may be mended at the server: it is asked again, but seldom. */
  const noteRefusal = (accountSession: AccountSession, problem: Problem): RefreshResult => {
    judge.answered();
    backOff(accountSession, refusedBackOffMs, problem);
    accounts.setConnection(accountSession, judge.refused(problem, accountSession.connection));
    return { type: 'failed', problem };
  };

  /**
   * Asks for a reply that may have got lost once more, after a moment: a connection that was refused
   * cannot be told from one that broke, and a server that just starts needs the time.
   */
  const requestRefresh = async (
    credentials: Credentials,
    mayRepeat: boolean,
    target?: TokenTarget,
  ) => {
    const reply = await server.refresh(credentials, target);
    const repeated = mayRepeat && reply.type === 'transient-failure' && mayBeLost(reply.problem);
    if (!repeated) return { repeated, reply };
    await pause(clock, repeatAfterMs);
    return { repeated, reply: await server.refresh(credentials, target) };
  };

  /**
   * Keeps what a renewal gave, or revokes it when the account is signed out.
   * @returns false when the account is no longer part of this run
   */
  const keepRenewed = async (
    accountSession: AccountSession,
    before: { credentials: Credentials; revision?: string | undefined },
    tokens: TokenSet,
  ): Promise<boolean> => {
    const credentials = tokens.credentials ?? before.credentials;
    const result =
      accountSession.endedBy === undefined
        ? await keeper.keepRenewed(accountSession, before, credentials)
        : 'not-kept';
    if (result === 'signed-out' || accountSession.endedBy === 'signed-out') {
      await server.revoke({ accessToken: tokens.accessToken, credentials });
    }
    if (result === 'signed-out' || accountSession.endedBy !== undefined) return false;
    const keeping = result === 'kept' ? 'kept' : 'storage-failed';
    const keptChanged = accountSession.keeping !== keeping;
    accountSession.credentials = credentials;
    accountSession.keeping = keeping;
    accountSession.hasRenewed = true;
    if (keptChanged) accounts.reportOpened(accountSession);
    return true;
  };

  /** Makes what a renewal gave the account's own. */
  const adopt = async (
    accountSession: AccountSession,
    before: { credentials: Credentials; revision?: string | undefined },
    tokens: TokenSet,
    requested: { monotonicMs: number; wallMs: number },
  ): Promise<RefreshResult> => {
    if (!(await keepRenewed(accountSession, before, tokens))) return { type: 'ended' };
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
        return noteFailure(accountSession, storageUnreadable);
      }
      if (held.type === 'nothing') return { type: 'ended' };
      if (refused !== undefined && sameCredentials(held.credentials, refused)) {
        // First the explanation: the power may be cut before the viewer has seen it.
        if (accounts.sessions().length === 1) await memo.sessionEnded();
        await storage.within(records.remove(accountSession.account.id, held.revision));
        return { type: 'ended' };
      }
      const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      const { reply, repeated } = await requestRefresh(held.credentials, mayRepeat);
      if (repeated) mayRepeat = false;
      switch (reply.type) {
        case 'transient-failure':
          return noteFailure(accountSession, reply.problem);
        case 'renewed':
          return adopt(accountSession, held, reply.tokens, requested);
        case 'refused':
          // What once worked with these credentials is no fault of the settings: the grant is over.
          if (reply.problem.code !== 'invalid_request' || !accountSession.hasRenewed) {
            return noteRefusal(accountSession, reply.problem);
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
      targetAccess.failure = failureOf(
        held.type === 'nothing' ? nothingToRenew : storageUnreadable,
      );
      return;
    }
    const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    const { reply } = await requestRefresh(held.credentials, true, target);
    switch (reply.type) {
      case 'renewed':
        if (!(await keepRenewed(accountSession, held, reply.tokens))) return;
        targetAccess.access = accessOf(reply.tokens, requested, random());
        targetAccess.failure = undefined;
        return;
      case 'transient-failure':
        targetAccess.failure = failureOf(reply.problem);
        return;
      case 'ended':
      case 'refused':
        // Servers say invalid_grant also of an API that is not allowed: the next renewal of the
        // session itself tells whether it is over.
        targetAccess.failure = failureOf(reply.problem, 'refused');
        return;
      default:
        assertNever(reply);
    }
  };

  return { renew, renewTarget, noteFailure };
}
