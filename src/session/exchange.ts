import type { Clock } from '../oauth/clock';
import type { Credentials, TokenTarget } from '../oauth/credentials';
import type { RefreshOutcome, TokenSet } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import { pause } from '../oauth/time-limit';
import type { AccountSession } from './account-session';
import type { Accounts } from './accounts';
import type { FoundCredentials, RecordKeeper } from './keep';
import type { ServerCalls } from './server-calls';

/** What an exchange of credentials for access works with. */
export interface ExchangeDependencies {
  server: ServerCalls;
  clock: Clock;
  accounts: Accounts;
  keeper: RecordKeeper;
}

const repeatAfterMs = 2000;

/**
 * A reply may have got lost on the way: the server may have rotated the token all the same. Not
 * where no connection came about, which only browsers hide.
 */
const mayBeLost = ({ kind, code, status }: Problem) =>
  status === undefined &&
  code !== 'connection_refused' &&
  (kind === 'time-out' || kind === 'server-unreachable' || kind === 'server-error');

/**
 * Asks for a reply that may have got lost once more, after a moment: a connection that was refused
 * cannot be told from one that broke, and a server that just starts needs the time.
 */
export async function requestRefresh(
  { server, clock }: Pick<ExchangeDependencies, 'server' | 'clock'>,
  credentials: Credentials,
  mayRepeat: boolean,
  target?: TokenTarget,
): Promise<{ repeated: boolean; reply: RefreshOutcome }> {
  const reply = await server.refresh(credentials, target);
  const repeated = mayRepeat && reply.type === 'transient-failure' && mayBeLost(reply.problem);
  if (!repeated) return { repeated, reply };
  await pause(clock, repeatAfterMs);
  return { repeated, reply: await server.refresh(credentials, target) };
}

/**
 * Keeps what a renewal gave, or revokes it when the account is signed out.
 * @returns false when the account is no longer part of this run
 */
export async function keepRenewed(
  { server, accounts, keeper }: Pick<ExchangeDependencies, 'server' | 'accounts' | 'keeper'>,
  accountSession: AccountSession,
  before: FoundCredentials,
  tokens: TokenSet,
): Promise<boolean> {
  const credentials = tokens.credentials ?? before.credentials;
  const result =
    accountSession.endedBy === undefined
      ? await keeper.keepRenewed(accountSession, before, credentials)
      : 'not-kept';
  if (result === 'signed-out' || accountSession.endedBy === 'signed-out') {
    await server.revoke({ accessToken: tokens.accessToken, credentials });
  } else if (accountSession.endedBy === 'replaced') {
    const successor = accounts.find(accountSession.account.id)?.credentials;
    if (successor === undefined || server.mayRevokeBeside(before.credentials, successor)) {
      await server.revokeBeside({ credentials }, successor);
    }
  }
  if (result === 'signed-out' || accountSession.endedBy !== undefined) return false;
  const keeping = result === 'kept' ? 'kept' : 'storage-failed';
  const keptChanged = accountSession.keeping !== keeping;
  accountSession.credentials = credentials;
  accountSession.binding = credentials.binding;
  accountSession.keeping = keeping;
  accountSession.hasRenewed = true;
  if (keeping === 'kept') accountSession.isNewGrant = undefined;
  if (keptChanged) accounts.reportOpened(accountSession);
  return true;
}
