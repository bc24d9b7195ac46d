import { assertNever } from '../assert-never';
import type { Clock } from '../oauth/clock';
import type { TokenTarget } from '../oauth/credentials';
import type { Problem } from '../oauth/problem';
import type { ConnectionState } from '../sign-in/states';
import { type Access, isOver } from './access';
import type { AccountRecords } from './account-records';
import { type AccountSession, targetKey } from './account-session';
import type { Accounts } from './accounts';
import type { ApiAccess } from './api';
import { storageUnreadable } from './failures';
import type { RefreshScheduler } from './refresh-scheduler';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

export interface AccessTokensDependencies {
  clock: Clock;
  server: ServerCalls;
  accounts: Accounts;
  scheduler: RefreshScheduler;
  records: AccountRecords;
  storage: StorageWatch;
}

/** A token that is younger than this is not renewed because an API refused it. */
const freshMs = 30_000;

const tokenRefused: Problem = { kind: 'server-error', code: 'token_refused' };

const ready = ({ token, tokenType, scope, proofKey }: Access): ApiAccess => ({
  type: 'ready',
  token,
  tokenType,
  scope,
  proofKey,
});

/** Why there is no token, by what is known of the service. */
const unavailable = (connection: ConnectionState): ApiAccess => {
  switch (connection.type) {
    case 'online':
      return { type: 'transient-failure', problem: tokenRefused };
    case 'offline':
    case 'service-trouble':
      return { type: 'transient-failure', problem: connection.problem };
    case 'storage-unreadable':
      return { type: 'transient-failure', problem: storageUnreadable };
    case 'refused':
      return { type: 'refused', problem: connection.problem };
    default:
      return assertNever(connection);
  }
};

/**
 * Makes the source of access tokens for the current account.
 *
 * @returns a function that gives the token, for the sign-in's own purpose or for one API; renewed
 *   when it is over or when it is the one that an API has just refused
 */
export function createAccessTokens(
  dependencies: AccessTokensDependencies,
): (refused?: string, target?: TokenTarget) => Promise<ApiAccess> {
  const { clock, server, accounts, scheduler, records, storage } = dependencies;

  /**
   * A lasting token cannot be renewed, so a 401 is all that ever tells of its end. An API may have
   * reasons of its own for one: the server that issued the token is asked before the session ends.
   */
  const endIfRevoked = async (accountSession: AccountSession, access: Access) => {
    const { token: accessToken, tokenType, proofKey: key } = access;
    const binding = key && ({ type: 'bound', key } as const);
    if (!(await server.refuses({ accessToken, tokenType, binding }))) return;
    if (accountSession.keeping === 'kept')
      await storage.within(records.remove(accountSession.account.id));
    accounts.end(accountSession);
  };

  const usable = ({ access }: Pick<AccountSession, 'access'>, refused: string | undefined) =>
    access !== undefined && access.token !== refused && !isOver(access, clock) ? access : undefined;

  /**
   * An API that refuses even fresh tokens must not make the sign-in server work without end. A token
   * that does not say when it ends may be older than this run.
   */
  const isFresh = ({ access, doubtedAtMs }: AccountSession, refused: string) => {
    const sinceMs = access?.expiresAtMs === undefined ? doubtedAtMs : access.startsAtMs;
    return (
      access?.token === refused && sinceMs !== undefined && clock.monotonicMs() - sinceMs < freshMs
    );
  };

  const renewForCall = async (accountSession: AccountSession, refused: string | undefined) => {
    const nowMs = clock.monotonicMs();
    if (accountSession.failureCount > 0 && nowMs < accountSession.notBeforeMs) return;
    if (refused !== undefined) {
      if (isFresh(accountSession, refused)) return;
      accountSession.doubtedAtMs = nowMs;
    }
    const { type: outcome } = await scheduler.renew(accountSession);
    const { access } = accountSession;
    if (outcome === 'renewed' && access !== undefined && access.token === refused) {
      await endIfRevoked(accountSession, access);
    }
  };

  /** The token for one API: refused ones are renewed, but no sooner than they can have got stale. */
  const targetToken = async (
    accountSession: AccountSession,
    target: TokenTarget,
    refused: string | undefined,
  ): Promise<ApiAccess> => {
    const known = accountSession.targets.get(targetKey(target)) ?? {};
    const nowMs = clock.monotonicMs();
    const { failure, access } = known;
    const good = usable(known, refused);
    if (good !== undefined) return ready(good);
    if (failure !== undefined && nowMs < failure.notBeforeMs) return failure.outcome;
    if (access?.token === refused && access !== undefined && nowMs - access.startsAtMs < freshMs) {
      return { type: 'transient-failure', problem: tokenRefused };
    }
    const renewed = await scheduler.renewTarget(accountSession, target);
    if (accountSession.endedBy !== undefined) return { type: 'signed-out' };
    const fresh = usable(renewed, refused);
    if (fresh !== undefined) return ready(fresh);
    return renewed.failure?.outcome ?? { type: 'transient-failure', problem: tokenRefused };
  };

  return async (refused, target) => {
    const accountSession = accounts.current();
    if (accountSession === undefined) return { type: 'signed-out' };
    if (target !== undefined) return targetToken(accountSession, target, refused);
    if (usable(accountSession, refused) === undefined) {
      await renewForCall(accountSession, refused);
      if (accountSession.endedBy !== undefined) return { type: 'signed-out' };
    }
    const access = usable(accountSession, refused);
    return access === undefined ? unavailable(accountSession.connection) : ready(access);
  };
}
