import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import type { RequestOutcome } from './outcome';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { readDeviceReply } from './reply';

/**
 * The device authorization request as the standard has it; {@link readDeviceReply} reads the reply.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.1
 */
export function deviceAuthorizationRequest(
  provider: Provider,
  context: RequestContext,
): WireRequest {
  const clientAuthentication = provider.deviceAuthentication ?? context.clientAuthentication;
  const fields: Record<string, string | undefined> = {
    scope: context.scope,
    ...provider.deviceFields?.(context),
  };
  const { deviceNameParameter } = context.settings;
  if (deviceNameParameter !== undefined) fields[deviceNameParameter] ??= context.deviceName;
  return authenticatedRequest(
    context.endpoints.deviceAuthorization,
    { ...context, clientAuthentication },
    fields,
  );
}

/**
 * Asks the server for a code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2
 */
export async function requestDeviceAuthorization(
  connection: Connection,
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const { provider, clock, binding } = connection;
  binding.started();
  const preparation = await connection.prepare('deviceAuthorization');
  if (preparation.type === 'failed') return preparation;
  const { context } = preparation;
  const problem =
    (await binding.unavailableReason(signal)) ??
    (await provider.prepare?.(connection.sender(signal), context));
  if (problem !== undefined) return { type: 'failed', problem };
  const outcome = await exchange(connection, {
    build: () =>
      withParameters(
        provider.deviceRequest?.(context) ?? deviceAuthorizationRequest(provider, context),
        context.settings.parameters.device,
      ),
    read: (reply) =>
      provider.readDevice?.(reply, context) ??
      readDeviceReply(
        reply,
        clock.wallMs(),
        context.settings.issuer ?? context.endpoints.deviceAuthorization,
      ),
    signal,
    endpoint: 'deviceAuthorization',
  });
  return outcome.type === 'no-reply' ? { type: 'failed', problem: outcome.problem } : outcome;
}
