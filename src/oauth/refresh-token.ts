import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import { type Credentials, type RenewableCredentials, secretOf } from './credentials';
import type { RefreshOutcome } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { readRefreshReply } from './refresh-reply';

/**
 * The refresh request as the standard has it; {@link readRefreshReply} reads the reply.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshTokenRequest(
  provider: Provider,
  { refreshToken }: RenewableCredentials,
  context: RequestContext,
): WireRequest {
  return authenticatedRequest(context.endpoints.token, context, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...provider.refreshFields?.(context),
  });
}

/**
 * Exchanges credentials for fresh access; lasting ones come back as they are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function refreshAccess(
  connection: Connection,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<RefreshOutcome> {
  const { provider } = connection;
  if (credentials.type === 'lasting' || provider.refreshRequest === 'none') {
    const accessToken = secretOf(credentials);
    return { type: 'renewed', tokens: { accessToken, tokenType: 'Bearer', credentials } };
  }
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') {
    return { type: 'transient-failure', problem: preparation.problem };
  }
  const { context } = preparation;
  const { refreshRequest } = provider;
  const outcome = await exchange(connection, {
    build: () =>
      withParameters(
        refreshRequest?.(credentials, context) ??
          refreshTokenRequest(provider, credentials, context),
        context.settings.parameters.refresh,
      ),
    read: (reply) => provider.readRefresh?.(reply, credentials) ?? readRefreshReply(reply),
    signal,
    dpop: true,
    endpoint: 'token',
  });
  return outcome.type === 'no-reply'
    ? { type: 'transient-failure', problem: outcome.problem }
    : outcome;
}
