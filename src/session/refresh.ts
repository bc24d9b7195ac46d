import { assertNever } from '../assert-never';
import type { Clock } from '../oauth/clock';
import type { Account, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { accessOf } from './access';
import type { AccountRecords } from './account-records';
import type { AccountSession, RefreshResult } from './account-session';
import type { Proofs } from './dpop';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

/** What a renewal works with. */
export interface RefreshDependencies {
  server: ServerCalls;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  records: AccountRecords;
  storage: StorageWatch;
  proofs: Proofs;
  /** Runs work while nobody deletes a key, here or in another tab. */
  withKeyLock<Value>(work: () => Promise<Value>): Promise<Value>;
  /** The member has fresh access; `keptChanged` when its token is now kept, or no longer. */
  onRenewed(accountSession: AccountSession, tokens: TokenSet, keptChanged: boolean): Promise<void>;
}

/** Renews the access of accounts and keeps the tokens that this takes. */
export interface Refresher {
  /**
   * Keeps a token that has no record yet.
   * @returns revision of the record; undefined when it cannot be kept
   */
  keepNew(account: Account, refreshToken: string): Promise<string | undefined>;
  /** Trades the refresh token for fresh access. The caller sees that nobody else does meanwhile. */
  renew(accountSession: AccountSession): Promise<RefreshResult>;
  /** Notes trouble, and when to try again. */
  noteFailure(accountSession: AccountSession, problem: Problem): RefreshResult;
}

const minBackOffMs = 5000;
/** With the spread: five minutes. */
const maxBackOffMs = 200_000;
/** How much longer than necessary a TV may wait, as a share: it tells TVs in trouble apart. */
const spread = 0.5;

/** A reply may have got lost on the way: the server may have rotated the token all the same. */
const mayBeLost = ({ kind, status }: Problem) =>
  status === undefined &&
  (kind === 'time-out' || kind === 'server-unreachable' || kind === 'server-error');

/** What can be traded for access. */
type HeldToken =
  | { type: 'token'; refreshToken: string; revision?: string }
  | { type: 'nothing' }
  /** There is a record, and storage does not let it be read now. */
  | { type: 'unreadable' };

const isSignedOut = (accountSession: AccountSession) => accountSession.endedBy === 'signed-out';

/** Makes the renewals of one session. */
export function createRefresher(dependencies: RefreshDependencies): Refresher {
  const { server, clock, random, records, storage, proofs } = dependencies;

  const noteFailure = (accountSession: AccountSession, problem: Problem): RefreshResult => {
    accountSession.problem = problem;
    const backOffMs = Math.min(minBackOffMs * 2 ** accountSession.failureCount, maxBackOffMs);
    accountSession.failureCount++;
    const nowMs = clock.monotonicMs();
    accountSession.notBeforeMs =
      nowMs + Math.max(minBackOffMs, (problem.retryAfterSeconds ?? 0) * 1000);
    // A server that turned a crowd away must not meet the same crowd again.
    accountSession.retryAtMs =
      nowMs + Math.max(backOffMs, accountSession.notBeforeMs - nowMs) * (1 + spread * random());
    return { type: 'transient-failure' };
  };

  const keepNew = async (account: Account, refreshToken: string) => {
    // Storage that does not even answer would hold up every renewal anew.
    if (storage.hangs()) return undefined;
    return dependencies.withKeyLock(async () => {
      // Without its key a bound token could not be used after a restart.
      if (!(await proofs.keep())) {
        storage.failed('KeyNotKeptError');
        return undefined;
      }
      const written = await storage.within(records.write(account, refreshToken));
      return written?.value.type === 'written' ? written.value.revision : undefined;
    });
  };

  /** Makes a rotated token durable before anybody uses what came with it. */
  const keepRotated = async (
    { account }: AccountSession,
    refreshToken: string,
    replaces: string,
  ): Promise<'kept' | 'not-kept' | 'signed-out'> => {
    const written = await storage.within(records.write(account, refreshToken, replaces));
    if (written === undefined) {
      // The old token lies in the store, worth nothing: at the next start it would look stolen.
      await storage.within(records.remove(account.id, replaces));
      return 'not-kept';
    }
    if (written.value.type === 'written') return 'kept';
    const now = await storage.within(records.read(account.id));
    // Signed in anew in another tab: its token is the one that lasts.
    return now?.value.type === 'kept' ? 'kept' : 'signed-out';
  };

  /** A kept account's token is the one in the store: another tab may have rotated it. */
  const newestToken = async (accountSession: AccountSession): Promise<HeldToken> => {
    const { account, kept, refreshToken } = accountSession;
    if (kept) {
      const reading = await storage.within(records.read(account.id));
      if (reading?.value.type === 'kept') {
        const { refreshToken: stored, revision } = reading.value;
        return { type: 'token', refreshToken: stored, revision };
      }
      if (reading !== undefined) return { type: 'nothing' };
    }
    if (refreshToken !== undefined) return { type: 'token', refreshToken };
    return { type: kept ? 'unreadable' : 'nothing' };
  };

  /** Trades a token; a reply that may have got lost is asked for once more. */
  const requestRefresh = async (refreshToken: string, mayRepeat: boolean) => {
    const reply = await server.refresh(refreshToken);
    const repeated = mayRepeat && reply.type === 'transient-failure' && mayBeLost(reply.problem);
    return { repeated, reply: repeated ? await server.refresh(refreshToken) : reply };
  };

  /** Brings the record of a member up to date with what a renewal gave. */
  const keep = async (
    accountSession: AccountSession,
    before: { refreshToken: string; revision?: string },
    rotated: string,
  ): Promise<'kept' | 'not-kept' | 'signed-out'> => {
    const { refreshToken, revision } = before;
    if (revision !== undefined) {
      return rotated === refreshToken ? 'kept' : keepRotated(accountSession, rotated, revision);
    }
    const fresh = await keepNew(accountSession.account, rotated);
    // Signed out while it was written: the mark found nothing to mark.
    if (fresh !== undefined && isSignedOut(accountSession)) {
      await storage.within(records.remove(accountSession.account.id, fresh));
    }
    return fresh === undefined ? 'not-kept' : 'kept';
  };

  /** Makes what came of a renewal the member's own, or gives it back where nobody wants it any more. */
  const take = async (
    accountSession: AccountSession,
    before: { refreshToken: string; revision?: string },
    tokens: TokenSet,
    requested: { monotonicMs: number; wallMs: number },
  ): Promise<RefreshResult> => {
    const rotated = tokens.refreshToken ?? before.refreshToken;
    const keeping =
      accountSession.endedBy === undefined
        ? await keep(accountSession, before, rotated)
        : 'not-kept';
    if (keeping === 'signed-out' || isSignedOut(accountSession)) {
      await server.revoke({ accessToken: tokens.accessToken, refreshToken: rotated });
    }
    if (keeping === 'signed-out' || accountSession.endedBy !== undefined) return { type: 'ended' };
    const keptChanged = accountSession.kept !== (keeping === 'kept');
    accountSession.refreshToken = rotated;
    accountSession.access = accessOf(tokens, requested, random());
    accountSession.failureCount = 0;
    accountSession.kept = keeping === 'kept';
    await dependencies.onRenewed(accountSession, tokens, keptChanged);
    return { type: 'renewed' };
  };

  const renew = async (accountSession: AccountSession): Promise<RefreshResult> => {
    let mayRepeat = true;
    let refused: { refreshToken: string } | undefined;
    for (;;) {
      const held = await newestToken(accountSession);
      if (held.type === 'unreadable') {
        return noteFailure(accountSession, { kind: 'not-kept', code: 'storage_failed' });
      }
      if (held.type === 'nothing') return { type: 'ended' };
      if (held.refreshToken === refused?.refreshToken) {
        await storage.within(records.remove(accountSession.account.id, held.revision));
        return { type: 'ended' };
      }
      const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      const { reply, repeated } = await requestRefresh(held.refreshToken, mayRepeat);
      if (repeated) mayRepeat = false;
      switch (reply.type) {
        case 'transient-failure':
          return noteFailure(accountSession, reply.problem);
        case 'renewed':
          return take(accountSession, held, reply.tokens, requested);
        case 'ended':
          // A sibling that lost its lock while it slept may have rotated the token: look once more.
          refused = held;
          break;
        default:
          return assertNever(reply);
      }
    }
  };

  return { keepNew, renew, noteFailure };
}
