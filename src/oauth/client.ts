import { requestAccount } from './account';
import type { AuthorizationServer } from './authorization-server';
import { type AuthorizationServerOptions, type Connection, createConnection } from './connection';
import { requestDeviceAuthorization } from './device-authorization';
import { pollDeviceToken } from './device-token';
import { refreshAccess } from './refresh-token';
import { revokeTokens } from './revocation';

export type { AuthorizationServerOptions } from './connection';

/** Names the server in stored records: the issuer, or the origin of its endpoints. */
function serverId({ settings, configured }: Connection): string {
  const address = configured.token ?? configured.deviceAuthorization ?? 'https://unknown.invalid';
  return settings.issuer ?? new URL(address).origin;
}

/** Lets the provider close what the last code has opened. */
async function abandonCode(connection: Connection): Promise<void> {
  const { provider } = connection;
  if (provider.abandon === undefined) return;
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') return;
  // The attempt's own signal has been aborted.
  const send = connection.sender(new AbortController().signal);
  await provider.abandon(send, preparation.context);
}

/**
 * The authorization server that the settings name, over HTTP. Its calls never reject: whatever
 * happens is one of their outcomes.
 */
export function createAuthorizationServer(
  options: AuthorizationServerOptions,
): AuthorizationServer {
  const connection = createConnection(options);
  let refusedPolls = 0;
  return {
    id: serverId(connection),
    clientId: options.settings.clientId,
    requestCode(signal) {
      refusedPolls = 0;
      return requestDeviceAuthorization(connection, signal);
    },
    async poll(authorization, signal) {
      const outcome = await pollDeviceToken(connection, authorization, signal);
      const refused =
        outcome.type === 'transient-failure' && outcome.problem.kind === 'browser-calls-refused';
      refusedPolls = refused ? refusedPolls + 1 : 0;
      // Once it may have been a proxy whose server restarts: their errors cannot be read either.
      return refused && refusedPolls > 1 ? { type: 'failed', problem: outcome.problem } : outcome;
    },
    abandoned() {
      void abandonCode(connection);
    },
    refresh: (credentials, signal) => refreshAccess(connection, credentials, signal),
    revoke: (tokens, signal) => revokeTokens(connection, tokens, signal),
    account: (tokens, signal) => requestAccount(connection, tokens, signal),
  };
}
