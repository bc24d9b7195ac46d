import { assertNever } from '../assert-never';
import type { Language } from '../i18n/index';
import type { Platform, RemoteKey } from '../platform/platform';
import type { LifeEvent, SignInStateName, ViewerEvent } from '../sign-in/states';
import type { Action, Panel } from '../ui/action';
import { type Direction, moveFocus } from '../ui/move-focus';
import type { ScreenDescription } from '../ui/screen-description';

/** What the viewer looks at, beyond the sign-in state. */
export interface Navigation {
  /** What is open over the state's own screen. */
  panel: Panel | null;
  /** The control the viewer moved to; undefined until then. */
  focusedControl?: string | undefined;
  language: Language;
  /** Waiting has lasted about a second: time to say what for. */
  requestingLong: boolean;
  /** The TV says that it has no network; some say so on every network without internet. */
  deviceOffline: boolean;
  /** The last request was answered, and the TV has not reported a lost network since. */
  serverAnswers: boolean;
  /** Steps of burn-in protection since the last key; 0 while the picture is bright. */
  shiftStep: number;
  /** False while the TV shows something else or sleeps: nothing is drawn. */
  visible: boolean;
}

/** What an event meets: what is on the screen, and who asks before the app is left. */
export interface NavigationContext {
  state: SignInStateName;
  /** Undefined before the first picture. */
  shown?: ScreenDescription | undefined;
  exitPrompt: Platform['exitPrompt'];
}

export type NavigationTimer = 'idle' | 'waiting';

/** What happened. */
export type NavigationEvent =
  | { type: 'keyPressed'; key: RemoteKey }
  /** A pointer, a screen reader or automation pressed a control. */
  | { type: 'controlPressed'; controlId: string }
  /** A pointer moved onto a control, or a screen reader gave it the real focus. */
  | { type: 'controlPointedAt'; controlId: string }
  | { type: 'stateEntered' }
  | { type: 'timerEnded'; timer: NavigationTimer }
  | { type: 'visibilityChanged'; visible: boolean }
  | { type: 'connectionChanged'; offline: boolean }
  /** A request to the server ended: with a reply, or with none. */
  | { type: 'requestEnded'; answered: boolean }
  /** The language that the viewer chose in an earlier run. */
  | { type: 'languageRead'; language: Language };

/** What is to be done; the shell carries it out. */
export type Effect =
  | { type: 'dispatch'; event: ViewerEvent | LifeEvent }
  | { type: 'suspendSession' }
  | { type: 'resumeSession' }
  | { type: 'openChannel' }
  | { type: 'closeChannel' }
  | { type: 'pressInChannel'; control: string }
  | { type: 'saveLanguage'; language: Language }
  | { type: 'exit' }
  /** Replaces an earlier timer of the name; ends with `timerEnded`. */
  | { type: 'startTimer'; timer: NavigationTimer; delayMs: number }
  | { type: 'cancelTimer'; timer: NavigationTimer };

/** A navigation state and what it wants done, in order. */
export interface NavigationStep {
  navigation: Navigation;
  effects: readonly Effect[];
}

const requestingLongMs = 1000;
/** Static light burns into OLED panels: after this long without a key the picture is dimmed. */
const dimAfterMs = 5 * 60_000;
const shiftEveryMs = 60_000;
const shifts = [
  { x: 0, y: 0 },
  { x: 6, y: 3 },
  { x: -4, y: 5 },
  { x: -6, y: -3 },
  { x: 4, y: -5 },
] as const;

/**
 * Of each state's own screen: where Back leads, out of the app or out of the attempt; and whether it
 * ends by itself, so that it says after a second what is waited for.
 */
const screens: { readonly [Name in SignInStateName]: { back: 'exit' | 'cancel'; waits?: true } } = {
  starting: { back: 'exit', waits: true },
  signedOut: { back: 'exit' },
  choosingAccount: { back: 'exit' },
  signedIn: { back: 'exit' },
  requesting: { back: 'cancel', waits: true },
  showingCode: { back: 'cancel' },
  approved: { back: 'cancel', waits: true },
  authorized: { back: 'cancel' },
  expired: { back: 'cancel' },
  denied: { back: 'cancel' },
  failed: { back: 'cancel' },
};

