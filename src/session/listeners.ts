import type { Clock } from '../oauth/clock';
import type { Account } from '../oauth/outcome';

/** What an integrator's own screens may want to know. */
export type AccountEvent =
  | { type: 'signedIn'; account: Account }
  | { type: 'accountSwitched'; account: Account; from: Account }
  /** `ended`: the server no longer accepts the session, or another tab signed out. */
  | { type: 'signedOut'; account: Account; reason: 'viewer' | 'ended' };

/** Calls a listener; its mistake must not stop the session, but must not vanish either. */
export function callListener<Event>(
  clock: Clock,
  listener: (event: Event) => void,
  event: Event,
): void {
  try {
    listener(event);
  } catch (error) {
    clock.setTimer(0, () => {
      throw error;
    });
  }
}

export interface Listeners {
  /** @returns a function that ends the listening */
  on(listener: (event: AccountEvent) => void): () => void;
  emit(event: AccountEvent): void;
}

/** The listeners of one session. */
export function createListeners(clock: Clock): Listeners {
  const listeners: ((event: AccountEvent) => void)[] = [];
  return {
    on(listener) {
      listeners.push(listener);
      return () => {
        const at = listeners.indexOf(listener);
        if (at >= 0) listeners.splice(at, 1);
      };
    },
    emit(event) {
      for (const listener of listeners.slice()) callListener(clock, listener, event);
    },
  };
}
