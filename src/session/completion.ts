import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { Credentials } from '../oauth/credentials';
import type { Account, TokenSet } from '../oauth/outcome';
import type { Completion } from '../sign-in/attempt';
import type { Keeping } from '../sign-in/states';
import { accessOf } from './access';
import type { AccountRecords } from './account-records';
import { newAccountSession } from './account-session';
import type { Accounts } from './accounts';
import type { Proofs } from './dpop';
import { identify } from './identity';
import type { RecordKeeper } from './keep';
import type { SessionMemo } from './memo';
import type { Restorer } from './restore';
import type { ServerCalls } from './server-calls';
import type { StorageWatch } from './storage-watch';

export interface CompletionDependencies {
  /** Asked for the account's name. */
  authorizationServer: AuthorizationServer;
  server: ServerCalls;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  accounts: Accounts;
  keeper: RecordKeeper;
  records: AccountRecords;
  storage: StorageWatch;
  proofs: Proofs;
  restorer: Restorer;
  memo: SessionMemo;
}

const cancelled: Completion = {
  type: 'failed',
  problem: { kind: 'not-completed', code: 'cancelled' },
};

const proofIgnored: Completion = {
  type: 'failed',
  problem: {
    kind: 'misconfigured',
    code: 'dpop_ignored',
    detail: 'The settings require DPoP, and the server issued a token without it.',
  },
};

async function keepNew(
  keeper: RecordKeeper,
  account: Account,
  credentials: Credentials | undefined,
): Promise<Keeping> {
  if (credentials === undefined) return 'not-given';
  const revision = await keeper.keepNew(account, credentials, true);
  return revision === undefined ? 'storage-failed' : 'kept';
}

/**
 * Makes the tokens of an approved sign-in a session: looks the account up, keeps the credentials,
 * makes the account the current one. Storage, name and credentials may all be missing.
 *
 * @param signal the viewer's Cancel: the tokens are then revoked
 */
export async function completeSignIn(
  dependencies: CompletionDependencies,
  tokens: TokenSet,
  signal: AbortSignal,
): Promise<Completion> {
  const { authorizationServer, server, clock, random, accounts, keeper, records, storage, proofs } =
    dependencies;
  const requested = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
  const undone = async (outcome: Completion): Promise<Completion> => {
    await server.revokeUnused(tokens, accounts.sessions().length > 0);
    return outcome;
  };
  if (proofs.mode === 'required' && tokens.tokenType !== 'DPoP') return undone(proofIgnored);
  // Before the account gets its id: what is kept may hold that id already.
  const [known] = await Promise.all([
    identify(authorizationServer, clock, tokens, signal),
    dependencies.restorer.ensureRead(),
  ]);
  const account = accounts.disambiguate(known);
  if (signal.aborted) return undone(cancelled);
  const { credentials } = tokens;
  const keeping = await keepNew(keeper, account, credentials);
  const before = accounts.find(account.id);
  if (signal.aborted) {
    // A viewer who was signed in already goes on, with the credentials that are now in the record.
    if (before?.keeping === 'kept' && keeping === 'kept') return cancelled;
    if (keeping === 'kept') await storage.within(records.remove(account.id));
    return undone(cancelled);
  }
  const accountSession = newAccountSession(account, keeping, tokens.binding);
  accountSession.credentials = credentials;
  accountSession.isNewGrant = keeping !== 'kept';
  accountSession.access = accessOf(tokens, requested, random());
  if (before !== undefined) {
    accounts.replace(before);
    // What lies in a record is revoked once the new one has taken its place.
    if (before.keeping !== 'kept') void server.revokeBeside(before, credentials);
  }
  accounts.add(accountSession);
  accounts.makeCurrent(accountSession);
  dependencies.memo.sessionEndedSeen();
  return { type: 'completed', account, accounts: accounts.list(), keeping };
}