/** Whether the picture is dimmed: a code stays bright, because the viewer may be reading it. */
export const isDimmed = ({ shiftStep }: Navigation, state: SignInStateName): boolean =>
  shiftStep > 0 && state !== 'showingCode';

/** Whether to say that the TV is offline: a reply is better evidence than what the TV says. */
export const isOffline = ({ deviceOffline, serverAnswers }: Navigation): boolean =>
  deviceOffline && !serverAnswers;

/** How far the picture is moved against burn-in, in pixels of a 1920 × 1080 screen. */
export const shiftOf = ({ shiftStep }: Navigation): { x: number; y: number } =>
  shifts[shiftStep % shifts.length] ?? shifts[0];

/** The navigation state when the app starts, and the timers that run from then on. */
export function startNavigation(
  options: Pick<Navigation, 'language' | 'deviceOffline' | 'visible'>,
): NavigationStep {
  return onStateEntered(
    { ...options, serverAnswers: false, panel: null, requestingLong: false, shiftStep: 0 },
    'starting',
  );
}

/**
 * The next navigation state and what is to be done. Pure: the same arguments always give the same
 * step. An event that changes nothing returns the same `navigation`.
 */
export function navigate(
  navigation: Navigation,
  event: NavigationEvent,
  context: NavigationContext,
): NavigationStep {
  switch (event.type) {
    case 'keyPressed':
      return wakeOr(navigation, context, (awake) => onKey(awake, event.key, context));
    case 'controlPressed':
      return wakeOr(navigation, context, (awake) => press(awake, event.controlId, context));
    case 'controlPointedAt':
      return wakeOr(navigation, context, (awake) => focus(awake, event.controlId, context));
    case 'stateEntered':
      return onStateEntered(navigation, context.state);
    case 'timerEnded':
      return onTimerEnded(navigation, event.timer);
    case 'visibilityChanged':
      return event.visible ? onVisible(navigation) : onHidden(navigation);
    case 'connectionChanged':
      return onConnectionChanged(navigation, event.offline);
    case 'requestEnded':
      return step(
        event.answered === navigation.serverAnswers
          ? navigation
          : { ...navigation, serverAnswers: event.answered },
      );
    case 'languageRead':
      return step({ ...navigation, language: event.language });
    default:
      return assertNever(event);
  }
}

const step = (navigation: Navigation, effects: readonly Effect[] = []): NavigationStep => ({
  navigation,
  effects,
});

const wake = (navigation: Navigation): NavigationStep =>
  step(navigation.shiftStep === 0 ? navigation : { ...navigation, shiftStep: 0 }, [
    { type: 'startTimer', timer: 'idle', delayMs: dimAfterMs },
  ]);

/** What wakes a dimmed picture does nothing else. */
function wakeOr(
  navigation: Navigation,
  { state }: NavigationContext,
  next: (awake: Navigation) => NavigationStep,
): NavigationStep {
  const awake = wake(navigation);
  if (isDimmed(navigation, state)) return awake;
  const after = next(awake.navigation);
  return step(after.navigation, awake.effects.concat(after.effects));
}

function onKey(navigation: Navigation, key: RemoteKey, context: NavigationContext): NavigationStep {
  switch (key) {
    case 'Left':
      return move(navigation, 'left', context);
    case 'Right':
      return move(navigation, 'right', context);
    case 'Up':
      return move(navigation, 'up', context);
    case 'Down':
      return move(navigation, 'down', context);
    case 'Enter':
      return press(navigation, context.shown?.focused, context);
    case 'Back':
      return goBack(navigation, context);
    case 'Other':
      return step(navigation);
    default:
      return assertNever(key);
  }
}

function move(
  navigation: Navigation,
  direction: Direction,
  { shown }: NavigationContext,
): NavigationStep {
  const next = shown === undefined ? undefined : moveFocus(shown, direction);
  return step(next === undefined ? navigation : { ...navigation, focusedControl: next });
}

const controlIn = (shown: ScreenDescription | undefined, controlId: string | undefined) =>
  shown?.controls.filter((control) => control.id === controlId)[0];

