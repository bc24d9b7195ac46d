import { identified } from './account';
import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import { proofInDoubt, proofRefused } from './diagnosis';
import { nonceHidden } from './http';
import { isUnreadable } from './metadata-source';
import { type DeviceAuthorization, type PollOutcome, transientFailure } from './outcome';
import type { Problem } from './problem';
import { type Binding, keyOf, type ProofKey, type UnboundReason } from './proof';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { type NoReply, type Reply, readPollReply } from './reply';
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

type Polled = PollOutcome | { type: 'redeem'; reply: Reply };

/** Sends the poll once. */
function sendPoll(
  connection: Connection,
  authorization: DeviceAuthorization,
  context: RequestContext,
  proofKey: ProofKey | undefined,
  signal: AbortSignal,
): Promise<Polled | NoReply> {
  const { provider } = connection;
  return exchange<Polled>(connection, {
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
    proofKey,
    mayGiveUpProof: proofKey !== undefined && connection.binding.mayGiveUp,
    endpoint: 'token',
  });
}

/** Notes in tokens what the poll that brought them was made with. */
function withBinding(outcome: PollOutcome, binding: Binding | undefined): PollOutcome {
  if (outcome.type !== 'approved' || binding === undefined) return outcome;
  const { accessToken, credentials, tokenType } = outcome.tokens;
  if (tokenType === 'DPoP' && binding.type === 'unbound') {
    const detail = 'The server issued a DPoP token to a request without a proof.';
    const problem: Problem = { kind: 'not-completed', code: 'unsupported_token_type', detail };
    return { type: 'failed', problem, unusable: { accessToken, credentials } };
  }
  return {
    type: 'approved',
    // A server may bind the refresh token alone (RFC 9449 §5): what came by a proof needs one.
    tokens: { ...outcome.tokens, binding, credentials: credentials && { ...credentials, binding } },
  };
}

/** What a poll with a proof met that says that proofs do not get through; undefined for the rest. */
function givenUpReason(outcome: Polled | NoReply): UnboundReason | undefined {
  if (outcome.type !== 'no-reply') return undefined;
  const { code } = outcome.problem;
  if (code === nonceHidden) return 'nonce-hidden';
  return code === proofRefused ? 'header-refused' : undefined;
}

/**
 * Asks once whether the viewer has approved the code. While it is not decided whether the tokens are
 * bound, and the server answers other calls, it is as if it had said that the viewer has not: to
 * wait longer would only draw out what a few polls more will tell.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5
 */
export async function pollDeviceToken(
  connection: Connection,
  authorization: DeviceAuthorization,
  signal: AbortSignal,
): Promise<PollOutcome> {
  const { provider, binding: attempt } = connection;
  const preparation = await connection.prepare('token', true);
  if (preparation.type === 'failed') return transientFailure(preparation.problem);
  const { context, discovery } = preparation;
  let binding = await attempt.decide(discovery, signal);
  if (binding?.type === 'undecided') {
    return isUnreadable(binding.problem) ? { type: 'pending' } : transientFailure(binding.problem);
  }
  const key = keyOf(binding);
  let outcome = await sendPoll(connection, authorization, context, key, signal);
  const reason = key && attempt.mayGiveUp ? givenUpReason(outcome) : undefined;
  if (reason !== undefined) {
    attempt.giveUp(reason);
    // The server may have handled a call whose reply did not arrive: it is not repeated at once.
    if (reason === 'header-refused') return { type: 'pending' };
    binding = { type: 'unbound', reason };
    outcome = await sendPoll(connection, authorization, context, undefined, signal);
  }
  if (outcome.type === 'no-reply') {
    const { problem } = outcome;
    return problem.code === proofInDoubt ? { type: 'pending' } : transientFailure(problem);
  }
  if (outcome.type === 'redeem') {
    const send = connection.sender(signal, keyOf(binding));
    outcome =
      (await provider.redeem?.(outcome.reply, send, context, authorization)) ??
      readPollReply(outcome.reply);
  }
  return withBinding(completed(outcome, connection, context), binding);
}
