import { describe, expect, it } from 'vitest';
import type { AuthorizationServer } from '../oauth/authorization-server';
import { createControllableClock } from '../oauth/testing/controllable-clock';
import { createSignIn } from './sign-in';

const ada = { id: 'ada', name: 'Ada' };
const grace = { id: 'grace', name: 'Grace' };

/** A sign-in whose server never answers; what it was asked to do is written down in order. */
function signInWithLog() {
  const log: string[] = [];
  const signals: AbortSignal[] = [];
  const server: AuthorizationServer = {
    id: 'https://id.example.com',
    clientId: 'tv',
    requestCode(signal) {
      log.push('requestCode');
      signals.push(signal);
      return new Promise(() => undefined);
    },
    poll: () => new Promise(() => undefined),
    refresh: () => new Promise(() => undefined),
    revoke: () => new Promise(() => undefined),
    account: () => new Promise(() => undefined),
  };
  const signIn = createSignIn({
    server,
    clock: createControllableClock(),
    random: () => 0.5,
    session: {
      complete: () => new Promise(() => undefined),
      revokeTokens: async () => undefined,
      open: (accountId) => log.push(`open ${accountId}`),
      signOut: (accountIds) => log.push(`sign out ${accountIds.join()}`),
      wipe: () => log.push('wipe'),
      restore: () => log.push('restore'),
    },
    onStateEntered: ({ type }) => log.push(`entered ${type}`),
    onChange: () => log.push('changed'),
  });
  return { signIn, log, signals };
}

describe('the sign-in loop', () => {
  it('enters a state, then carries out its commands, then reports the change', () => {
    const { signIn, log } = signInWithLog();
    signIn.dispatch({ type: 'accountsFound', accounts: [] });
    signIn.dispatch({ type: 'signInRequested' });
    expect(log).toEqual([
      'entered signedOut',
      'changed',
      'entered requesting',
      'requestCode',
      'changed',
    ]);
    expect(signIn.state().type).toBe('requesting');
  });

  it('the sign-in loop opens sessions and signs accounts out', () => {
    const { signIn, log } = signInWithLog();
    signIn.dispatch({ type: 'accountsFound', accounts: [ada, grace] });
    signIn.dispatch({ type: 'accountChosen', accountId: 'grace' });
    const accounts = [ada, grace];
    signIn.dispatch({ type: 'sessionOpened', account: grace, accounts, keeping: 'kept' });
    signIn.dispatch({ type: 'signOutAllRequested' });
    expect(log.filter((line) => line !== 'changed')).toEqual([
      'entered choosingAccount',
      'open grace',
      'entered signedIn',
      'entered signedOut',
      'sign out ada,grace',
    ]);
  });

  it('reports no state entered while the state keeps its name', () => {
    const { signIn, log } = signInWithLog();
    signIn.dispatch({ type: 'accountsFound', accounts: [] });
    signIn.dispatch({ type: 'suspended' });
    signIn.dispatch({ type: 'resumed' });
    expect(log).toEqual(['entered signedOut', 'changed', 'changed', 'changed']);
  });

  it('aborts what is in flight when it stops, and ignores what happens later', () => {
    const { signIn, log, signals } = signInWithLog();
    signIn.dispatch({ type: 'accountsFound', accounts: [] });
    signIn.dispatch({ type: 'signInRequested' });
    signIn.stop();
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    const before = log.length;
    signIn.dispatch({ type: 'cancelled' });
    expect(signIn.state().type).toBe('requesting');
    expect(log).toHaveLength(before);
  });
});
