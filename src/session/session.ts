import type { KyInstance, Options } from 'ky';
import type { Account, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { Completion } from '../sign-in/attempt';
import type { SessionEvent } from '../sign-in/states';
import { type Access, accessOf, isOver } from './access';
import { createAccountRecords, schemaVersion } from './account-records';
import { type AccountSession, newAccountSession, type RefreshResult } from './account-session';
import { type AccessTokenOutcome, createApi } from './api';
import { createCleanup } from './cleanup';
import type { SessionDependencies } from './dependencies';
import type { DpopState } from './dpop';
import { identify } from './identity';
import { createLock } from './lock';
import { createRefresher } from './refresh';
import { createSeal, type SealState } from './seal';
import { createServerCalls } from './server-calls';
import { createStorageWatch, type StorageHealth } from './storage-watch';

/** What an integrator's own screens may want to know. */
export type AccountEvent =
  | { type: 'signedIn'; account: Account }
  | { type: 'accountSwitched'; account: Account; from: Account }
  /** `ended`: the server no longer accepts the session, or another tab signed out. */
  | { type: 'signedOut'; account: Account; reason: 'viewer' | 'ended' };

/** The state of the session for a report: no names, no secrets. */
export interface SessionDiagnostics extends StorageHealth {
  schemaVersion: number;
  seal: SealState;
  /** Whether the engine promised not to evict the records; absent while unknown. */
  persisted?: boolean;
  dpop: { mode: string; state: DpopState };
  lock: 'web-locks' | 'lease';
  /** Records that could not be read at the start. */
  quarantined: number;
  accounts: number;
  signedIn: boolean;
  kept: boolean;
  offline: boolean;
}

/** What happens after sign-in. Nothing here rejects except calls made with {@link Session.api}. */
export interface Session {
  /**
   * Reads the kept accounts and reports `accountsFound`, at the latest after 2 s; once more when
   * storage that was slower than that has something after all.
   */
  restore(): Promise<void>;
  /**
   * Makes an account the current one: reports `sessionOpened` at once and renews its access in the
   * background; an account that is not there any more is reported as `sessionEnded`.
   */
  open(accountId: string): void;
  /**
   * Keeps the tokens of an approved sign-in and makes its account the current one. Storage, name and
   * refresh token may all be missing: then the session lasts for this run, `kept: false`.
   *
   * @param signal the viewer's Cancel: the tokens are then revoked here
   */
  complete(tokens: TokenSet, signal: AbortSignal): Promise<Completion>;
  /**
   * Signs accounts out: marked here first, then revoked (5 s at most), then deleted. What cannot be
   * revoked now waits, sealed, for the next start.
   */
  signOut(accountIds: readonly string[]): Promise<void>;
  /** Gives back tokens nobody wants any more, e.g. of a sign-in that was cancelled; best effort. */
  revokeTokens(tokens: Pick<TokenSet, 'accessToken' | 'refreshToken'>): Promise<void>;
  /**
   * An HTTP client for the app's own calls: adds the access token for the configured origins only
   * and renews it once when it is refused.
   */
  api(options?: Options): KyInstance;
  /** The current access token, renewed when it is over. Never log or keep it. */
  accessToken(): Promise<AccessTokenOutcome>;
  /** @returns a function that ends the listening */
  on(listener: (event: AccountEvent) => void): () => void;
  diagnostics(): SessionDiagnostics;
  /** The app is hidden or the TV sleeps: nothing is renewed. */
  suspend(): void;
  /** The app is back, or the network is: what is due is renewed at once. */
  resume(): void;
}

const restoreLimitMs = 2000;
const freshMs = 30_000;
/** Longer timers overflow in every browser and then fire at once. */
const maxTimerMs = 12 * 3600 * 1000;

const byName = (one: Account, other: Account) =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

const cancelledProblem: Problem = { kind: 'not-completed', code: 'cancelled' };
const tokenRefused: Problem = { kind: 'server-error', code: 'token_refused' };

/** Makes the session of the app; there is one for each client and server. */
export function createSession(dependencies: SessionDependencies): Session {
  const { clock, random, store, proofs } = dependencies;
  const server = createServerCalls(dependencies.server, clock);
  const storage = createStorageWatch(clock);
  const seal = createSeal(store, dependencies.crypto);
  const records = createAccountRecords(
    store,
    seal,
    { serverId: dependencies.server.id, clientId: dependencies.server.clientId },
    random,
  );
  const withLock = createLock(dependencies);
  const listeners: ((event: AccountEvent) => void)[] = [];

  let accountSessions: AccountSession[] = [];
  let current: AccountSession | undefined;
  let offline = false;
  let suspended = false;
  let cancelTimer = () => {};
  let persisted: boolean | undefined;
  let quarantined = 0;

  const accounts = (): Account[] =>
    accountSessions.map((accountSession) => accountSession.account).sort(byName);
  const accountSessionOf = (accountId: string) =>
    accountSessions.find((accountSession) => accountSession.account.id === accountId);

  /** Two people whose names the server does not tell are still two. */
  const disambiguate = (account: Account): Account => {
    if (account.name !== '' || accountSessionOf(account.id) === undefined) return account;
    let number = 2;
    while (accountSessionOf(`${account.id}-${number}`) !== undefined) number++;
    return { ...account, id: `${account.id}-${number}` };
  };

  const callListener = <Event>(listener: (event: Event) => void, event: Event) => {
    try {
      listener(event);
    } catch (error) {
      // A listener's mistake must not stop the session, but must not vanish either.
      clock.setTimer(0, () => {
        throw error;
      });
    }
  };
  const emit = (event: AccountEvent) => {
    for (const listener of listeners.slice()) callListener(listener, event);
  };
  const onEvent = (event: SessionEvent) => callListener(dependencies.onEvent, event);

  const setOffline = (now: boolean) => {
    if (offline === now) return;
    offline = now;
    onEvent({ type: 'connectionChanged', offline });
  };

  const makeCurrent = (accountSession: AccountSession) => {
    const from = current;
    current = accountSession;
    offline = false;
    if (from === undefined) emit({ type: 'signedIn', account: accountSession.account });
    else if (from.account.id !== accountSession.account.id) {
      emit({ type: 'accountSwitched', account: accountSession.account, from: from.account });
    }
  };

  const reportOpened = (accountSession: AccountSession) => {
    if (accountSession !== current) return;
    const { account, kept } = accountSession;
    onEvent({ type: 'sessionOpened', account, accounts: accounts(), kept });
  };

  const drop = (accountSession: AccountSession, reason: 'viewer' | 'ended') => {
    accountSession.endedBy = 'signed-out';
    accountSessions = accountSessions.filter((other) => other !== accountSession);
    if (current === accountSession) {
      current = undefined;
      offline = false;
      cancelTimer();
    }
    emit({ type: 'signedOut', account: accountSession.account, reason });
  };

  const replace = (accountSession: AccountSession) => {
    accountSession.endedBy = 'replaced';
    accountSessions = accountSessions.filter((other) => other !== accountSession);
  };

  const end = (accountSession: AccountSession) => {
    if (accountSession.endedBy !== undefined) return;
    drop(accountSession, 'ended');
    onEvent({ type: 'sessionEnded', accountId: accountSession.account.id, accounts: accounts() });
  };

  const schedule = () => {
    cancelTimer();
    const accountSession = current;
    if (accountSession === undefined || suspended) return;
    const { access } = accountSession;
    let atMs: number | undefined;
    if (accountSession.failureCount > 0) atMs = accountSession.retryAtMs;
    else if (access !== undefined) {
      const renewable = accountSession.kept || accountSession.refreshToken !== undefined;
      atMs = renewable ? access.refreshAtMs : access.expiresAtMs;
    }
    if (atMs === undefined) return;
    const waitMs = Math.max(0, atMs - clock.monotonicMs());
    cancelTimer = clock.setTimer(Math.min(waitMs, maxTimerMs), () => {
      if (waitMs > maxTimerMs) schedule();
      else renew(accountSession);
    });
  };

  /** A name that could not be had at sign-in is learnt as soon as the server answers. */
  const learnName = async (accountSession: AccountSession, tokens: TokenSet) => {
    const { account, refreshToken } = accountSession;
    const known = await identify(dependencies.server, clock, tokens, new AbortController().signal);
    if (known.name === '' || accountSession.endedBy !== undefined || refreshToken === undefined)
      return;
    if (accountSession.kept) {
      const written = await storage.within(records.write(known, refreshToken));
      if (written?.value.type !== 'written') return;
      if (known.id !== account.id) await storage.within(records.remove(account.id));
    }
    const duplicate = accountSessionOf(known.id);
    if (duplicate !== undefined && duplicate !== accountSession) replace(duplicate);
    accountSession.account = known;
    if (accountSession === current)
      emit({ type: 'accountSwitched', account: known, from: account });
    reportOpened(accountSession);
  };

  /** Nobody's key is deleted while somebody's record is being written, here or in another tab. */
  const withKeyLock = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const locked = await withLock('tv-sign-in keys', work);
    return locked.type === 'done' ? locked.result : work();
  };

  const refresher = createRefresher({
    server,
    clock,
    random,
    records,
    storage,
    proofs,
    withKeyLock,
    async onRenewed(accountSession, tokens, keptChanged) {
      if (keptChanged) reportOpened(accountSession);
      if (accountSession.account.name === '') await learnName(accountSession, tokens);
    },
  });
  const cleanup = createCleanup({
    server,
    records,
    storage,
    seal,
    proofs,
    withKeyLock,
    hasAccountSessions: () => accountSessions.length > 0,
  });

  /** One renewal at a time: in this page by the promise, across tabs by the lock. */
  function renew(accountSession: AccountSession): Promise<RefreshResult> {
    accountSession.renewing ??= (async () => {
      const name = `tv-sign-in ${realm} ${accountSession.account.id}`;
      const locked = await withLock(name, () => refresher.renew(accountSession)).catch(
        () => undefined,
      );
      const renewal =
        locked?.type === 'done'
          ? locked.result
          : refresher.noteFailure(accountSession, { kind: 'time-out', code: 'another_tab_busy' });
      delete accountSession.renewing;
      if (renewal.type === 'ended') end(accountSession);
      else if (accountSession === current) setOffline(renewal.type === 'transient-failure');
      if (accountSession === current) schedule();
      return renewal;
    })();
    return accountSession.renewing;
  }

  /**
   * A lasting token cannot be renewed, so a 401 is all that ever tells of its end. An API may have
   * reasons of its own for one: the server that issued the token is asked before anybody has to go.
   */
  const endIfRevoked = async (accountSession: AccountSession, { token, tokenType }: Access) => {
    if (!(await server.refuses({ accessToken: token, tokenType }))) return;
    if (accountSession.kept) await storage.within(records.remove(accountSession.account.id));
    end(accountSession);
  };

  const accessToken = async (refused?: string): Promise<AccessTokenOutcome> => {
    const accountSession = current;
    if (accountSession === undefined) return { type: 'signed-out' };
    const usable = () => {
      const { access } = accountSession;
      return access !== undefined && access.token !== refused && !isOver(access, clock)
        ? access
        : undefined;
    };
    if (usable() === undefined) {
      const nowMs = clock.monotonicMs();
      const { access } = accountSession;
      // An API that refuses even fresh tokens must not make the sign-in server work without end. A
      // token that says nothing of its own end may be older than this run.
      const since =
        access?.expiresAtMs === undefined ? accountSession.doubtedAtMs : access.startsAtMs;
      const fresh = access?.token === refused && since !== undefined && nowMs - since < freshMs;
      const waits = accountSession.failureCount > 0 && nowMs < accountSession.notBeforeMs;
      if (!waits && !(refused !== undefined && fresh)) {
        if (refused !== undefined) accountSession.doubtedAtMs = nowMs;
        const { type: outcome } = await renew(accountSession);
        const now = accountSession.access;
        if (outcome === 'renewed' && now !== undefined && now.token === refused) {
          await endIfRevoked(accountSession, now);
        }
      }
      if (accountSession.endedBy !== undefined) return { type: 'signed-out' };
    }
    const access = usable();
    if (access === undefined) {
      return { type: 'transient-failure', problem: accountSession.problem ?? tokenRefused };
    }
    const { token, tokenType, scope } = access;
    return { type: 'ready', token, tokenType, ...(scope === undefined ? {} : { scope }) };
  };

  /** Accounts of other servers and clients on this origin may have the same ids. */
  const realm = `${dependencies.server.id} ${dependencies.server.clientId}`;
  const sendToTabs = dependencies.joinTabs?.((message) => {
    const heard = message as { signedOut?: unknown; realm?: unknown } | null;
    const ids = heard?.signedOut;
    if (heard?.realm !== realm || !Array.isArray(ids)) return;
    for (const accountSession of accountSessions.slice()) {
      // A tab that could not keep its session has one of its own.
      if (accountSession.kept && ids.includes(accountSession.account.id)) end(accountSession);
    }
  });

  return {
    async restore() {
      const listing = records.list().then((found) => {
        quarantined += found.quarantined;
        for (const { account } of found.kept) {
          if (accountSessionOf(account.id) === undefined)
            accountSessions.push(newAccountSession(account, true));
        }
        if (found.signedOut.length > 0) cleanup.revokePending(found.signedOut);
        cleanup.countStart();
      });
      const report = () => {
        const event: SessionEvent = { type: 'accountsFound', accounts: accounts() };
        if (quarantined > 0) event.notice = 'record-damaged';
        onEvent(event);
      };
      const inTime = await storage.within(listing, restoreLimitMs);
      report();
      if (inTime !== undefined) return;
      // Storage that was only slow: whoever still shows the first screen may want to know.
      listing.then(
        () => {
          storage.answeredLate();
          if (current === undefined && accountSessions.length > 0) report();
        },
        () => {},
      );
    },

    open(accountId) {
      const accountSession = accountSessionOf(accountId);
      if (accountSession === undefined) {
        onEvent({ type: 'sessionEnded', accountId, accounts: accounts() });
        return;
      }
      makeCurrent(accountSession);
      reportOpened(accountSession);
      if (accountSession.access === undefined || isOver(accountSession.access, clock))
        renew(accountSession);
      else schedule();
    },

    async complete(tokens, signal) {
      const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      const cancelled = async (): Promise<Completion> => {
        await server.revoke(tokens);
        return { type: 'failed', problem: cancelledProblem };
      };
      if (proofs.mode === 'required' && tokens.tokenType !== 'DPoP') {
        await server.revoke(tokens);
        const detail = 'The settings require DPoP, and the server issued a token without it.';
        return {
          type: 'failed',
          problem: { kind: 'misconfigured', code: 'dpop_ignored', detail },
        };
      }
      const account = disambiguate(await identify(dependencies.server, clock, tokens, signal));
      if (signal.aborted) return cancelled();
      const { refreshToken } = tokens;
      let kept = false;
      if (refreshToken !== undefined) {
        kept = (await refresher.keepNew(account, refreshToken)) !== undefined;
      }
      const before = accountSessionOf(account.id);
      if (signal.aborted) {
        // Somebody who was signed in already goes on, with the token that is now in the record.
        if (before?.kept && kept) return { type: 'failed', problem: cancelledProblem };
        if (kept) await storage.within(records.remove(account.id));
        return cancelled();
      }
      const accountSession = newAccountSession(account, kept);
      if (refreshToken !== undefined) accountSession.refreshToken = refreshToken;
      accountSession.access = accessOf(tokens, requested, random());
      if (before !== undefined) replace(before);
      accountSessions.push(accountSession);
      makeCurrent(accountSession);
      schedule();
      if (kept) {
        dependencies.persist?.().then(
          (granted) => {
            persisted = granted;
          },
          () => {},
        );
      }
      return { type: 'completed', account, accounts: accounts(), kept };
    },

    async signOut(accountIds) {
      const leaving = accountSessions.filter((accountSession) =>
        accountIds.includes(accountSession.account.id),
      );
      for (const accountSession of leaving) drop(accountSession, 'viewer');
      const marked = await Promise.all(
        leaving.map(async (accountSession) => {
          const newest = await storage.within(
            records.markSignedOut(accountSession.account.id),
            restoreLimitMs,
          );
          return newest?.value ?? accountSession.refreshToken;
        }),
      );
      sendToTabs?.({ signedOut: accountIds, realm });
      // Now, not after the revocation: by then the next sign-in may already use a key.
      const forgetting = cleanup.forgetProofs();
      await Promise.all(
        leaving.map(async (accountSession, at) => {
          const refreshToken = marked[at];
          const accessToken = accountSession.access?.token ?? '';
          if (refreshToken === undefined && accessToken === '') return;
          const tokens =
            refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
          if (await server.revoke(tokens))
            await storage.within(records.remove(accountSession.account.id));
        }),
      );
      await forgetting;
      await cleanup.forgetSeal();
    },

    async revokeTokens(tokens) {
      await server.revoke(tokens);
    },

    api: (options) =>
      createApi(
        { fetch: dependencies.fetch, proofs, origins: dependencies.apiOrigins, accessToken },
        options,
      ),

    accessToken: () => accessToken(),

    on(listener) {
      listeners.push(listener);
      return () => {
        const at = listeners.indexOf(listener);
        if (at >= 0) listeners.splice(at, 1);
      };
    },

    diagnostics() {
      const report: SessionDiagnostics = {
        ...storage.health(),
        schemaVersion,
        seal: seal.state(),
        dpop: { mode: proofs.mode, state: proofs.state() },
        lock: dependencies.locks === undefined ? 'lease' : 'web-locks',
        quarantined,
        accounts: accountSessions.length,
        signedIn: current !== undefined,
        kept: current?.kept ?? false,
        offline,
      };
      if (persisted !== undefined) report.persisted = persisted;
      return report;
    },

    suspend() {
      suspended = true;
      cancelTimer();
    },

    resume() {
      suspended = false;
      const accountSession = current;
      if (accountSession === undefined) return;
      const { access } = accountSession;
      const due =
        accountSession.failureCount > 0 ||
        access === undefined ||
        isOver(access, clock, true) ||
        (access.refreshAtMs !== undefined && clock.monotonicMs() >= access.refreshAtMs);
      if (
        due &&
        (accountSession.failureCount === 0 || clock.monotonicMs() >= accountSession.notBeforeMs)
      )
        renew(accountSession);
      else schedule();
    },
  };
}
