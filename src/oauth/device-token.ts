import { identified } from './account';
import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import { type DeviceAuthorization, type PollOutcome, transientFailure } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { type Reply, readPollReply } from './reply';
import { withTokenHosts } from './token-hosts';

const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * The device access token request as the standard has it; {@link readPollReply} reads the reply.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.4
 */
export function deviceTokenRequest(
  provider: Provider,
  authorization: DeviceAuthorization,
  context: RequestContext,
): WireRequest {
  return authenticatedRequest(context.endpoints.token, context, {
    grant_type: deviceGrantType,
    device_code: authorization.deviceCode,
    ...provider.pollFields?.(authorization, context),
  });
}

/** The tokens of an approval, checked; one that is never refreshed is itself what has to be kept. */
function completed(
  outcome: PollOutcome,
  connection: Connection,
  { endpoints }: RequestContext,
): PollOutcome {
  if (outcome.type !== 'approved') return outcome;
  const { provider } = connection;
  const tokens = withTokenHosts(connection, identified(connection, outcome.tokens), endpoints);
  if (tokens.credentials !== undefined) return { type: 'approved', tokens };
  const lasting =
    provider.refreshRequest === 'none' ||
    (provider.lastingTokens === true && tokens.expiresInSeconds === undefined);
  if (!lasting) return { type: 'approved', tokens };
  return {
    type: 'approved',
    tokens: { ...tokens, credentials: { type: 'lasting', accessToken: tokens.accessToken } },
  };
}

/**
 * Asks once whether the viewer has approved the code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5
 */
export async function pollDeviceToken(
  connection: Connection,
  authorization: DeviceAuthorization,
  signal: AbortSignal,
): Promise<PollOutcome> {
  const { provider } = connection;
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') return transientFailure(preparation.problem);
  const { context } = preparation;
  const outcome = await exchange<PollOutcome | { type: 'redeem'; reply: Reply }>(connection, {
    build: () =>
      withParameters(
        provider.pollRequest?.(authorization, context) ??
          deviceTokenRequest(provider, authorization, context),
        context.settings.parameters.token,
      ),
    read(reply) {
      const read = provider.readPoll?.(reply, context) ?? readPollReply(reply);
      return read === 'redeem' ? { type: 'redeem', reply } : read;
    },
    signal,
    dpop: true,
    endpoint: 'token',
  });
  if (outcome.type === 'no-reply') return transientFailure(outcome.problem);
  if (outcome.type !== 'redeem') return completed(outcome, connection, context);
  const send = connection.sender(signal, true);
  const redeemed =
    (await provider.redeem?.(outcome.reply, send, context, authorization)) ??
    readPollReply(outcome.reply);
  return completed(redeemed, connection, context);
}
