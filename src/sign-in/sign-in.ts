import { assertNever } from '../assert-never';
import { type AttemptDependencies, createAttempts } from './attempt';
import { initialMachine, transition } from './machine';
import type { Command, SignInEvent, SignInState } from './states';

/** What signing in asks of the session. */
export interface SignInSession {
  complete: AttemptDependencies['complete'];
  revokeTokens: AttemptDependencies['revoke'];
  open(accountId: string): unknown;
  signOut(accountIds: readonly string[]): unknown;
  wipe(): unknown;
  restore(): unknown;
}

export interface SignInDependencies extends Pick<AttemptDependencies, 'server' | 'clock'> {
  session: SignInSession;
  /** A number in [0, 1). */
  random(): number;
  /** Called when a state of another name is entered, before anything is done about it. */
  onStateEntered?(state: SignInState): void;
  /** Called after every event, when its commands are under way. */
  onChange?(): void;
}

/** A running sign-in machine. */
export interface SignIn {
  state(): SignInState;
  /** Takes an event through the machine and carries out what it commands. */
  dispatch(event: SignInEvent): void;
  /** Ends what is in flight; later events are ignored. */
  stop(): void;
}

/** Runs the sign-in machine: the app and the simulated TVs of the fleet share this loop. */
export function createSignIn(dependencies: SignInDependencies): SignIn {
  const { session, server, clock, random, onStateEntered, onChange } = dependencies;
  let machine = initialMachine;
  let stopped = false;
  const attempts = createAttempts({
    server,
    clock,
    complete: session.complete,
    revoke: session.revokeTokens,
    dispatch,
  });

  function carryOut(command: Command): void {
    switch (command.type) {
      case 'openSession':
        session.open(command.accountId);
        break;
      case 'signOut':
        session.signOut(command.accountIds);
        break;
      case 'wipe':
        session.wipe();
        break;
      case 'restore':
        session.restore();
        break;
      case 'requestCode':
      case 'poll':
      case 'wait':
      case 'abandon':
      case 'complete':
        attempts(command);
        break;
      default:
        assertNever(command);
    }
  }

  function dispatch(event: SignInEvent): void {
    if (stopped) return;
    const before = machine.state.type;
    const step = transition(machine, event, {
      monotonicMs: clock.monotonicMs(),
      wallMs: clock.wallMs(),
      random: random(),
    });
    machine = step.machine;
    if (machine.state.type !== before) onStateEntered?.(machine.state);
    for (const command of step.commands) carryOut(command);
    onChange?.();
  }

  return {
    state: () => machine.state,
    dispatch,
    stop() {
      stopped = true;
      attempts({ type: 'abandon', attempt: machine.attempt });
    },
  };
}
