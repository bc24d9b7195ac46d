import type { Clock } from '../oauth/clock';
import type { TokenSet } from '../oauth/outcome';
import { keyOf, type ProofKey } from '../oauth/proof';

/** An access token; it lives in memory only. Its times are monotonic, in ms. */
export interface Access {
  token: string;
  tokenType: TokenSet['tokenType'];
  /** What the token is bound to, when its type is DPoP. */
  proofKey?: ProofKey | undefined;
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
    proofKey: keyOf(tokens.binding),
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

/** True when the monotonic clock says that the token is over. */
export const isOver = ({ expiresAtMs }: Access, clock: Clock): boolean =>
  expiresAtMs !== undefined && clock.monotonicMs() >= expiresAtMs;

/**
 * True when the token may have ended in standby, in which the monotonic clock can stand still. The
 * wall clock is believed, however far it has gone: a wrong word costs one refresh.
 */
export function mayBeOver(access: Access, clock: Clock): boolean {
  if (access.expiresAtMs === undefined || isOver(access, clock)) return isOver(access, clock);
  const elapsedMs = clock.wallMs() - access.startsAtWallMs;
  return elapsedMs >= access.expiresAtMs - access.startsAtMs;
}
