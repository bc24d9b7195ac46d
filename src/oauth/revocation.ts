import type { Connection } from './connection';
import { lastingToken } from './device-token';
import type { RevokeOutcome, TokenSet } from './outcome';
import type { RequestContext, RevocableTokens, WireRequest } from './providers/provider';
import { errorCode, type Reply, refusal } from './reply';

/**
 * The revocation request as the standard has it; {@link readRevocationReply} reads the reply.
 *
 * @returns undefined when the server has no revocation endpoint, or there is no token
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1
 */
export function revocationRequest(
  tokens: RevocableTokens,
  { settings, endpoints }: RequestContext,
): WireRequest | undefined {
  const token = tokens.refreshToken ?? tokens.accessToken;
  if (endpoints.revocation === undefined || token === undefined) return undefined;
  return {
    method: 'POST',
    url: endpoints.revocation,
    form: {
      token,
      token_type_hint: tokens.refreshToken === undefined ? 'access_token' : 'refresh_token',
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
    },
  };
}

/**
 * Understands the reply to a revocation.
 *
 * @returns `unsupported` when the server cannot revoke this kind of token
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export function readRevocationReply(reply: Reply): RevokeOutcome {
  if (reply.status >= 200 && reply.status <= 299) return { type: 'revoked' };
  return errorCode(reply.body) === 'unsupported_token_type'
    ? { type: 'unsupported' }
    : { type: 'transient-failure', problem: refusal(reply) };
}

/** The refresh token when there is one; the access token where that cannot be revoked. */
const byOrder = ({ accessToken, refreshToken }: RevocableTokens): readonly RevocableTokens[] =>
  refreshToken === undefined || accessToken === undefined
    ? [{ accessToken, refreshToken }]
    : [{ accessToken, refreshToken }, { accessToken }];

/**
 * Ends a session at the server.
 *
 * @param tokens an empty access token is one that is not known any more
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function revokeTokens(
  connection: Connection,
  tokens: Pick<TokenSet, 'accessToken' | 'refreshToken'>,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const { revokeRequest = revocationRequest } = connection.provider;
  if (revokeRequest === 'none') return { type: 'unsupported' };
  const preparation = await connection.prepare('revocation');
  if (preparation.type === 'failed') {
    return { type: 'transient-failure', problem: preparation.problem };
  }
  const { context, metadataProblem } = preparation;
  const lasting = lastingToken(tokens.refreshToken);
  const known: RevocableTokens = {
    accessToken: (lasting ?? tokens.accessToken) || undefined,
    refreshToken: lasting === undefined ? tokens.refreshToken : undefined,
  };
  for (const given of byOrder(known)) {
    const request = revokeRequest(given, context);
    if (request === undefined) {
      // Where the metadata could not be read, there may well be an endpoint for this.
      return metadataProblem === undefined || metadataProblem.kind === 'misconfigured'
        ? { type: 'unsupported' }
        : { type: 'transient-failure', problem: metadataProblem };
    }
    const reply = await connection.http({ request, signal });
    if (reply.type === 'no-reply') return { type: 'transient-failure', problem: reply.problem };
    const outcome = readRevocationReply(reply);
    if (outcome.type !== 'unsupported') return outcome;
  }
  return { type: 'unsupported' };
}
