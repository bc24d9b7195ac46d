/** Requests of one attempt after another that wait for nothing. */
const quickRequests = 5;
const minGapMs = 15_000;
const maxGapMs = 5 * 60_000;
/** Some servers turn a client away after this many device requests in an hour. */
const maxRequestsPerHour = 20;
const hourMs = 3_600_000;

/** The requests that still count. */
const withinHour = (requestsAtMs: readonly number[], nowMs: number): readonly number[] =>
  requestsAtMs.filter((atMs) => atMs > nowMs - hourMs);

/**
 * Keeps impatient keys from using up what a server allows: a few device requests are made at once,
 * each further one of the same hour waits longer than the one before.
 *
 * @param requestsAtMs when requests were made: monotonic ms, oldest first
 * @returns monotonic ms from which the next request may be made
 */
export function nextRequestAtMs(requestsAtMs: readonly number[], nowMs: number): number {
  const recent = withinHour(requestsAtMs, nowMs);
  const last = recent[recent.length - 1];
  if (last === undefined || recent.length < quickRequests) return nowMs;
  const gapMs = Math.min(minGapMs * 2 ** (recent.length - quickRequests), maxGapMs);
  const oldest = recent[recent.length - maxRequestsPerHour];
  const afterHourMs = oldest === undefined ? 0 : oldest + hourMs;
  return Math.max(nowMs, last + gapMs, afterHourMs);
}

/** The list with one request more; what no longer counts is dropped. */
export const withRequest = (requestsAtMs: readonly number[], nowMs: number): readonly number[] =>
  withinHour(requestsAtMs, nowMs).concat(nowMs);
