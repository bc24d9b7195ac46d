import type { RevocationReach } from '../settings/settings';
import { requestAccount } from './account';
import type { AuthorizationServer } from './authorization-server';
import { type AuthorizationServerOptions, type Connection, createConnection } from './connection';
import { requestDeviceAuthorization } from './device-authorization';
import { pollDeviceToken } from './device-token';
import { hostsOf, originOf } from './known-servers';
import {
  type AccountOutcome,
  type PollOutcome,
  type RefreshOutcome,
  type RequestOutcome,
  type RevokeOutcome,
  transientFailure,
} from './outcome';
import { type Problem, unexpectedProblem } from './problem';
import { refreshAccess } from './refresh-token';
import { revokeTokens } from './revocation';
import { withTimeLimit } from './time-limit';

export type { AuthorizationServerOptions } from './connection';

/** Names the server in stored records: the issuer, or the origin of its endpoints. */
function serverId({ settings, configured }: Connection): string {
  const address = configured.token ?? configured.deviceAuthorization ?? 'https://unknown.invalid';
  return settings.issuer ?? originOf(address);
}

/**
 * Servers of which it is known that one revocation ends all grants of a person: Google's, and Auth0's
 * in tenants from before 2021.
 */
const revokesAll = /(^|\.)(google\.com|googleapis\.com|auth0\.com)(:\d+)?$/;

function revocationReach({ settings, provider, configured }: Connection): RevocationReach {
  const hosts = hostsOf([settings.issuer, configured.token, configured.revocation]);
  const known =
    provider.revocationReach ?? (hosts.some((host) => revokesAll.test(host)) && 'person');
  return settings.revocationReach ?? (known || 'grant');
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

/** More than the requests of any call take together, each with its own limit. */
const callLimitMs = 90_000;

/**
 * Ends a call in a problem whatever happens: dependencies and providers may throw, reject or hang.
 *
 * @param failed makes the call's outcome of a problem
 */
function guarded<Outcome>(
  { clock }: Connection,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Outcome>,
  failed: (problem: Problem) => Outcome,
): Promise<Outcome> {
  return withTimeLimit(clock, callLimitMs, call, signal).catch((error: unknown) => {
    if (signal.aborted) return failed({ kind: 'time-out', code: 'aborted' });
    return error instanceof Error && error.name === 'TimeoutError'
      ? failed({ kind: 'time-out', code: 'timed_out' })
      : failed(unexpectedProblem(error));
  });
}

const failed = (problem: Problem) => ({ type: 'failed', problem }) as const;

/**
 * The authorization server that the settings name, over HTTP. Its calls never reject: whatever
 * happens is one of their outcomes.
 */
export function createAuthorizationServer(
  options: AuthorizationServerOptions,
): AuthorizationServer {
  const connection = createConnection(options);
  return {
    id: serverId(connection),
    clientId: options.settings.clientId,
    revocationReach: revocationReach(connection),
    requestCode(signal) {
      connection.http.attemptStarted();
      const call = (inner: AbortSignal) => requestDeviceAuthorization(connection, inner);
      return guarded<RequestOutcome>(connection, signal, call, failed);
    },
    poll(authorization, signal) {
      const call = (inner: AbortSignal) => pollDeviceToken(connection, authorization, inner);
      return guarded<PollOutcome>(connection, signal, call, transientFailure);
    },
    abandoned() {
      void abandonCode(connection).catch(() => undefined);
    },
    refresh(credentials, signal, target) {
      const call = (inner: AbortSignal) => refreshAccess(connection, credentials, inner, target);
      return guarded<RefreshOutcome>(connection, signal, call, transientFailure);
    },
    revoke(tokens, signal) {
      const call = (inner: AbortSignal) => revokeTokens(connection, tokens, inner);
      return guarded<RevokeOutcome>(connection, signal, call, transientFailure);
    },
    idTokenVerdict: () => connection.observed.idToken,
    account(tokens, signal) {
      const call = (inner: AbortSignal) => requestAccount(connection, tokens, inner);
      return guarded<AccountOutcome>(connection, signal, call, transientFailure);
    },
  };
}
