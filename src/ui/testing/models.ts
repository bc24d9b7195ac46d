import type { ProblemKind } from '../../oauth/problem';
import type { SignInState } from '../../sign-in/states';
import { stateNamed } from '../../sign-in/testing/sample-states';
import type { Panel } from '../action';
import type { ScreenName } from '../screen-description';
import type { ViewModel } from '../view-model';

export { ada, failed, grace, showingCode, signedIn } from '../../sign-in/testing/sample-states';

const everyProblemKind: Readonly<Record<ProblemKind, true>> = {
  offline: true,
  'server-unreachable': true,
  'server-error': true,
  'server-busy': true,
  'time-out': true,
  'clock-wrong': true,
  misconfigured: true,
  'untrusted-address': true,
  'browser-calls-refused': true,
  'not-completed': true,
  refused: true,
  'network-sign-in': true,
  'not-sendable': true,
  'key-lost': true,
  'storage-unreadable': true,
};

/** Every kind of problem. */
export const problemKinds = Object.keys(everyProblemKind) as ProblemKind[];

const everyPanel: Readonly<Record<Panel, true>> = {
  help: true,
  'confirm-sign-out': true,
  'confirm-wipe': true,
  'confirm-exit': true,
  language: true,
  continued: true,
};

/** Every panel. */
export const panels = Object.keys(everyPanel) as Panel[];

/** A model of a state, 18 s after the app started. */
export const modelOf = (state: SignInState, more: Partial<ViewModel> = {}): ViewModel => ({
  appName: 'Your Channel',
  state,
  panel: null,
  language: 'en',
  monotonicMs: 18_000,
  ...more,
});

/** A state that shows each screen. */
export const stateShowing: Readonly<Record<ScreenName, SignInState>> = {
  'signed-out': stateNamed.signedOut,
  requesting: stateNamed.requesting,
  'showing-code': stateNamed.showingCode,
  expired: stateNamed.expired,
  denied: stateNamed.denied,
  failed: stateNamed.failed,
  'signed-in': stateNamed.signedIn,
  authorized: stateNamed.authorized,
  'choosing-account': stateNamed.choosingAccount,
};

/** One state of each name. */
export const everyState: readonly SignInState[] = Object.values(stateNamed);
