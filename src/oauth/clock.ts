/** Time as the flow sees it. Tests and simulations pass one of their own. */
export interface Clock {
  /** Milliseconds that only ever go forward; may stand still while the device sleeps. */
  monotonicMs(): number;
  /** Milliseconds since 1970 as the device believes; may be years off and may jump. */
  wallMs(): number;
  /**
   * Calls back once.
   * @param delayMs milliseconds from now
   * @returns a function that cancels the call
   */
  setTimer(delayMs: number, onTime: () => void): () => void;
}

/** The device's own clock. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, onTime) {
    const timer = setTimeout(onTime, delayMs);
    return () => clearTimeout(timer);
  },
};
