import type { KyInstance, Options } from 'ky';
import type { SessionEvent } from '../device-grant/machine';
import type { Account, RefreshOutcome, TokenSet } from '../device-grant/outcome';
import type { Problem } from '../device-grant/problem';
import { type Access, accessOf, isOver } from './access';
import { createAccountRecords, schemaVersion } from './account-records';
import { type AccessTokenOutcome, createApi } from './api';
import { bounded } from './bounded';
import type { DpopState } from './dpop';
import { identify } from './identity';
import { createLock } from './lock';
import { createSeal, type SealState } from './seal';
import type { SessionSurroundings } from './surroundings';

/** What an integrator's own screens may want to know. */
export type AccountEvent =
  | { type: 'signedIn'; account: Account }
  | { type: 'accountSwitched'; account: Account; from: Account }
  /** `ended`: the server no longer accepts the session, or another tab signed out. */
  | { type: 'signedOut'; account: Account; reason: 'viewer' | 'ended' };

export type Completion =
  | { outcome: 'kept'; account: Account; accounts: readonly Account[]; kept: boolean }
  | { outcome: 'failed'; problem: Problem };

/** The state of the session for a report: no names, no secrets. */
export interface SessionDiagnostics {
  schemaVersion: number;
  storage: 'untried' | 'working' | 'failing';
  /** Name of the last storage error, e.g. `QuotaExceededError`. */
  storageError?: string;
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
const storageLimitMs = 5000;
const refreshLimitMs = 20_000;
const revokeLimitMs = 5000;
const shortestBackOffMs = 5000;
const longestBackOffMs = 300_000;
const freshMs = 30_000;
/** Longer timers overflow in every browser and then fire at once. */
const longestTimerMs = 12 * 3600 * 1000;

/** An account of this run. */
interface Member {
  account: Account;
  kept: boolean;
  /** In memory for the run; for a kept account the store's word counts. */
  refreshToken?: string;
  access?: Access;
  renewing?: Promise<Renewal>;
  /** Renewals in a row that decided nothing. */
  troubles: number;
  problem?: Problem;
  /** After trouble, monotonic ms: when the session tries again by itself… */
  retryAtMs: number;
  /** …and when it may on demand: the server's `Retry-After`, or a moment. */
  notBeforeMs: number;
  /**
   * No longer part of this run. What still arrives for a signed-out account is given back; a replaced
   * one may share its grant with its successor, so nothing of it is revoked.
   */
  gone?: 'signed-out' | 'replaced';
}

const newMember = (account: Account, kept: boolean): Member => ({
  account,
  kept,
  troubles: 0,
  retryAtMs: 0,
  notBeforeMs: 0,
});

type Renewal = { outcome: 'renewed' } | { outcome: 'ended' } | { outcome: 'troubled' };

const byName = (one: Account, other: Account) =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

/** A reply may have got lost on the way: the server may have rotated the token all the same. */
const mayBeLost = ({ kind, status }: Problem) =>
  status === undefined &&
  (kind === 'time-out' || kind === 'server-unreachable' || kind === 'server-error');

const cancelledProblem: Problem = { kind: 'not-completed', code: 'cancelled' };
const tokenRefused: Problem = { kind: 'server-error', code: 'token_refused' };

/** Makes the session of the app; there is one for each client and server. */
export function createSession(surroundings: SessionSurroundings): Session {
  const { server, clock, random, store, proofs } = surroundings;
  const seal = createSeal(store, surroundings.crypto);
  const records = createAccountRecords(
    store,
    seal,
    { serverId: server.id, clientId: server.clientId },
    random,
  );
  const exclusively = createLock(surroundings);
  const listeners: ((event: AccountEvent) => void)[] = [];

  let members: Member[] = [];
  let current: Member | undefined;
  let offline = false;
  let suspended = false;
  let cancelTimer = () => {};
  let storage: SessionDiagnostics['storage'] = 'untried';
  let storageError: string | undefined;
  let persisted: boolean | undefined;
  let setAside = 0;

  const accounts = (): Account[] => members.map((member) => member.account).sort(byName);
  const memberOf = (accountId: string) => members.find((member) => member.account.id === accountId);

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

  /** Storage within bounds; undefined when it fails. */
  const stored = async <Value>(work: Promise<Value>, limitMs = storageLimitMs) => {
    try {
      const value = await bounded(clock, limitMs, work);
      storage = 'working';
      return { value };
    } catch (error) {
      storage = 'failing';
      storageError = error instanceof Error || error instanceof DOMException ? error.name : 'Error';
      return undefined;
    }
  };

  const setOffline = (now: boolean) => {
    if (offline === now) return;
    offline = now;
    onEvent({ event: 'connectionChanged', offline });
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
    onEvent({ event: 'sessionOpened', account, accounts: accounts(), kept });
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
    onEvent({ event: 'sessionEnded', accountId: member.account.id, accounts: accounts() });
  };

  const withLimit = async <Outcome>(
    limitMs: number,
    call: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | undefined> => {
    const limit = new AbortController();
    try {
      return await bounded(clock, limitMs, call(limit.signal));
    } catch {
      limit.abort();
      return undefined;
    }
  };

  /** @returns false when the server may still know the token */
  const revoke = async (tokens: Pick<TokenSet, 'accessToken' | 'refreshToken'>) => {
    const revoked = await withLimit(revokeLimitMs, (signal) => server.revoke(tokens, signal));
    return revoked !== undefined && revoked.outcome !== 'troubled';
  };

  const askToRenew = async (refreshToken: string): Promise<RefreshOutcome> => {
    const outcome = await withLimit(refreshLimitMs, (signal) =>
      server.refresh(refreshToken, signal),
    );
    return (
      outcome ?? { outcome: 'troubled', problem: { kind: 'time-out', code: 'refresh_timed_out' } }
    );
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

  const troubled = (member: Member, problem: Problem): Renewal => {
    member.problem = problem;
    const backOffMs = Math.min(shortestBackOffMs * 2 ** member.troubles, longestBackOffMs);
    member.troubles++;
    const nowMs = clock.monotonicMs();
    member.notBeforeMs =
      nowMs + Math.max(shortestBackOffMs, (problem.retryAfterSeconds ?? 0) * 1000);
    member.retryAtMs = Math.max(nowMs + backOffMs * (1 + random() / 10), member.notBeforeMs);
    return { outcome: 'troubled' };
  };

  /** Nobody's key is deleted while somebody's record is being written, here or in another tab. */
  const amongKeys = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const guarded = await exclusively('tv-sign-in keys', work);
    return guarded.outcome === 'done' ? guarded.result : work();
  };

  /**
   * Keeps a token that has no record yet.
   * @returns revision of the record; undefined when it cannot be kept
   */
  const keepNew = async (account: Account, refreshToken: string) => {
    // Storage that does not even answer would hold up every renewal anew.
    if (storage === 'failing' && storageError === 'TimeoutError') return undefined;
    return amongKeys(async () => {
      // Without its key a bound token could not be used after a restart.
      if (!(await proofs.keep())) {
        storage = 'failing';
        storageError = 'KeyNotKeptError';
        return undefined;
      }
      const written = await stored(records.write(account, refreshToken));
      return written?.value.outcome === 'written' ? written.value.revision : undefined;
    });
  };

  /** Makes a rotated token durable before anybody uses what came with it. */
  const keepRotated = async (
    { account }: Member,
    refreshToken: string,
    replaces: string,
  ): Promise<'kept' | 'not-kept' | 'signed-out'> => {
    const written = await stored(records.write(account, refreshToken, replaces));
    if (written === undefined) {
      // The old token lies in the store, worth nothing: at the next start it would look stolen.
      await stored(records.remove(account.id, replaces));
      return 'not-kept';
    }
    if (written.value.outcome === 'written') return 'kept';
    const now = await stored(records.read(account.id));
    // Signed in anew in another tab: its token is the one that lasts.
    return now?.value.outcome === 'kept' ? 'kept' : 'signed-out';
  };

  /** A name that could not be had at sign-in is learnt as soon as the server answers. */
  const learnName = async (member: Member, tokens: TokenSet) => {
    const { account, refreshToken } = member;
    const known = await identify(server, clock, tokens, new AbortController().signal);
    if (known.name === '' || member.gone !== undefined || refreshToken === undefined) return;
    if (member.kept) {
      const written = await stored(records.write(known, refreshToken));
      if (written?.value.outcome !== 'written') return;
      if (known.id !== account.id) await stored(records.remove(account.id));
    }
    const twin = memberOf(known.id);
    if (twin !== undefined && twin !== member) replace(twin);
    member.account = known;
    if (member === current) tell({ type: 'accountSwitched', account: known, from: account });
    reportOpened(member);
  };

  const isSignedOut = (member: Member) => member.gone === 'signed-out';

  const renewAlone = async (member: Member): Promise<Renewal> => {
    let repeated = false;
    let refused: string | undefined;
    for (;;) {
      let refreshToken = member.refreshToken;
      let revision: string | undefined;
      if (member.kept) {
        const reading = await stored(records.read(member.account.id));
        if (reading?.value.outcome === 'kept') {
          refreshToken = reading.value.refreshToken;
          revision = reading.value.revision;
        } else if (reading !== undefined) return { outcome: 'ended' };
        else if (refreshToken === undefined) {
          return troubled(member, { kind: 'not-kept', code: 'storage_failed' });
        }
      }
      if (refreshToken === undefined || refreshToken === refused) {
        if (refused !== undefined) await stored(records.remove(member.account.id, revision));
        return { outcome: 'ended' };
      }
      const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      let reply = await askToRenew(refreshToken);
      if (reply.outcome === 'troubled' && mayBeLost(reply.problem) && !repeated) {
        repeated = true;
        reply = await askToRenew(refreshToken);
      }
      switch (reply.outcome) {
        case 'troubled':
          return troubled(member, reply.problem);
        case 'ended':
          // A sibling that lost its lock while it slept may have rotated the token: look once more.
          refused = refreshToken;
          continue;
        case 'renewed':
          break;
      }
      const { tokens } = reply;
      const rotated = tokens.refreshToken ?? refreshToken;
      const giveBack = () => revoke({ accessToken: tokens.accessToken, refreshToken: rotated });
      let { kept } = member;
      if (member.gone === undefined) {
        if (revision === undefined) {
          const fresh = await keepNew(member.account, rotated);
          kept = fresh !== undefined;
          // Signed out while it was written: the mark found nothing to mark.
          if (kept && isSignedOut(member)) await stored(records.remove(member.account.id, fresh));
        } else if (rotated !== refreshToken) {
          const keeping = await keepRotated(member, rotated, revision);
          if (keeping === 'signed-out') {
            await giveBack();
            return { outcome: 'ended' };
          }
          kept = keeping === 'kept';
        }
      }
      if (isSignedOut(member)) await giveBack();
      if (member.gone !== undefined) return { outcome: 'ended' };
      member.refreshToken = rotated;
      member.access = accessOf(tokens, requested, random());
      member.troubles = 0;
      const changed = member.kept !== kept;
      member.kept = kept;
      if (changed) reportOpened(member);
      if (member.account.name === '') await learnName(member, tokens);
      return { outcome: 'renewed' };
    }
  };

  /** One renewal at a time: in this page by the promise, across tabs by the lock. */
  function renew(member: Member): Promise<Renewal> {
    member.renewing ??= (async () => {
      const name = `tv-sign-in ${server.id} ${server.clientId} ${member.account.id}`;
      const guarded = await exclusively(name, () => renewAlone(member)).catch(() => undefined);
      const renewal =
        guarded?.outcome === 'done'
          ? guarded.result
          : troubled(member, { kind: 'time-out', code: 'another_tab_busy' });
      delete member.renewing;
      if (renewal.outcome === 'ended') end(member);
      else if (member === current) setOffline(renewal.outcome === 'troubled');
      if (member === current) schedule();
      return renewal;
    })();
    return member.renewing;
  }

  const accessToken = async (refused?: string): Promise<AccessTokenOutcome> => {
    const member = current;
    if (member === undefined) return { outcome: 'signed-out' };
    const usable = () => {
      const { access } = member;
      return access !== undefined && access.token !== refused && !isOver(access, clock)
        ? access
        : undefined;
    };
    if (usable() === undefined) {
      const nowMs = clock.monotonicMs();
      const { access } = member;
      // An API that refuses even fresh tokens must not make the sign-in server work without end.
      const fresh = access?.token === refused && nowMs - (access?.startsAtMs ?? 0) < freshMs;
      const waits = member.troubles > 0 && nowMs < member.notBeforeMs;
      if (!waits && !(refused !== undefined && fresh)) await renew(member);
      if (member.gone !== undefined) return { outcome: 'signed-out' };
    }
    const access = usable();
    return access === undefined
      ? { outcome: 'troubled', problem: member.problem ?? tokenRefused }
      : { outcome: 'ready', token: access.token, tokenType: access.tokenType };
  };

  /** Sign-outs of earlier runs that the server has not heard of. */
  const revokePending = async (accountIds: readonly string[]) => {
    for (const accountId of accountIds) {
      const reading = await stored(records.read(accountId));
      if (reading?.value.outcome !== 'signed-out') continue;
      const { refreshToken } = reading.value;
      const done = await revoke({ accessToken: '', refreshToken });
      await stored(done ? records.remove(accountId) : records.postpone(accountId));
    }
    await forgetSeal();
  };

  /** Deletes the key to the records, once nothing is sealed with it. */
  const forgetSeal = () =>
    amongKeys(async () => {
      const swept = await stored(records.sweep());
      if (swept?.value === 'empty') await stored(seal.forget());
    });

  /** Deletes the key for proofs, once nobody's token is bound to it. */
  const forgetProofs = () =>
    amongKeys(async () => {
      const swept = await stored(records.sweep());
      if (swept === undefined || swept.value === 'in-use' || members.length > 0) return;
      await stored(proofs.forget());
    });

  /** Settings change: what was kept under others must not lie here for ever. */
  const countStart = async () => {
    const counted = await stored(records.countStart());
    if (counted === undefined || counted.value === 0) return;
    await forgetProofs();
    await forgetSeal();
  };

  const sendToTabs = surroundings.joinTabs?.((message) => {
    const ids = (message as { signedOut?: unknown } | null)?.signedOut;
    if (!Array.isArray(ids)) return;
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
        if (found.signedOut.length > 0) revokePending(found.signedOut);
        countStart();
      });
      const report = () => {
        const event: SessionEvent = { event: 'accountsFound', accounts: accounts() };
        if (setAside > 0) event.notice = 'record-damaged';
        onEvent(event);
      };
      const inTime = await stored(listing, restoreLimitMs);
      report();
      if (inTime !== undefined) return;
      // Storage that was only slow: whoever still shows the first screen may want to know.
      listing.then(
        () => {
          storage = 'working';
          if (current === undefined && members.length > 0) report();
        },
        () => {},
      );
    },

    open(accountId) {
      const member = memberOf(accountId);
      if (member === undefined) {
        onEvent({ event: 'sessionEnded', accountId, accounts: accounts() });
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
        await revoke(tokens);
        return { outcome: 'failed', problem: cancelledProblem };
      };
      if (proofs.mode === 'required' && tokens.tokenType !== 'DPoP') {
        await revoke(tokens);
        const detail = 'The settings require DPoP, and the server issued a token without it.';
        return {
          outcome: 'failed',
          problem: { kind: 'misconfigured', code: 'dpop_ignored', detail },
        };
      }
      const account = await identify(server, clock, tokens, signal);
      if (signal.aborted) return cancelled();
      const { refreshToken } = tokens;
      let kept = false;
      if (refreshToken !== undefined) {
        kept = (await keepNew(account, refreshToken)) !== undefined;
      }
      const before = memberOf(account.id);
      if (signal.aborted) {
        // Somebody who was signed in already goes on, with the token that is now in the record.
        if (before?.kept) return { outcome: 'failed', problem: cancelledProblem };
        if (kept) await stored(records.remove(account.id));
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
      return { outcome: 'kept', account, accounts: accounts(), kept };
    },

    async signOut(accountIds) {
      const leaving = members.filter((member) => accountIds.includes(member.account.id));
      for (const member of leaving) drop(member, 'viewer');
      const marked = await Promise.all(
        leaving.map(async (member) => {
          const newest = await stored(records.markSignedOut(member.account.id), restoreLimitMs);
          return newest?.value ?? member.refreshToken;
        }),
      );
      sendToTabs?.({ signedOut: accountIds });
      // Now, not after the revocation: by then the next sign-in may already use a key.
      const forgetting = forgetProofs();
      await Promise.all(
        leaving.map(async (member, at) => {
          const refreshToken = marked[at];
          const accessToken = member.access?.token ?? '';
          if (refreshToken === undefined && accessToken === '') return;
          const tokens =
            refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
          if (await revoke(tokens)) await stored(records.remove(member.account.id));
        }),
      );
      await forgetting;
      await forgetSeal();
    },

    async revokeTokens(tokens) {
      await revoke(tokens);
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
        schemaVersion,
        storage,
        seal: seal.state(),
        dpop: { mode: proofs.mode, state: proofs.state() },
        lock: surroundings.locks === undefined ? 'lease' : 'web-locks',
        setAside,
        accounts: members.length,
        signedIn: current !== undefined,
        kept: current?.kept ?? false,
        offline,
      };
      if (storageError !== undefined) report.storageError = storageError;
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
