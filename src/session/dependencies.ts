import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { SessionEvent } from '../sign-in/states';
import type { Proofs } from './dpop';
import type { RecordStore } from './store';

/** What Web Locks offer, as far as the session needs it. */
export interface Locks {
  request<Result>(
    name: string,
    options: { signal: AbortSignal },
    work: () => Promise<Result>,
  ): Promise<Result>;
}

/** Everything that the session gets from outside. */
export interface SessionDependencies {
  server: AuthorizationServer;
  clock: Clock;
  /** In [0, 1): for jitter and names, never for keys. */
  random(): number;
  store: RecordStore;
  /** The browser's fetch, for `api`. */
  fetch: typeof fetch;
  /** The same object that the server was made with. */
  proofs: Proofs;
  /** Origins that the access token may be sent to, e.g. `https://api.example.com`. */
  apiOrigins: readonly string[];
  /** Absent `subtle` (old TVs, plain http) means unsealed records. */
  crypto?: Crypto | undefined;
  /** `navigator.locks`; without it a lease in the store takes its place. */
  locks?: Locks | undefined;
  /** `navigator.storage.persist`. */
  persist?: (() => Promise<boolean>) | undefined;
  /**
   * Joins the other tabs of this origin, e.g. over a BroadcastChannel.
   * @returns a function that sends a message to the others
   */
  joinTabs?: ((onMessage: (message: unknown) => void) => (message: unknown) => void) | undefined;
  /** Deletes all that is stored on this origin; rejects when some of it stays. */
  erase?: (() => Promise<void>) | undefined;
  /** Gets what the app's machine has to know. */
  onEvent(event: SessionEvent): void;
}
