/** How often the server may be asked, as learned during one attempt (RFC 8628 §3.5). */
export interface Pace {
  /** The server's interval plus 5 s for every `slow_down`; never shrinks within an attempt. */
  intervalSeconds: number;
  /** True once the server has said `slow_down`: its clock and ours disagree, so keep further off. */
  slowedDown: boolean;
  /** Replies in a row that decided nothing (time-out, network, 5xx). */
  failureCount: number;
  /** Wait that the last reply demanded with `Retry-After`; 0 when it did not. */
  retryAfterSeconds: number;
}

const slowDownSeconds = 5;
const maxBackOffSeconds = 60;

/**
 * Some servers measure from when they received a poll and some TVs' clocks run fast: without a
 * margin a correct client is told to slow down.
 */
const margin = 0.1;
const marginAfterSlowDown = 0.4;
const jitter = 0.1;

/** @param intervalSeconds interval of the device authorization response */
export function startPace(intervalSeconds: number): Pace {
  return { intervalSeconds, slowedDown: false, failureCount: 0, retryAfterSeconds: 0 };
}

/** The pace after `authorization_pending`: trouble is over, the interval stays as it is. */
export function paceAfterPending(pace: Pace, retryAfterSeconds = 0): Pace {
  return { ...pace, failureCount: 0, retryAfterSeconds };
}

/**
 * The pace after `slow_down`: 5 s more for this and all later polls (RFC 8628 §3.5), or the larger
 * interval that some servers send along.
 */
export function paceAfterSlowDown(pace: Pace, intervalSeconds = 0, retryAfterSeconds = 0): Pace {
  return {
    intervalSeconds: Math.max(pace.intervalSeconds + slowDownSeconds, intervalSeconds),
    slowedDown: true,
    failureCount: 0,
    retryAfterSeconds,
  };
}

/** The pace after a reply that decided nothing: each one in a row doubles the wait. */
export function paceAfterFailure(pace: Pace, retryAfterSeconds = 0): Pace {
  return { ...pace, failureCount: pace.failureCount + 1, retryAfterSeconds };
}

/** The shortest wait the server's rules allow: the interval and our margin, without back-off. */
export function minDelayMs(pace: Pace): number {
  const allowed = pace.intervalSeconds * (1 + (pace.slowedDown ? marginAfterSlowDown : margin));
  return Math.max(allowed, pace.retryAfterSeconds) * 1000;
}

/**
 * The wait before the next poll, counted from the end of the reply before it.
 *
 * @param random in [0, 1): spreads out TVs that lost the same server at the same moment
 * @returns milliseconds
 */
export function delayMs(pace: Pace, random: number): number {
  if (pace.failureCount === 0) return minDelayMs(pace);
  const maxSeconds = Math.max(maxBackOffSeconds, pace.intervalSeconds);
  // The exponent is bounded so that a night without network cannot overflow it.
  const doubled = pace.intervalSeconds * 2 ** Math.min(pace.failureCount, 10);
  const backOffMs = Math.min(doubled, maxSeconds) * (1 + jitter * random) * 1000;
  return Math.max(backOffMs, minDelayMs(pace));
}
