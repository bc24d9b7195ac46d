import { accountFromClaims, idMember, namelessAccount } from './claims';
import { type Connection, exchange } from './connection';
import { checkIdToken } from './id-token';
import type { Members } from './members';
import { type Account, type AccountOutcome, type TokenSet, transientFailure } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { isRefusal, refusedProblem } from './refusal';
import { type Reply, refusal } from './reply';

/** Entra's authorities for several tenants: its ID tokens name the tenant instead. */
const manyTenants = /\/(common|organizations|consumers)(?=\/|$)/;

/**
 * Tokens as they came, with the claims of the ID token when it fits this server, client and time.
 * What does not fit is left out and noted for the diagnostics.
 */
export function identified(connection: Connection, tokens: TokenSet): TokenSet {
  const { idToken, ...others } = tokens;
  if (idToken === undefined) return tokens;
  const { settings, provider, configured, clock, http, observed } = connection;
  const { issuer, clientId } = settings;
  const own = issuer === undefined ? [] : [issuer, issuer.replace(manyTenants, '/{tenantid}')];
  const check = checkIdToken(idToken, {
    issuers: own.concat(provider.idTokenIssuers?.(settings) ?? []),
    server: configured.token,
    clientId: provider.clientId === 'none' ? '' : clientId,
    mayBeUnsigned: provider.unsignedIdTokens === true,
    serverMs: http.serverTimeMs(),
    wallMs: clock.wallMs(),
  });
  observed.idToken = check.type === 'fits' ? 'fits' : check.fault;
  return check.type === 'fits' ? { ...others, claims: check.claims } : others;
}

/** Who signed in, as far as the tokens themselves tell; an account without a name where they do not. */
export function accountFromTokens({ account, claims }: TokenSet): Account {
  return account ?? (claims && accountFromClaims(claims)) ?? namelessAccount;
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

/**
 * The account that userinfo and the ID token tell together. Userinfo that is not of the ID token's
 * person is not used at all, not even for a name.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse
 */
function accountOf(userinfo: Members, tokens: TokenSet): Account {
  const fromTokens = accountFromTokens(tokens);
  if (tokens.claims !== undefined) {
    const subject = idMember(userinfo, 'sub');
    if (subject === undefined || subject !== idMember(tokens.claims, 'sub')) return fromTokens;
  }
  const account = accountFromClaims(userinfo);
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
  const account = provider.readAccount?.(reply) ?? accountOf(reply.body, tokens);
  return { type: 'known', account };
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
