/** How often one device code may be polled. Times are epoch ms. */
export interface Pace {
  intervalSeconds: number;
  nextPollAt: number;
}

/** RFC 8628 §3.5: what one `slow_down` adds to the interval, for good. */
const slowDownSeconds = 5;

/** The pace of a code that was issued at a moment: the first poll waits one interval too. */
export function paceFrom(issuedAt: number, intervalSeconds: number): Pace {
  return { intervalSeconds, nextPollAt: issuedAt + intervalSeconds * 1000 };
}

/**
 * Judges a poll, strictly: one millisecond early costs a `slow_down`. Either way the next poll
 * waits a full interval from this one (RFC 8628 §3.5).
 *
 * @param now when the poll arrived, epoch ms
 * @param force answers `slow_down` however late the poll is
 */
export function judgePoll(
  pace: Pace,
  now: number,
  force = false,
): { slowDown: boolean; pace: Pace } {
  const slowDown = force || now < pace.nextPollAt;
  const intervalSeconds = pace.intervalSeconds + (slowDown ? slowDownSeconds : 0);
  return { slowDown, pace: { intervalSeconds, nextPollAt: now + intervalSeconds * 1000 } };
}
