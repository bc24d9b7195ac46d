import { assertNever } from '../assert-never';
import type { Clock } from '../oauth/clock';
import { type Credentials, sameCredentials } from '../oauth/credentials';
import type { TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { accessOf } from './access';
import type { AccountRecords } from './account-records';
import type { AccountSession, RefreshResult } from './account-session';
import type { RecordKeeper } from './keep';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

/** What a renewal works with. */
export interface RefreshDependencies {
  server: ServerCalls;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  keeper: RecordKeeper;
  records: AccountRecords;
  storage: StorageWatch;
  /** The account has fresh access; `keptChanged` when it is now kept, or no longer. */
  onRenewed(accountSession: AccountSession, tokens: TokenSet, keptChanged: boolean): Promise<void>;
}

/** Renews the access of accounts. */
export interface Refresher {
  /** Exchanges the credentials for fresh access. The caller sees to it that this runs alone. */
  renew(accountSession: AccountSession): Promise<RefreshResult>;
  /** Notes a failure, and when to try again. */
  noteFailure(accountSession: AccountSession, problem: Problem): RefreshResult;
}

const minBackOffMs = 5000;
/** With the jitter: five minutes. */
const maxBackOffMs = 200_000;
/** Jitter, as a share of the wait: clients turned away together must not return together. */
const jitter = 0.5;

/** A reply may have got lost on the way: the server may have rotated the token all the same. */
const mayBeLost = ({ kind, status }: Problem) =>
  status === undefined &&
  (kind === 'time-out' || kind === 'server-unreachable' || kind === 'server-error');

/** Makes the renewals of one session. */
export function createRefresher(dependencies: RefreshDependencies): Refresher {
  const { server, clock, random, keeper, records, storage } = dependencies;

  const noteFailure: Refresher['noteFailure'] = (accountSession, problem) => {
    accountSession.problem = problem;
    const backOffMs = Math.min(minBackOffMs * 2 ** accountSession.failureCount, maxBackOffMs);
    accountSession.failureCount++;
    const nowMs = clock.monotonicMs();
    accountSession.notBeforeMs =
      nowMs + Math.max(minBackOffMs, (problem.retryAfterSeconds ?? 0) * 1000);
    accountSession.retryAtMs =
      nowMs + Math.max(backOffMs, accountSession.notBeforeMs - nowMs) * (1 + jitter * random());
    return { type: 'transient-failure' };
  };

  /** Asks for a reply that may have got lost once more. */
  const requestRefresh = async (credentials: Credentials, mayRepeat: boolean) => {
    const reply = await server.refresh(credentials);
    const repeated = mayRepeat && reply.type === 'transient-failure' && mayBeLost(reply.problem);
    return { repeated, reply: repeated ? await server.refresh(credentials) : reply };
  };

  /** Makes what a renewal gave the account's own, or revokes it when the account is signed out. */
  const adopt = async (
    accountSession: AccountSession,
    before: { credentials: Credentials; revision?: string | undefined },
    tokens: TokenSet,
    requested: { monotonicMs: number; wallMs: number },
  ): Promise<RefreshResult> => {
    const credentials = tokens.credentials ?? before.credentials;
    const keeping =
      accountSession.endedBy === undefined
        ? await keeper.keepRenewed(accountSession, before, credentials)
        : 'not-kept';
    if (keeping === 'signed-out' || accountSession.endedBy === 'signed-out') {
      await server.revoke({ accessToken: tokens.accessToken, credentials });
    }
    if (keeping === 'signed-out' || accountSession.endedBy !== undefined) return { type: 'ended' };
    const kept = keeping === 'kept';
    const keptChanged = accountSession.kept !== kept;
    const access = accessOf(tokens, requested, random());
    Object.assign(accountSession, { credentials, access, kept, failureCount: 0 });
    await dependencies.onRenewed(accountSession, tokens, keptChanged);
    return { type: 'renewed' };
  };

  const renew = async (accountSession: AccountSession): Promise<RefreshResult> => {
    let mayRepeat = true;
    let refused: Credentials | undefined;
    for (;;) {
      const held = await keeper.newest(accountSession);
      if (held.type === 'unreadable') {
        return noteFailure(accountSession, { kind: 'not-kept', code: 'storage_failed' });
      }
      if (held.type === 'nothing') return { type: 'ended' };
      if (refused !== undefined && sameCredentials(held.credentials, refused)) {
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
        case 'ended':
          // A tab that lost its lock while it slept may have rotated the token: look once more.
          refused = held.credentials;
          break;
        default:
          return assertNever(reply);
      }
    }
  };

  return { renew, noteFailure };
}
