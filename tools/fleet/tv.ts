import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import type { Locks } from '../../src/session/dependencies.ts';
import { createProofs, type Proofs } from '../../src/session/dpop.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { memoryStore, type RecordStore } from '../../src/session/store.ts';
import { initialMachine } from '../../src/sign-in/machine.ts';
import { createSignIn, type SignIn } from '../../src/sign-in/sign-in.ts';
import type { SignInEvent, SignInState } from '../../src/sign-in/states.ts';

/** A TV without a screen: the app's own state machine, attempts and session, in virtual time. */
export interface FleetTv {
  /** Starts the app, as after power has come back; what was kept is still there. */
  switchOn(): void;
  switchOff(): void;
  state(): SignInState;
  press(event: SignInEvent): void;
  /** What the app's own screens get of the session; undefined before the first start. */
  session(): Session | undefined;
  /** Monotonic ms at which a state was last entered; undefined before that. */
  enteredAtMs(name: SignInState['type']): number | undefined;
}

/** One window only: every lock is free. */
const freeLocks: Locks = { request: (_name, _options, work) => work() };

/** Builds a TV that is switched off. */
export function createFleetTv(options: {
  server: AuthorizationServer;
  clock: Clock;
  random(): number;
  store?: RecordStore;
  /** For calls of the app's own API. */
  fetch?: typeof fetch;
  /** Origins of the app's own API. */
  apiOrigins?: readonly string[];
  /** Seals what is kept; without it records are kept in the clear. */
  crypto?: Crypto | undefined;
  /** The object that the server was made with; without it nothing is bound to a key. */
  proofs?: Proofs | undefined;
  /** Called after every event. */
  onChange?(state: SignInState): void;
}): FleetTv {
  const { server, clock, random } = options;
  const store = options.store ?? memoryStore();
  const entered = new Map<SignInState['type'], number>();
  let session: Session | undefined;
  let signIn: SignIn | undefined;

  function switchOff(): void {
    signIn?.stop();
    session?.suspend();
  }

  function switchOn(): void {
    switchOff();
    const opened = createSession({
      server,
      clock,
      random,
      store,
      fetch: options.fetch ?? fetch,
      proofs: options.proofs ?? createProofs({ mode: 'off', store, clock }),
      apiOrigins: options.apiOrigins ?? [],
      locks: freeLocks,
      crypto: options.crypto,
      onEvent: (event) => running.dispatch(event),
    });
    const running = createSignIn({
      server,
      clock,
      session: opened,
      random,
      onStateEntered: ({ type }) => entered.set(type, clock.monotonicMs()),
      onChange: () => options.onChange?.(running.state()),
    });
    session = opened;
    signIn = running;
    void opened.restore();
  }

  return {
    switchOn,
    switchOff,
    state: () => signIn?.state() ?? initialMachine.state,
    press: (event) => signIn?.dispatch(event),
    session: () => session,
    enteredAtMs: (name) => entered.get(name),
  };
}
