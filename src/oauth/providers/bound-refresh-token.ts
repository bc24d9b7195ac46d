import type { Credentials, RenewableCredentials } from '../credentials';
import type { PollOutcome, RefreshOutcome } from '../outcome';
import { readRefreshReply } from '../refresh-reply';
import type { Reply } from '../reply';

/** The client that a refresh token is bound to. */
export interface BoundClient {
  clientId: string;
  clientSecret: string;
}

/** The client that the credentials belong to; an empty one for credentials without. */
export const clientOf = (credentials: Credentials): BoundClient =>
  credentials.type === 'bound'
    ? { clientId: credentials.clientId, clientSecret: credentials.clientSecret }
    : { clientId: '', clientSecret: '' };

/** The outcome with its new refresh token, if there is one, bound to a client. */
export function withBound<Outcome extends PollOutcome | RefreshOutcome>(
  outcome: Outcome,
  client: BoundClient,
): Outcome {
  if (outcome.type !== 'approved' && outcome.type !== 'renewed') return outcome;
  const { credentials } = outcome.tokens;
  return credentials?.type === 'refresh'
    ? {
        ...outcome,
        tokens: { ...outcome.tokens, credentials: { ...credentials, type: 'bound', ...client } },
      }
    : outcome;
}

/**
 * Understands the reply to a refresh with a bound client (RFC 6749 §5.2). Elsewhere a refused client
 * is a fault of the settings that may be mended; this one was made at the sign-in, and only another
 * sign-in makes another.
 */
export function readBoundRefresh(reply: Reply, credentials: RenewableCredentials): RefreshOutcome {
  const outcome = readRefreshReply(reply);
  return outcome.type === 'refused' && /^(invalid|unauthorized)_client$/.test(outcome.problem.code)
    ? { type: 'ended', problem: { ...outcome.problem, kind: 'not-completed' } }
    : withBound(outcome, clientOf(credentials));
}
