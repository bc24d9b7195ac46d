import type { Clock } from '../oauth/clock';
import type { TokenSet } from '../oauth/outcome';

/** An access token; it lives in memory only. Its times are monotonic, in ms. */
export interface Access {
  token: string;
  tokenType: TokenSet['tokenType'];
  scope?: readonly string[] | undefined;
  startsAtMs: number;
  startsAtWallMs: number;
  /** Absent when the server does not say: good until refused. */
  expiresAtMs?: number;
  refreshAtMs?: number;
}

/** A server that says "1 second" must not be asked every second. */
const minRefreshMs = 5000;

/**
 * The access of a reply. It is refreshed at 80 % of its lifetime or 60–300 s before its end,
 * whichever is later; the jitter keeps TVs from renewing all at once.
 *
 * @param requested when the request was sent, on both clocks: lifetimes count from there
 * @param random in [0, 1)
 */
export function accessOf(
  tokens: TokenSet,
  requested: { monotonicMs: number; wallMs: number },
  random: number,
): Access {
  const access: Access = {
    token: tokens.accessToken,
    tokenType: tokens.tokenType,
    startsAtMs: requested.monotonicMs,
    startsAtWallMs: requested.wallMs,
    scope: tokens.scope,
  };
  const lifetimeMs = (tokens.expiresInSeconds ?? 0) * 1000;
  if (lifetimeMs > 0) {
    const aheadMs = (60 + random * 240) * 1000;
    access.expiresAtMs = requested.monotonicMs + lifetimeMs;
    access.refreshAtMs =
      requested.monotonicMs + Math.max(lifetimeMs * 0.8, lifetimeMs - aheadMs, minRefreshMs);
  }
  return access;
}

/**
 * True when a clock says that the token is over. After standby the monotonic clock may be behind;
 * then the wall clock's word is taken too, and costs one refresh if it is wrong.
 */
export function isOver(access: Access, clock: Clock, slept = false): boolean {
  if (access.expiresAtMs === undefined) return false;
  if (clock.monotonicMs() >= access.expiresAtMs) return true;
  return slept && clock.wallMs() - access.startsAtWallMs >= access.expiresAtMs - access.startsAtMs;
}
