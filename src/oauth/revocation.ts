import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import type { RevocableTokens } from './credentials';
import { errorCode } from './error-reply';
import { type RevokeOutcome, transientFailure } from './outcome';
import type { RequestContext, TokensToRevoke, WireRequest } from './providers/provider';
import { isRefusal, refusedProblem } from './refusal';
import { absentStatuses, type Reply, refusal } from './reply';
import { hostChange } from './token-hosts';

/**
 * The revocation request as the standard has it; {@link readRevocationReply} reads the reply.
 *
 * @returns undefined when the server has no revocation endpoint, or there is no token
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1
 */
export function revocationRequest(
  tokens: TokensToRevoke,
  context: RequestContext,
): WireRequest | undefined {
  const token = tokens.refreshToken ?? tokens.accessToken;
  const { revocation } = context.endpoints;
  if (revocation === undefined || token === undefined) return undefined;
  return authenticatedRequest(revocation, context, {
    token,
    token_type_hint: tokens.refreshToken === undefined ? 'access_token' : 'refresh_token',
  });
}

/**
 * Understands the reply to a revocation.
 *
 * @returns `unsupported` when the server cannot revoke, or not this kind of token
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export function readRevocationReply(reply: Reply): RevokeOutcome {
  if (reply.status >= 200 && reply.status <= 299) {
    // The body of a good reply says nothing, but a web page is not the server's.
    return reply.html ? transientFailure(refusal(reply)) : { type: 'revoked' };
  }
  const unsupported =
    errorCode(reply.body) === 'unsupported_token_type' || absentStatuses.includes(reply.status);
  if (unsupported) return { type: 'unsupported' };
  return isRefusal(reply)
    ? { type: 'refused', problem: refusedProblem(reply) }
    : transientFailure(refusal(reply));
}

const toRevoke = ({ accessToken, credentials }: RevocableTokens): TokensToRevoke =>
  credentials?.type === 'lasting'
    ? { accessToken: credentials.accessToken }
    : { accessToken, refreshToken: credentials?.refreshToken };

/** The refresh token when there is one; the access token where that cannot be revoked. */
const byOrder = ({ accessToken, refreshToken }: TokensToRevoke): readonly TokensToRevoke[] =>
  refreshToken === undefined || accessToken === undefined
    ? [{ accessToken, refreshToken }]
    : [{ accessToken, refreshToken }, { accessToken }];

/**
 * Ends a session at the server.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function revokeTokens(
  connection: Connection,
  tokens: RevocableTokens,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const { revokeRequest = revocationRequest } = connection.provider;
  if (revokeRequest === 'none') return { type: 'unsupported' };
  const preparation = await connection.prepare('revocation');
  if (preparation.type === 'failed') return transientFailure(preparation.problem);
  const { context, missing } = preparation;
  const { endpoints } = context;
  const changed = hostChange(connection, tokens.credentials, endpoints, 'revocation');
  if (changed !== undefined) return { type: 'unsupported', problem: changed };
  for (const given of byOrder(toRevoke(tokens))) {
    const request = revokeRequest(given, context);
    if (request === undefined) {
      // Where the metadata could not be read, there may well be an endpoint for this.
      return missing === undefined ||
        missing.kind === 'misconfigured' ||
        missing.kind === 'untrusted-address'
        ? { type: 'unsupported', problem: missing }
        : transientFailure(missing);
    }
    const outcome = await exchange(connection, {
      build: () => withParameters(request, context.settings.parameters.revocation),
      read: readRevocationReply,
      signal,
      endpoint: 'revocation',
    });
    if (outcome.type === 'no-reply') return transientFailure(outcome.problem);
    if (outcome.type !== 'unsupported') return outcome;
  }
  return { type: 'unsupported' };
}
