import { identified } from './account';
import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import {
  type Credentials,
  type RenewableCredentials,
  secretOf,
  type TokenTarget,
} from './credentials';
import { type RefreshOutcome, transientFailure } from './outcome';
import type { Problem } from './problem';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { readRefreshReply } from './refresh-reply';
import { hostChange, withTokenHosts } from './token-hosts';

/** Systems with a way of their own to refresh have none to name an API. */
const noTarget: Problem = {
  kind: 'refused',
  code: 'invalid_target',
  detail: 'This system gives no access token for a resource or audience of its own.',
};

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
 * @param target what the token is for; without one, for what the sign-in asked for
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.2
 */
export async function refreshAccess(
  connection: Connection,
  credentials: Credentials,
  signal: AbortSignal,
  target?: TokenTarget,
): Promise<RefreshOutcome> {
  const { provider } = connection;
  const isStandard = credentials.type !== 'lasting' && provider.refreshRequest === undefined;
  if (target !== undefined && !isStandard) return { type: 'refused', problem: noTarget };
  if (credentials.type === 'lasting' || provider.refreshRequest === 'none') {
    const accessToken = secretOf(credentials);
    return { type: 'renewed', tokens: { accessToken, tokenType: 'Bearer', credentials } };
  }
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') {
    const { problem } = preparation;
    return problem.kind === 'untrusted-address'
      ? { type: 'refused', problem }
      : transientFailure(problem);
  }
  const { context } = preparation;
  const { endpoints } = context;
  const changed = hostChange(connection, credentials, endpoints, 'token');
  if (changed !== undefined) return { type: 'refused', problem: changed };
  const { refreshRequest } = provider;
  const outcome = await exchange(connection, {
    build: () =>
      withParameters(
        refreshRequest?.(credentials, context) ??
          refreshTokenRequest(provider, credentials, context),
        { ...context.settings.parameters.refresh, ...target },
      ),
    read: (reply) => provider.readRefresh?.(reply, credentials) ?? readRefreshReply(reply),
    signal,
    dpop: true,
    endpoint: 'token',
    hasServed: true,
  });
  if (outcome.type === 'no-reply') return transientFailure(outcome.problem);
  if (outcome.type !== 'renewed') return outcome;
  const tokens = identified(connection, outcome.tokens);
  return { type: 'renewed', tokens: withTokenHosts(connection, tokens, endpoints, credentials) };
}
