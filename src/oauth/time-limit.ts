import type { Clock } from './clock';

/**
 * Waits for a promise, but not for ever: storage and networks of TVs are known to hang.
 *
 * @param limitMs milliseconds on the monotonic clock
 * @throws what the promise rejects with, or an Error named `TimeoutError`; the work itself goes on
 */
export function withTimeLimit<Value>(
  clock: Clock,
  limitMs: number,
  work: Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(limitMs, () => {
      const error = new Error(`No answer within ${limitMs} ms`);
      error.name = 'TimeoutError';
      reject(error);
    });
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** Resolves after some time on the monotonic clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
