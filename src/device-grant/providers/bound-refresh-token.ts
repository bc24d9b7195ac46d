import type { PollOutcome, RefreshOutcome } from '../outcome';

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
  if (!('tokens' in outcome) || outcome.tokens.refreshToken === undefined) return outcome;
  const { refreshToken } = outcome.tokens;
  return {
    ...outcome,
    tokens: { ...outcome.tokens, refreshToken: bind({ refreshToken, clientId, clientSecret }) },
  };
}
