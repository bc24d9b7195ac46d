import type { Clock } from './clock';

function namedError(name: 'AbortError' | 'TimeoutError', message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/**
 * Waits for work, but not for ever: storage and networks of TVs are known to hang, and some engines
 * cannot abort a request.
 *
 * @param limitMs milliseconds on the monotonic clock
 * @param work a promise, or a function that gets a signal which aborts when the wait ends early
 * @param outer ends the wait when it aborts
 * @throws what the work throws, or an Error named `TimeoutError` or `AbortError`
 */
export function withTimeLimit<Value>(
  clock: Clock,
  limitMs: number,
  work: Promise<Value> | ((signal: AbortSignal) => Promise<Value>),
  outer?: AbortSignal,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const stop = (error: Error) => {
      finish();
      controller.abort();
      reject(error);
    };
    const onAbort = () => stop(namedError('AbortError', 'The call was given up'));
    const cancelTimer = clock.setTimer(limitMs, () =>
      stop(namedError('TimeoutError', `No answer within ${limitMs} ms`)),
    );
    const finish = () => {
      cancelTimer();
      outer?.removeEventListener('abort', onAbort);
    };
    if (outer?.aborted) {
      onAbort();
      if (typeof work !== 'function') work.catch(() => undefined);
      return;
    }
    outer?.addEventListener('abort', onAbort);
    const running =
      typeof work === 'function'
        ? new Promise<Value>((started) => started(work(controller.signal)))
        : work;
    running.then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
  });
}

/** Resolves after some time on the monotonic clock, in ms. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
