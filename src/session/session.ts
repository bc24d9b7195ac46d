import type { KyInstance, Options } from 'ky';
import type { RevocableTokens, TokenTarget } from '../oauth/credentials';
import type { IdTokenVerdict } from '../oauth/id-token';
import type { TokenSet } from '../oauth/outcome';
import type { Completion } from '../sign-in/attempt';
import type { ConnectionState, Keeping } from '../sign-in/states';
import { isOver } from './access';
import { createAccessTokens } from './access-tokens';
import { createAccountRecords } from './account-records';
import { createAccounts } from './accounts';
import { type AccessTokenOutcome, createApi } from './api';
import { createCleanup } from './cleanup';
import { completeSignIn } from './completion';
import { createConnectionJudge } from './connection-state';
import type { SessionDependencies } from './dependencies';
import { type DpopState, dpopState } from './dpop-state';
import { createFailures } from './failures';
import { createRecordKeeper } from './keep';
import { type AccountEvent, callListener, createListeners } from './listeners';
import { createLock } from './lock';
import { createSessionMemo } from './memo';
import { isIncomplete, lookUpName } from './name-lookup';
import { schemaVersion } from './record-form';
import { createRefresher } from './refresh';
import { createRefreshScheduler } from './refresh-scheduler';
import { createRestorer } from './restore';
import { createSeal, type SealState } from './seal';
import { createServerCalls } from './server-calls';
import { signOutAccounts } from './sign-out';
import { createStorageWatch, type StorageHealth } from './storage-watch';
import { joinTabs } from './tabs';
import { wipeEverything } from './wipe';

/** The state of the session for a report: no names, no secrets. */
export interface SessionDiagnostics extends StorageHealth {
  schemaVersion: number;
  seal: SealState;
  /** Whether the engine promised not to evict the records; absent while unknown. */
  persisted?: boolean | undefined;
  dpop: { mode: string; state: DpopState };
  lock: 'web-locks' | 'lease';
  /** Records that could not be read at the start. */
  quarantined: number;
  accounts: number;
  /** The server has not heard of a sign-out yet. */
  revocationWaits: boolean;
  signedIn: boolean;
  /** How the current account is kept; undefined while there is none. */
  keeping: Keeping | undefined;
  connection: ConnectionState['type'];
  /** Whether the newest ID token fits, or why it is not used; undefined while there was none. */
  idToken: IdTokenVerdict | undefined;
}

/** What happens after sign-in. Nothing here rejects except calls made with {@link Session.api}. */
export interface Session {
  /**
   * Reads the kept accounts and reports `accountsFound`. Storage that does not answer is waited for
   * 2 s, and reported on once more when it has something after all; one that fails is asked again
   * for 5 s, and then reported as `storage-unreadable`.
   */
  restore(): Promise<void>;
  /** The viewer has seen that a session ended: the next start says it no more. */
  noticeSeen(): void;
  /**
   * Makes an account the current one: reports `sessionOpened` at once and renews its access in the
   * background; an account that is not there any more is reported as `sessionEnded`.
   */
  open(accountId: string): void;
  /**
   * Keeps the tokens of an approved sign-in and makes its account the current one. Storage, name and
   * credentials may all be missing: then the session lasts for this run.
   *
   * @param signal the viewer's Cancel: the tokens are then revoked here
   */
  complete(tokens: TokenSet, signal: AbortSignal): Promise<Completion>;
  /**
   * Signs accounts out: marked here first, then revoked (5 s at most), then deleted. What cannot be
   * revoked now waits, sealed, for the next start. Reports `signOutAnswered`.
   */
  signOut(accountIds: readonly string[]): Promise<void>;
  /**
   * Signs everyone out and deletes everything that this origin has stored, also what waits to be told
   * to the server. Reports `wiped`, after 20 s at the latest.
   */
  wipe(): Promise<void>;
  /** Revokes tokens that are not needed any more, e.g. of a cancelled sign-in; best effort. */
  revokeTokens(tokens: RevocableTokens): Promise<void>;
  /**
   * An HTTP client for the app's own calls: adds the access token for the configured origins only
   * and renews it once when it is refused.
   *
   * @param options of ky; `resource` or `audience` for a token of that API alone
   */
  api(options?: Options & TokenTarget): KyInstance;
  /**
   * The current access token, renewed when it is over. Never log or keep it.
   *
   * @param target an API that gets a token of its own, from the same sign-in, where the server allows
   *   that; it is kept in memory. A refusal does not end the session.
   * @see https://www.rfc-editor.org/rfc/rfc8707
   */
  accessToken(target?: TokenTarget): Promise<AccessTokenOutcome>;
  /** @returns a function that ends the listening */
  on(listener: (event: AccountEvent) => void): () => void;
  diagnostics(): SessionDiagnostics;
  /** The app is hidden or the TV sleeps: nothing is renewed. */
  suspend(): void;
  /** The app is back, or the network is: what is due is renewed at once. */
  resume(): void;
}