function focus(
  navigation: Navigation,
  controlId: string,
  { shown }: NavigationContext,
): NavigationStep {
  const moves = controlId !== shown?.focused && controlIn(shown, controlId) !== undefined;
  return step(moves ? { ...navigation, focusedControl: controlId } : navigation);
}

function press(
  navigation: Navigation,
  controlId: string | undefined,
  { shown }: NavigationContext,
): NavigationStep {
  const control = controlIn(shown, controlId);
  return control === undefined ? step(navigation) : act(navigation, control.action);
}

function act(navigation: Navigation, action: Action): NavigationStep {
  switch (action.type) {
    case 'panelOpened':
      return openPanel(navigation, action.panel);
    case 'panelClosed':
      return openPanel(navigation, null);
    case 'languageChosen': {
      const { language } = action;
      return openPanel({ ...navigation, language }, null, [{ type: 'saveLanguage', language }]);
    }
    case 'exitConfirmed':
      return openPanel(navigation, null, [{ type: 'exit' }]);
    case 'pressedInChannel':
      return step(navigation, [{ type: 'pressInChannel', control: action.control }]);
    case 'wipeRequested':
    case 'signInRequested':
    case 'cancelled':
    case 'signOutRequested':
    case 'signOutAllRequested':
    case 'chooseAccountRequested':
    case 'restoreRequested':
    case 'accountChosen':
      return openPanel(navigation, null, [{ type: 'dispatch', event: action }]);
    default:
      return assertNever(action);
  }
}

function openPanel(
  navigation: Navigation,
  panel: Panel | null,
  then: readonly Effect[] = [],
): NavigationStep {
  const effects: Effect[] = [];
  if (navigation.panel === 'continued') effects.push({ type: 'closeChannel' });
  if (panel === 'continued') effects.push({ type: 'openChannel' });
  return step({ ...navigation, panel, focusedControl: undefined }, effects.concat(then));
}

function goBack(navigation: Navigation, { state, exitPrompt }: NavigationContext): NavigationStep {
  if (navigation.panel !== null) return openPanel(navigation, null);
  if (screens[state].back === 'cancel') {
    return step(navigation, [{ type: 'dispatch', event: { type: 'cancelled' } }]);
  }
  return exitPrompt === 'the-tv'
    ? step(navigation, [{ type: 'exit' }])
    : openPanel(navigation, 'confirm-exit');
}

/** A new state brings its own screen: nothing stays open over it, and it is worth a bright picture. */
function onStateEntered(navigation: Navigation, state: SignInStateName): NavigationStep {
  const closed = openPanel({ ...navigation, requestingLong: false }, null);
  const awake = wake(closed.navigation);
  return step(awake.navigation, [
    ...closed.effects,
    ...awake.effects,
    screens[state].waits
      ? { type: 'startTimer', timer: 'waiting', delayMs: requestingLongMs }
      : { type: 'cancelTimer', timer: 'waiting' },
  ]);
}

function onTimerEnded(navigation: Navigation, timer: NavigationTimer): NavigationStep {
  switch (timer) {
    case 'waiting':
      return step({ ...navigation, requestingLong: true });
    case 'idle':
      return step({ ...navigation, shiftStep: navigation.shiftStep + 1 }, [
        { type: 'startTimer', timer, delayMs: shiftEveryMs },
      ]);
    default:
      return assertNever(timer);
  }
}

function onConnectionChanged(navigation: Navigation, offline: boolean): NavigationStep {
  const serverAnswers = navigation.serverAnswers && !offline;
  return step(
    { ...navigation, deviceOffline: offline, serverAnswers },
    offline || !navigation.visible ? [] : [{ type: 'resumeSession' }],
  );
}

const onHidden = (navigation: Navigation): NavigationStep =>
  step({ ...navigation, visible: false }, [
    { type: 'suspendSession' },
    { type: 'dispatch', event: { type: 'suspended' } },
  ]);

function onVisible(navigation: Navigation): NavigationStep {
  const awake = wake({ ...navigation, visible: true });
  return step(awake.navigation, [
    { type: 'resumeSession' },
    { type: 'dispatch', event: { type: 'resumed' } },
    ...awake.effects,
  ]);
}
