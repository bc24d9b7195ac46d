import { type Connection, exchange } from './connection';
import { accountFromClaims, idTokenClaims } from './id-token';
import { type Account, type AccountOutcome, type TokenSet, transientFailure } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { isRefusal, refusedProblem } from './refusal';
import { type Reply, refusal } from './reply';

/** An account that the server says nothing about: the screens have words for it. */
const namelessAccount: Account = { id: 'viewer', name: '' };

/** Who signed in, as far as the tokens themselves tell; an account without a name where they do not. */
export function accountFromTokens({ account, idToken }: TokenSet): Account {
  if (account !== undefined) return account;
  const claims = idToken === undefined ? undefined : idTokenClaims(idToken);
  return (claims && accountFromClaims(claims)) ?? namelessAccount;
}

/**
 * The userinfo request as the standard has it; {@link readUserinfoReply} reads the reply.
 *
 * @returns undefined when the server has no userinfo endpoint
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfoRequest
 */
export function userinfoRequest(
  tokens: TokenSet,
  { endpoints }: RequestContext,
): WireRequest | undefined {
  return endpoints.userinfo === undefined
    ? undefined
    : { method: 'GET', url: endpoints.userinfo, authorization: tokens };
}

/** What userinfo leaves open about a person, the tokens may tell. */
function completed(account: Account | undefined, fromTokens: Account): Account {
  if (account === undefined) return fromTokens;
  return account.id === fromTokens.id
    ? { ...fromTokens, ...account, name: account.name || fromTokens.name }
    : account;
}

/**
 * Understands the reply to a userinfo request.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse
 */
export function readUserinfoReply(
  reply: Reply,
  tokens: TokenSet,
  provider: Provider,
): AccountOutcome {
  if (reply.status === 401) return { type: 'token-refused' };
  if (isRefusal(reply)) return { type: 'refused', problem: refusedProblem(reply) };
  if (reply.status < 200 || reply.status > 299 || reply.body === undefined) {
    return transientFailure(refusal(reply));
  }
  const account = provider.readAccount?.(reply) ?? accountFromClaims(reply.body);
  return { type: 'known', account: completed(account, accountFromTokens(tokens)) };
}

/**
 * Asks the server who signed in.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function requestAccount(
  connection: Connection,
  tokens: TokenSet,
  signal: AbortSignal,
): Promise<AccountOutcome> {
  const { provider } = connection;
  const { accountRequest = userinfoRequest } = provider;
  const fromTokens: AccountOutcome = { type: 'known', account: accountFromTokens(tokens) };
  if (tokens.account !== undefined || accountRequest === 'none') return fromTokens;
  const preparation = await connection.prepare('userinfo');
  if (preparation.type === 'failed') return transientFailure(preparation.problem);
  const { context, missing } = preparation;
  const request = accountRequest(tokens, context);
  if (request === undefined) {
    return missing === undefined ? fromTokens : transientFailure(missing);
  }
  const outcome = await exchange(connection, {
    build: () => request,
    read: (reply) => readUserinfoReply(reply, tokens, provider),
    signal,
    endpoint: 'userinfo',
  });
  return outcome.type === 'no-reply' ? transientFailure(outcome.problem) : outcome;
}
