import type { Connection } from './connection';
import { lastingToken } from './device-token';
import type { RefreshOutcome } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { readRefreshReply } from './reply';
import { tokenRequest } from './token-request';

/**
 * The refresh request as the standard has it; {@link readRefreshReply} reads the reply.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshTokenRequest(
  provider: Provider,
  refreshToken: string,
  context: RequestContext,
): WireRequest {
  return tokenRequest(provider, context, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...provider.refreshFields?.(context),
  });
}

/**
 * Exchanges a refresh token for fresh access.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function refreshAccess(
  connection: Connection,
  refreshToken: string,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const { provider } = connection;
  const lasting = lastingToken(refreshToken);
  if (lasting !== undefined || provider.refreshRequest === 'none') {
    const accessToken = lasting ?? refreshToken;
    return { type: 'renewed', tokens: { accessToken, tokenType: 'Bearer', refreshToken } };
  }
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') {
    return { type: 'transient-failure', problem: preparation.problem };
  }
  const { context } = preparation;
  const request =
    provider.refreshRequest?.(refreshToken, context) ??
    refreshTokenRequest(provider, refreshToken, context);
  const reply = await connection.http({ request, signal, dpop: true });
  if (reply.type === 'no-reply') return { type: 'transient-failure', problem: reply.problem };
  return provider.readRefresh?.(reply, refreshToken) ?? readRefreshReply(reply);
}
