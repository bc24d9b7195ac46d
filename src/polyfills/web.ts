/**
 * What ky and this app use of the browser that TV engines do not have. An abort that an engine
 * cannot carry out at least ends the waiting: every request here is bounded from outside as well.
 */

type Listener = (event: { type: string }) => void;

interface SimpleSignal {
  aborted: boolean;
  reason: unknown;
  onabort: Listener | null;
  listeners: Listener[];
}

const page = window as unknown as Record<string, unknown>;

function abortError(): Error {
  const error = new Error('The operation was aborted.');
  error.name = 'AbortError';
  return error;
}

function fire(signal: SimpleSignal, reason: unknown): void {
  if (signal.aborted) return;
  signal.aborted = true;
  signal.reason = reason ?? abortError();
  const event = { type: 'abort' };
  if (signal.onabort !== null) signal.onabort(event);
  for (const listener of signal.listeners) listener(event);
}

/** For engines before Chromium 66. ky tells signals from other values by `instanceof`. */
function SimpleAbortSignal(this: SimpleSignal) {
  this.aborted = false;
  this.reason = undefined;
  this.onabort = null;
  this.listeners = [];
}
SimpleAbortSignal.prototype = {
  addEventListener(this: SimpleSignal, _type: string, listener: Listener) {
    this.listeners = this.listeners.concat([listener]);
  },
  removeEventListener(this: SimpleSignal, _type: string, listener: Listener) {
    this.listeners = this.listeners.filter((other) => other !== listener);
  },
  throwIfAborted(this: SimpleSignal) {
    if (this.aborted) throw this.reason;
  },
};

function SimpleAbortController(this: { signal: SimpleSignal; abort(reason?: unknown): void }) {
  const signal = Object.create(SimpleAbortSignal.prototype) as SimpleSignal;
  SimpleAbortSignal.call(signal);
  this.signal = signal;
  this.abort = (reason) => fire(signal, reason);
}

if (page['AbortController'] === undefined) {
  page['AbortController'] = SimpleAbortController;
  page['AbortSignal'] = SimpleAbortSignal;
}

const signals = page['AbortSignal'] as { any?: unknown };
if (signals.any === undefined) {
  signals.any = (sources: AbortSignal[]) => {
    const controller = new AbortController();
    const stop = (source: AbortSignal) => controller.abort(source.reason);
    const aborted = sources.filter((source) => source.aborted)[0];
    if (aborted === undefined) {
      for (const source of sources) source.addEventListener('abort', () => stop(source));
    } else stop(aborted);
    return controller.signal;
  };
}
