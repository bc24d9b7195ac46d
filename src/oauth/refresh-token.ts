import { assertNever } from '../assert-never';
import { identified } from './account';
import { authenticatedRequest, withParameters } from './client-authentication';
import { type Connection, exchange } from './connection';
import {
  type Credentials,
  type RenewableCredentials,
  secretOf,
  type TokenTarget,
} from './credentials';
import type { Discovery } from './discovery';
import { proofFailed } from './http';
import { type RefreshOutcome, transientFailure } from './outcome';
import type { Problem } from './problem';
import type { ProofKey } from './proof';
import type { Provider, RequestContext, WireRequest } from './providers/provider';
import { readRefreshReply } from './refresh-reply';
import type { NoReply } from './reply';
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

/** What a refresh is sent with: the key of its proof, or why it is not sent. */
type RefreshProof =
  | { type: 'decided'; key?: ProofKey | undefined; mayBeBound?: boolean | undefined }
  | { type: 'not-sent'; outcome: RefreshOutcome };

const refused = (problem: Problem): RefreshOutcome => ({ type: 'refused', problem });

/** The session was bound to a key that is gone, or was never bound although the settings demand it. */
const keyMissing = (why: string): Problem => ({
  kind: 'key-lost',
  code: 'proof_key_missing',
  detail: why,
});

const keyLost = keyMissing('The key that this session is bound to (DPoP) cannot be read any more.');
const notBound = keyMissing(
  'The settings require DPoP, and this session was signed in without it.',
);

/**
 * Decides on the proof of a refresh. What was bound is never sent without one, whatever the settings
 * and the metadata say now.
 */
async function refreshProof(
  { settings, proofs }: Connection,
  { binding }: Credentials,
  discovery: Discovery | undefined,
): Promise<RefreshProof> {
  const isRequired = settings.dpop === 'required' && proofs !== undefined;
  switch (binding?.type) {
    case 'bound':
      return { type: 'decided', key: binding.key };
    case 'key-lost':
      return { type: 'not-sent', outcome: refused(keyLost) };
    case undefined:
    case 'unbound':
      return isRequired ? { type: 'not-sent', outcome: refused(notBound) } : { type: 'decided' };
    case 'shared': {
      const key = await proofs?.sharedKey();
      if (key === undefined && isRequired) {
        return { type: 'not-sent', outcome: refused(keyLost) };
      }
      const known = discovery?.type === 'found' ? discovery.metadata : undefined;
      // What is not known now may have been offered at the sign-in.
      const isOffered = known === undefined || known.dpopAlgorithms?.includes('ES256') === true;
      if (key !== undefined && (isOffered || isRequired)) return { type: 'decided', key };
      const mayHaveMetadata = proofs !== undefined && settings.issuer !== undefined;
      return { type: 'decided', mayBeBound: key !== undefined || (isOffered && mayHaveMetadata) };
    }
    default:
      return assertNever(binding);
  }
}

/** What came of a refresh, in terms of the session: no refusal of what lacked its proof ends it. */
function withoutWrongEnd(
  outcome: RefreshOutcome | NoReply,
  { mayBeBound }: { mayBeBound?: boolean | undefined },
): RefreshOutcome {
  switch (outcome.type) {
    case 'no-reply':
      return outcome.problem.code === proofFailed.code
        ? refused(keyLost)
        : transientFailure(outcome.problem);
    case 'ended':
    case 'refused':
      return mayBeBound ? refused(keyLost) : outcome;
    default:
      return outcome;
  }
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
  const { binding } = credentials;
  const isStandard = credentials.type !== 'lasting' && provider.refreshRequest === undefined;
  if (target !== undefined && !isStandard) return refused(noTarget);
  if (credentials.type === 'lasting' || provider.refreshRequest === 'none') {
    const accessToken = secretOf(credentials);
    return { type: 'renewed', tokens: { accessToken, tokenType: 'Bearer', credentials } };
  }
  const preparation = await connection.prepare('token');
  if (preparation.type === 'failed') {
    const { problem } = preparation;
    return problem.kind === 'untrusted-address' ? refused(problem) : transientFailure(problem);
  }
  const { context, discovery } = preparation;
  const { endpoints } = context;
  const changed = hostChange(connection, credentials, endpoints, 'token');
  if (changed !== undefined) return refused(changed);
  const { refreshRequest } = provider;
  const proof = await refreshProof(connection, credentials, discovery).catch(() => undefined);
  if (proof === undefined) {
    return transientFailure({ kind: 'storage-unreadable', code: 'storage_failed' });
  }
  if (proof.type === 'not-sent') return proof.outcome;
  const outcome = await exchange(connection, {
    build: () =>
      withParameters(
        refreshRequest?.(credentials, context) ??
          refreshTokenRequest(provider, credentials, context),
        { ...context.settings.parameters.refresh, ...target },
      ),
    read: (reply) => provider.readRefresh?.(reply, credentials) ?? readRefreshReply(reply),
    signal,
    proofKey: proof.key,
    endpoint: 'token',
    hasServed: true,
  });
  if (outcome.type !== 'renewed') return withoutWrongEnd(outcome, proof);
  const renewed = identified(connection, outcome.tokens);
  const tokens = withTokenHosts(connection, renewed, endpoints, credentials);
  return {
    type: 'renewed',
    tokens: {
      ...tokens,
      binding: proof.key === undefined ? binding : { type: 'bound', key: proof.key },
      // Rotated credentials are bound as the ones before them.
      credentials: tokens.credentials && { ...tokens.credentials, binding },
    },
  };
}
