import { assertNever } from '../../src/assert-never.ts';
import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import type { Locks } from '../../src/session/dependencies.ts';
import { createProofs } from '../../src/session/dpop.ts';
import { createSession } from '../../src/session/session.ts';
import { memoryStore, type RecordStore } from '../../src/session/store.ts';
import { createAttempts } from '../../src/sign-in/attempt.ts';
import { initialMachine, transition } from '../../src/sign-in/machine.ts';
import type { SignInEvent, SignInState } from '../../src/sign-in/states.ts';

/** A TV without a screen: the app's own state machine, attempts and session, in virtual time. */
export interface FleetTv {
  /** Starts the app, as after power has come back; what was kept is still there. */
  switchOn(): void;
  switchOff(): void;
  state(): SignInState;
  press(event: SignInEvent): void;
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
}): FleetTv {
  const { server, clock, random } = options;
  const store = options.store ?? memoryStore();
  const entered = new Map<SignInState['type'], number>();
  let machine = initialMachine;
  let running: { dispatch(event: SignInEvent): void; end(): void } | undefined;

  function start() {
    let on = true;
    machine = initialMachine;
    const session = createSession({
      server,
      clock,
      random,
      store,
      fetch,
      proofs: createProofs({ mode: 'off', store, clock }),
      apiOrigins: [],
      locks: freeLocks,
      onEvent: dispatch,
    });
    const carryOut = createAttempts({
      server,
      clock,
      complete: (tokens, signal) => session.complete(tokens, signal),
      revoke: (tokens) => void session.revokeTokens(tokens),
      dispatch,
    });
    function dispatch(event: SignInEvent): void {
      if (!on) return;
      const before = machine.state.type;
      const step = transition(machine, event, {
        monotonicMs: clock.monotonicMs(),
        wallMs: clock.wallMs(),
        random: random(),
      });
      machine = step.machine;
      if (machine.state.type !== before) entered.set(machine.state.type, clock.monotonicMs());
      for (const command of step.commands) {
        switch (command.type) {
          case 'openSession':
            session.open(command.accountId);
            break;
          case 'signOut':
            void session.signOut(command.accountIds);
            break;
          case 'requestCode':
          case 'poll':
          case 'wait':
          case 'abandon':
          case 'complete':
            carryOut(command);
            break;
          default:
            assertNever(command);
        }
      }
    }
    void session.restore();
    return {
      dispatch,
      end() {
        on = false;
        carryOut({ type: 'abandon', attempt: machine.attempt });
        session.suspend();
      },
    };
  }

  return {
    switchOn() {
      running?.end();
      running = start();
    },
    switchOff() {
      running?.end();
      running = undefined;
    },
    state: () => machine.state,
    press: (event) => running?.dispatch(event),
    enteredAtMs: (name) => entered.get(name),
  };
}
