/**
 * What ky and this app use of the browser that TV engines do not have. An abort that an engine
 * cannot carry out at least ends the waiting: every request here is bounded from outside as well.
 */

type Listener = (event: { type: string }) => void;

interface SimpleSignal {
  aborted: boolean;
  reason: unknown;
  onabort: Listener | null;
  addEventListener(type: string, listener: Listener): void;
  removeEventListener(type: string, listener: Listener): void;
  dispatchEvent(): boolean;
  throwIfAborted(): void;
}

function simpleSignal(): SimpleSignal & { fire(reason: unknown): void } {
  let listeners: Listener[] = [];
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    onabort: null as Listener | null,
    addEventListener(_type: string, listener: Listener) {
      listeners = listeners.concat([listener]);
    },
    removeEventListener(_type: string, listener: Listener) {
      listeners = listeners.filter((other) => other !== listener);
    },
    dispatchEvent: () => true,
    throwIfAborted() {
      if (signal.aborted) throw signal.reason;
    },
    fire(reason: unknown) {
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason;
      const event = { type: 'abort' };
      if (signal.onabort !== null) signal.onabort(event);
      for (const listener of listeners) listener(event);
    },
  };
  return signal;
}

function abortError(): Error {
  const error = new Error('The operation was aborted.');
  error.name = 'AbortError';
  return error;
}

const page = window as unknown as Record<string, unknown>;

if (page['AbortController'] === undefined) {
  page['AbortController'] = function SimpleAbortController(this: {
    signal: SimpleSignal;
    abort(reason?: unknown): void;
  }) {
    const signal = simpleSignal();
    this.signal = signal;
    this.abort = (reason) => signal.fire(reason ?? abortError());
  };
  page['AbortSignal'] = function SimpleAbortSignal() {
    return simpleSignal();
  };
}

const signals = page['AbortSignal'] as { any?: unknown; timeout?: unknown };
if (signals.any === undefined) {
  signals.any = (sources: AbortSignal[]) => {
    const controller = new AbortController();
    for (const source of sources) {
      if (source.aborted) {
        controller.abort();
        break;
      }
      source.addEventListener('abort', () => controller.abort());
    }
    return controller.signal;
  };
}
