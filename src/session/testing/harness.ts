import type { ControllableClock } from '../../oauth/testing/controllable-clock';
import type { SessionEvent } from '../../sign-in/states';
import type { Locks, SessionDependencies } from '../dependencies';
import { createProofs } from '../dpop';
import type { AccountEvent } from '../listeners';
import { createSession, type Session } from '../session';
import { memoryStore, type RecordStore } from '../store';
import { type ModelServer, modelServer } from './model-server';
import { sessionClock, watchedCrypto } from './session-clock';

export const ada = { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' };
export const grace = { id: 'grace', name: 'Grace Hopper' };

/** Chance that is always small, but never twice the same: renewal comes 60 s before the end. */
export function increasingRandom(): () => number {
  let count = 0;
  return () => ++count / 1e6;
}

/** One TV, one server, and what the session said. */
export interface SessionHarness {
  clock: ControllableClock;
  server: ModelServer;
  store: RecordStore;
  session: Session;
  events: SessionEvent[];
  accountEvents: AccountEvent[];
  /** Starts the app again, or another tab of it, on the same storage. */
  again(changes?: Partial<SessionDependencies>): SessionHarness;
}

export function sessionHarness(changes: Partial<SessionDependencies> = {}): SessionHarness {
  const clock = (changes.clock as ControllableClock | undefined) ?? sessionClock();
  const server = (changes.server as ModelServer | undefined) ?? modelServer(clock);
  const store = changes.store ?? memoryStore();
  const events: SessionEvent[] = [];
  const dependencies: SessionDependencies = {
    server,
    clock,
    random: Math.random,
    store,
    fetch,
    proofs: createProofs({ mode: 'off', store, clock }),
    apiOrigins: [],
    crypto: watchedCrypto,
    onEvent: () => {},
    ...changes,
  };
  dependencies.onEvent = (event) => events.push(event);
  const session = createSession(dependencies);
  const accountEvents: AccountEvent[] = [];
  session.on((event) => accountEvents.push(event));
  return {
    clock,
    server,
    store,
    session,
    events,
    accountEvents,
    again: (others = {}) => sessionHarness({ ...changes, clock, server, store, ...others }),
  };
}

/** Web Locks as the specification has them: in order, one holder a name. */
export function webLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    request(name, { signal }, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = before.then(() => {
        if (signal.aborted) throw new DOMException('Aborted', 'AbortError');
        return work();
      });
      tails.set(
        name,
        mine.catch(() => {}),
      );
      return mine;
    },
  };
}
