import type { PollOutcome, RefreshOutcome } from '../outcome';
import { type Reply, readRefreshReply } from '../reply';

/** A refresh token that is only good together with a client that was made for it. */
export interface BoundRefreshToken {
  refreshToken: string;
  clientId: string;
  clientSecret: string;
}

/**
 * One text of all three, so that the session keeps, seals and forgets them together.
 */
export const bind = (bound: BoundRefreshToken): string => JSON.stringify(bound);

/** The three parts of a kept text; empty ones when it was made by something else. */
export function unbind(kept: string): BoundRefreshToken {
  try {
    return JSON.parse(kept) as BoundRefreshToken;
  } catch {
    return { refreshToken: kept, clientId: '', clientSecret: '' };
  }
}

/** The outcome with its new refresh token, if there is one, bound to a client. */
export function withBound<Outcome extends PollOutcome | RefreshOutcome>(
  outcome: Outcome,
  clientId: string,
  clientSecret: string,
): Outcome {
  if (outcome.type !== 'approved' && outcome.type !== 'renewed') return outcome;
  if (outcome.tokens.refreshToken === undefined) return outcome;
  const { refreshToken } = outcome.tokens;
  return {
    ...outcome,
    tokens: { ...outcome.tokens, refreshToken: bind({ refreshToken, clientId, clientSecret }) },
  };
}

/**
 * Understands the reply to a refresh with a bound client (RFC 6749 §5.2). Elsewhere a refused client
 * is a fault of the settings that may be mended; this one was made at the sign-in, and only another
 * sign-in makes another.
 */
export function readBoundRefresh(reply: Reply, kept: string): RefreshOutcome {
  const { clientId, clientSecret } = unbind(kept);
  const outcome = readRefreshReply(reply);
  return outcome.type === 'transient-failure' &&
    /^(invalid|unauthorized)_client$/.test(outcome.problem.code)
    ? { type: 'ended', problem: { ...outcome.problem, kind: 'not-completed' } }
    : withBound(outcome, clientId, clientSecret);
}
