import type { KyInstance, Options } from 'ky';
import type { Account, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { SessionEvent } from '../sign-in/states';
import { type Access, accessOf, isOver } from './access';
import { createAccountRecords, schemaVersion } from './account-records';
import { type Member, newMember, type Renewal } from './account-session';
import { type AccessTokenOutcome, createApi } from './api';
import { createLeftBehind } from './cleanup';
import type { SessionSurroundings } from './dependencies';
import type { DpopState } from './dpop';
import { identify } from './identity';
import { createLock } from './lock';
import { createRenewals } from './refresh';
import { createSeal, type SealState } from './seal';
import { createBoundedServer } from './server-calls';
import { createStorageWatch, type StorageHealth } from './storage-watch';

/** What an integrator's own screens may want to know. */
export type AccountEvent =
  | { type: 'signedIn'; account: Account }
  | { type: 'accountSwitched'; account: Account; from: Account }
  /** `ended`: the server no longer accepts the session, or another tab signed out. */
  | { type: 'signedOut'; account: Account; reason: 'viewer' | 'ended' };

export type Completion =
  | { type: 'kept'; account: Account; accounts: readonly Account[]; kept: boolean }
  | { type: 'failed'; problem: Problem };

/** The state of the session for a report: no names, no secrets. */
export interface SessionDiagnostics extends StorageHealth {
  schemaVersion: number;
  seal: SealState;
  /** Whether the engine promised not to evict the records; absent while unknown. */
  persisted?: boolean;
  dpop: { mode: string; state: DpopState };
  lock: 'web-locks' | 'lease';
  /** Records that could not be read at the start. */
  setAside: number;
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
const longestTimerMs = 12 * 3600 * 1000;

const byName = (one: Account, other: Account) =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

const cancelledProblem: Problem = { kind: 'not-completed', code: 'cancelled' };
const tokenRefused: Problem = { kind: 'server-error', code: 'token_refused' };

/** Makes the session of the app; there is one for each client and server. */
export function createSession(surroundings: SessionSurroundings): Session {
  const { clock, random, store, proofs } = surroundings;
  const server = createBoundedServer(surroundings.server, clock);
  const storage = createStorageWatch(clock);
  const seal = createSeal(store, surroundings.crypto);
  const records = createAccountRecords(
    store,
    seal,
    { serverId: surroundings.server.id, clientId: surroundings.server.clientId },
    random,
  );
  const exclusively = createLock(surroundings);
  const listeners: ((event: AccountEvent) => void)[] = [];

  let members: Member[] = [];
  let current: Member | undefined;
  let offline = false;
  let suspended = false;
  let cancelTimer = () => {};
  let persisted: boolean | undefined;
  let setAside = 0;

  const accounts = (): Account[] => members.map((member) => member.account).sort(byName);
  const memberOf = (accountId: string) => members.find((member) => member.account.id === accountId);

  /** Two people whose names the server does not tell are still two. */
  const apart = (account: Account): Account => {
    if (account.name !== '' || memberOf(account.id) === undefined) return account;
    let number = 2;
    while (memberOf(`${account.id}-${number}`) !== undefined) number++;
    return { ...account, id: `${account.id}-${number}` };
  };

  const pass = <Event>(listener: (event: Event) => void, event: Event) => {
    try {
      listener(event);
    } catch (error) {
      // A listener's mistake must not stop the session, but must not vanish either.
      clock.setTimer(0, () => {
        throw error;
      });
    }
  };
  const tell = (event: AccountEvent) => {
    for (const listener of listeners.slice()) pass(listener, event);
  };
  const onEvent = (event: SessionEvent) => pass(surroundings.onEvent, event);

  const setOffline = (now: boolean) => {
    if (offline === now) return;
    offline = now;
    onEvent({ type: 'connectionChanged', offline });
  };

  const makeCurrent = (member: Member) => {
    const from = current;
    current = member;
    offline = false;
    if (from === undefined) tell({ type: 'signedIn', account: member.account });
    else if (from.account.id !== member.account.id) {
      tell({ type: 'accountSwitched', account: member.account, from: from.account });
    }
  };

  const reportOpened = (member: Member) => {
    if (member !== current) return;
    const { account, kept } = member;
    onEvent({ type: 'sessionOpened', account, accounts: accounts(), kept });
  };

  const drop = (member: Member, reason: 'viewer' | 'ended') => {
    member.gone = 'signed-out';
    members = members.filter((other) => other !== member);
    if (current === member) {
      current = undefined;
      offline = false;
      cancelTimer();
    }
    tell({ type: 'signedOut', account: member.account, reason });
  };

  const replace = (member: Member) => {
    member.gone = 'replaced';
    members = members.filter((other) => other !== member);
  };

  const end = (member: Member) => {
    if (member.gone !== undefined) return;
    drop(member, 'ended');
    onEvent({ type: 'sessionEnded', accountId: member.account.id, accounts: accounts() });
  };

  const schedule = () => {
    cancelTimer();
    const member = current;
    if (member === undefined || suspended) return;
    const { access } = member;
    let atMs: number | undefined;
    if (member.troubles > 0) atMs = member.retryAtMs;
    else if (access !== undefined) {
      const renewable = member.kept || member.refreshToken !== undefined;
      atMs = renewable ? access.refreshAtMs : access.expiresAtMs;
    }
    if (atMs === undefined) return;
    const waitMs = Math.max(0, atMs - clock.monotonicMs());
    cancelTimer = clock.setTimer(Math.min(waitMs, longestTimerMs), () => {
      if (waitMs > longestTimerMs) schedule();
      else renew(member);
    });
  };

  /** A name that could not be had at sign-in is learnt as soon as the server answers. */
  const learnName = async (member: Member, tokens: TokenSet) => {
    const { account, refreshToken } = member;
    const known = await identify(surroundings.server, clock, tokens, new AbortController().signal);
    if (known.name === '' || member.gone !== undefined || refreshToken === undefined) return;
    if (member.kept) {
      const written = await storage.within(records.write(known, refreshToken));
      if (written?.value.type !== 'written') return;
      if (known.id !== account.id) await storage.within(records.remove(account.id));
    }
    const twin = memberOf(known.id);
    if (twin !== undefined && twin !== member) replace(twin);
    member.account = known;
    if (member === current) tell({ type: 'accountSwitched', account: known, from: account });
    reportOpened(member);
  };

  /** Nobody's key is deleted while somebody's record is being written, here or in another tab. */
  const amongKeys = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const guarded = await exclusively('tv-sign-in keys', work);
    return guarded.type === 'done' ? guarded.result : work();
  };

  const renewals = createRenewals({
    server,
    clock,
    random,
    records,
    storage,
    proofs,
    amongKeys,
    async onRenewed(member, tokens, keptChanged) {
      if (keptChanged) reportOpened(member);
      if (member.account.name === '') await learnName(member, tokens);
    },
  });
  const leftBehind = createLeftBehind({
    server,
    records,
    storage,
    seal,
    proofs,
    amongKeys,
    anybody: () => members.length > 0,
  });

  /** One renewal at a time: in this page by the promise, across tabs by the lock. */
  function renew(member: Member): Promise<Renewal> {
    member.renewing ??= (async () => {
      const name = `tv-sign-in ${realm} ${member.account.id}`;
      const guarded = await exclusively(name, () => renewals.renew(member)).catch(() => undefined);
      const renewal =
        guarded?.type === 'done'
          ? guarded.result
          : renewals.troubled(member, { kind: 'time-out', code: 'another_tab_busy' });
      delete member.renewing;
      if (renewal.type === 'ended') end(member);
      else if (member === current) setOffline(renewal.type === 'troubled');
      if (member === current) schedule();
      return renewal;
    })();
    return member.renewing;
  }

  /**
   * A lasting token cannot be renewed, so a 401 is all that ever tells of its end. An API may have
   * reasons of its own for one: the server that issued the token is asked before anybody has to go.
   */
  const endIfRevoked = async (member: Member, { token, tokenType }: Access) => {
    if (!(await server.refuses({ accessToken: token, tokenType }))) return;
    if (member.kept) await storage.within(records.remove(member.account.id));
    end(member);
  };

  const accessToken = async (refused?: string): Promise<AccessTokenOutcome> => {
    const member = current;
    if (member === undefined) return { type: 'signed-out' };
    const usable = () => {
      const { access } = member;
      return access !== undefined && access.token !== refused && !isOver(access, clock)
        ? access
        : undefined;
    };
    if (usable() === undefined) {
      const nowMs = clock.monotonicMs();
      const { access } = member;
      // An API that refuses even fresh tokens must not make the sign-in server work without end. A
      // token that says nothing of its own end may be older than this run.
      const since = access?.expiresAtMs === undefined ? member.doubtedAtMs : access.startsAtMs;
      const fresh = access?.token === refused && since !== undefined && nowMs - since < freshMs;
      const waits = member.troubles > 0 && nowMs < member.notBeforeMs;
      if (!waits && !(refused !== undefined && fresh)) {
        if (refused !== undefined) member.doubtedAtMs = nowMs;
        const { type: outcome } = await renew(member);
        const now = member.access;
        if (outcome === 'renewed' && now !== undefined && now.token === refused) {
          await endIfRevoked(member, now);
        }
      }
      if (member.gone !== undefined) return { type: 'signed-out' };
    }
    const access = usable();
    if (access === undefined) {
      return { type: 'troubled', problem: member.problem ?? tokenRefused };
    }
    const { token, tokenType, scope } = access;
    return { type: 'ready', token, tokenType, ...(scope === undefined ? {} : { scope }) };
  };

  /** Accounts of other servers and clients on this origin may have the same ids. */
  const realm = `${surroundings.server.id} ${surroundings.server.clientId}`;
  const sendToTabs = surroundings.joinTabs?.((message) => {
    const heard = message as { signedOut?: unknown; realm?: unknown } | null;
    const ids = heard?.signedOut;
    if (heard?.realm !== realm || !Array.isArray(ids)) return;
    for (const member of members.slice()) {
      // A tab that could not keep its session has one of its own.
      if (member.kept && ids.includes(member.account.id)) end(member);
    }
  });

  return {
    async restore() {
      const listing = records.list().then((found) => {
        setAside += found.setAside;
        for (const { account } of found.kept) {
          if (memberOf(account.id) === undefined) members.push(newMember(account, true));
        }
        if (found.signedOut.length > 0) leftBehind.revokePending(found.signedOut);
        leftBehind.countStart();
      });
      const report = () => {
        const event: SessionEvent = { type: 'accountsFound', accounts: accounts() };
        if (setAside > 0) event.notice = 'record-damaged';
        onEvent(event);
      };
      const inTime = await storage.within(listing, restoreLimitMs);
      report();
      if (inTime !== undefined) return;
      // Storage that was only slow: whoever still shows the first screen may want to know.
      listing.then(
        () => {
          storage.answeredLate();
          if (current === undefined && members.length > 0) report();
        },
        () => {},
      );
    },

    open(accountId) {
      const member = memberOf(accountId);
      if (member === undefined) {
        onEvent({ type: 'sessionEnded', accountId, accounts: accounts() });
        return;
      }
      makeCurrent(member);
      reportOpened(member);
      if (member.access === undefined || isOver(member.access, clock)) renew(member);
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
      const account = apart(await identify(surroundings.server, clock, tokens, signal));
      if (signal.aborted) return cancelled();
      const { refreshToken } = tokens;
      let kept = false;
      if (refreshToken !== undefined) {
        kept = (await renewals.keepNew(account, refreshToken)) !== undefined;
      }
      const before = memberOf(account.id);
      if (signal.aborted) {
        // Somebody who was signed in already goes on, with the token that is now in the record.
        if (before?.kept && kept) return { type: 'failed', problem: cancelledProblem };
        if (kept) await storage.within(records.remove(account.id));
        return cancelled();
      }
      const member = newMember(account, kept);
      if (refreshToken !== undefined) member.refreshToken = refreshToken;
      member.access = accessOf(tokens, requested, random());
      if (before !== undefined) replace(before);
      members.push(member);
      makeCurrent(member);
      schedule();
      if (kept) {
        surroundings.persist?.().then(
          (granted) => {
            persisted = granted;
          },
          () => {},
        );
      }
      return { type: 'kept', account, accounts: accounts(), kept };
    },

    async signOut(accountIds) {
      const leaving = members.filter((member) => accountIds.includes(member.account.id));
      for (const member of leaving) drop(member, 'viewer');
      const marked = await Promise.all(
        leaving.map(async (member) => {
          const newest = await storage.within(
            records.markSignedOut(member.account.id),
            restoreLimitMs,
          );
          return newest?.value ?? member.refreshToken;
        }),
      );
      sendToTabs?.({ signedOut: accountIds, realm });
      // Now, not after the revocation: by then the next sign-in may already use a key.
      const forgetting = leftBehind.forgetProofs();
      await Promise.all(
        leaving.map(async (member, at) => {
          const refreshToken = marked[at];
          const accessToken = member.access?.token ?? '';
          if (refreshToken === undefined && accessToken === '') return;
          const tokens =
            refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
          if (await server.revoke(tokens)) await storage.within(records.remove(member.account.id));
        }),
      );
      await forgetting;
      await leftBehind.forgetSeal();
    },

    async revokeTokens(tokens) {
      await server.revoke(tokens);
    },

    api: (options) =>
      createApi(
        { fetch: surroundings.fetch, proofs, origins: surroundings.apiOrigins, accessToken },
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
        lock: surroundings.locks === undefined ? 'lease' : 'web-locks',
        setAside,
        accounts: members.length,
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
      const member = current;
      if (member === undefined) return;
      const { access } = member;
      const due =
        member.troubles > 0 ||
        access === undefined ||
        isOver(access, clock, true) ||
        (access.refreshAtMs !== undefined && clock.monotonicMs() >= access.refreshAtMs);
      if (due && (member.troubles === 0 || clock.monotonicMs() >= member.notBeforeMs))
        renew(member);
      else schedule();
    },
  };
}
