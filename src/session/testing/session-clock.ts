import {
  type ControllableClock,
  createControllableClock,
} from '../../oauth/testing/controllable-clock';

let working = 0;

/** The platform's WebCrypto; {@link settle} knows when it is at work. */
export const watchedCrypto = {
  getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => globalThis.crypto.getRandomValues(bytes),
  subtle: new Proxy(globalThis.crypto.subtle, {
    get: (subtle, name) => {
      const call = Reflect.get(subtle, name) as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        working++;
        try {
          return await call.apply(subtle, given);
        } finally {
          working--;
        }
      };
    },
  }),
} as unknown as Crypto;

/** Lets promises, fake-indexeddb and WebCrypto come to rest. */
export async function settle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 60; idleTurns = working > 0 ? 0 : idleTurns + 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A clock that waits for storage and WebCrypto after every timer. */
export const sessionClock = (wallMs = Date.UTC(2025, 5, 1)): ControllableClock =>
  createControllableClock(wallMs, settle);