/** The parts of a session that need nothing of one another's work. */
function createBasics(dependencies: SessionDependencies) {
  const { server: authorizationServer, clock, random, store, proofs } = dependencies;
  const { id: serverId, clientId } = authorizationServer;
  const realm = `${serverId} ${clientId}`;
  const storage = createStorageWatch(clock);
  const seal = createSeal(store, dependencies.crypto);
  const records = createAccountRecords(store, seal, { serverId, clientId }, random);
  const withLock = createLock(dependencies);
  const withKeyLock = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const locked = await withLock('tv-sign-in keys', work);
    return locked.type === 'done' ? locked.result : work();
  };
  const server = createServerCalls(authorizationServer, clock);
  const memo = createSessionMemo(store, storage, realm);
  const listeners = createListeners(clock);
  const { emit } = listeners;
  const onEvent: SessionDependencies['onEvent'] = (event) =>
    callListener(clock, dependencies.onEvent, event);
  const accounts = createAccounts({ emit, onEvent });
  return {
    authorizationServer,
    clock,
    random,
    store,
    proofs,
    realm,
    storage,
    seal,
    records,
    withLock,
    withKeyLock,
    server,
    memo,
    listeners,
    emit,
    onEvent,
    accounts,
  };
}

/** The parts of a session, each made once. */
function createParts(dependencies: SessionDependencies) {
  const basics = createBasics(dependencies);
  const { clock, random, memo, accounts } = basics;
  const cleanup = createCleanup(basics);
  const restorer = createRestorer({ ...basics, cleanup });
  const mayBeCleared = () =>
    dependencies.joinTabs !== undefined || dependencies.store.wasCleared?.() === true;
  const { ensureRead } = restorer;
  const keeper = createRecordKeeper({ ...basics, cleanup, ensureRead, mayBeCleared });
  const judge = createConnectionJudge(clock, random, memo);
  const failures = createFailures({ ...basics, judge });
  const refresher = createRefresher({
    ...basics,
    judge,
    failures,
    keeper,
    async onRenewed(accountSession, tokens) {
      if (isIncomplete(accountSession))
        await lookUpName({ ...basics, keeper }, accountSession, tokens);
    },
  });
  const scheduler = createRefreshScheduler({ ...basics, refresher, failures });
  const accessToken = createAccessTokens({ ...basics, scheduler });
  const tellTabs = joinTabs(dependencies.joinTabs, basics.realm, accounts);
  return { ...basics, cleanup, restorer, keeper, scheduler, accessToken, tellTabs };
}

/** A target that names something; undefined otherwise. */
const asTarget = ({ resource, audience }: TokenTarget): TokenTarget | undefined =>
  resource === undefined && audience === undefined ? undefined : { resource, audience };

/** Makes the session of the app; there is one for each client and server. */
export function createSession(dependencies: SessionDependencies): Session {
  const parts = createParts(dependencies);
  const { clock, accounts, scheduler, proofs } = parts;
  let persisted: boolean | undefined;

  const open: Session['open'] = (accountId) => {
    const accountSession = accounts.find(accountId);
    if (accountSession === undefined) {
      parts.onEvent({ type: 'sessionEnded', accountId, accounts: accounts.list() });
      return;
    }
    accounts.makeCurrent(accountSession);
    accounts.reportOpened(accountSession);
    const { access, connection } = accountSession;
    if (connection.type !== 'online') parts.onEvent({ type: 'connectionChanged', connection });
    if (access === undefined || isOver(access, clock)) void scheduler.renew(accountSession);
    else scheduler.schedule();
  };

  const complete: Session['complete'] = async (tokens, signal) => {
    const waits = parts.cleanup.waits();
    const completion = await completeSignIn(parts, tokens, signal);
    if (completion.type === 'failed') return completion;
    scheduler.schedule();
    if (waits) void parts.cleanup.retryPending();
    if (completion.keeping === 'kept') {
      dependencies.persist?.().then(
        (granted) => {
          persisted = granted;
        },
        () => {},
      );
    }
    return completion;
  };

  const diagnostics: Session['diagnostics'] = () => ({
    ...parts.storage.health(),
    schemaVersion,
    seal: parts.seal.state(),
    persisted,
    dpop: { mode: proofs.mode, state: dpopState(proofs.mode, accounts.current()) },
    lock: dependencies.locks === undefined ? 'lease' : 'web-locks',
    quarantined: parts.restorer.quarantined(),
    accounts: accounts.sessions().length,
    revocationWaits: parts.cleanup.waits(),
    signedIn: accounts.current() !== undefined,
    keeping: accounts.current()?.keeping,
    connection: accounts.connection().type,
    idToken: parts.authorizationServer.idTokenVerdict?.(),
  });

  return {
    restore: parts.restorer.restore,
    noticeSeen: parts.memo.sessionEndedSeen,
    open,
    complete,
    async signOut(accountIds) {
      const answer = await signOutAccounts(parts, accountIds);
      scheduler.schedule();
      parts.onEvent({ type: 'signOutAnswered', answer });
    },
    async wipe() {
      const { erase = () => Promise.resolve() } = dependencies;
      const answer = await wipeEverything(parts, erase);
      scheduler.schedule();
      parts.onEvent({ type: 'wiped', answer });
    },
    async revokeTokens(tokens) {
      await parts.server.revokeUnused(tokens, accounts.sessions().length > 0);
    },
    api: (options = {}) => {
      const { resource, audience, ...kyOptions } = options;
      const target = asTarget({ resource, audience });
      const { fetch, apiOrigins: origins } = dependencies;
      const accessToken = (refused?: string) => parts.accessToken(refused, target);
      return createApi({ fetch, proofs, origins, accessToken }, kyOptions);
    },
    async accessToken(target = {}) {
      const access = await parts.accessToken(undefined, asTarget(target));
      if (access.type !== 'ready') return access;
      const { proofKey: _own, ...ready } = access;
      return ready;
    },
    on: parts.listeners.on,
    diagnostics,
    suspend: scheduler.suspend,
    resume() {
      scheduler.resume();
      void parts.cleanup.retryPending();
    },
  };
}
