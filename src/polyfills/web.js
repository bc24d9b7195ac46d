"use strict";
/**
 * What ky and this app use of the browser that TV engines do not have. An abort that an engine
 * cannot carry out at least ends the waiting: every request here is bounded from outside as well.
 */
function simpleSignal() {
    let listeners = [];
    const signal = {
        aborted: false,
        reason: undefined,
        onabort: null,
        addEventListener(_type, listener) {
            listeners = listeners.concat([listener]);
        },
        removeEventListener(_type, listener) {
            listeners = listeners.filter((other) => other !== listener);
        },
        dispatchEvent: () => true,
        throwIfAborted() {
            if (signal.aborted)
                throw signal.reason;
        },
        fire(reason) {
            if (signal.aborted)
                return;
            signal.aborted = true;
            signal.reason = reason;
            const event = { type: 'abort' };
            if (signal.onabort !== null)
                signal.onabort(event);
            for (const listener of listeners)
                listener(event);
        },
    };
    return signal;
}
function abortError() {
    const error = new Error('The operation was aborted.');
    error.name = 'AbortError';
    return error;
}
const page = window;
if (page['AbortController'] === undefined) {
    page['AbortController'] = function SimpleAbortController() {
        const signal = simpleSignal();
        this.signal = signal;
        this.abort = (reason) => signal.fire(reason ?? abortError());
    };
    page['AbortSignal'] = function SimpleAbortSignal() {
        return simpleSignal();
    };
}
const signals = page['AbortSignal'];
if (signals.any === undefined) {
    signals.any = (sources) => {
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
