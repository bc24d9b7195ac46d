import { assertNever } from '../assert-never';
import { ChannelScreen } from '../channel/ChannelScreen';
import { type Channel, openChannel } from '../channel/channel';
import type { Language } from '../i18n/index';
import { languages } from '../i18n/index';
import { systemClock } from '../oauth/clock';
import { providerFactsOf, providerNames } from '../oauth/providers/index';
import { choosePlatform } from '../platform/choose';
import { keyTable, listenToKeys, remoteKeyNames } from '../platform/keys';
import { listenToLifecycle } from '../platform/lifecycle';
import type { RemoteKey } from '../platform/platform';
import { supportLine } from '../session/support-line';
import { type AppSettings, checkSettings, type SettingsOutcome } from '../settings/settings';
import { createAttempts } from '../sign-in/attempt';
import { initialMachine, transition } from '../sign-in/machine';
import type { Machine, SignInEvent, SignInState } from '../sign-in/states';
import { describe, moveFocus, nextChangeMs } from '../ui/describe';
import type { ScreenDescription } from '../ui/screen-description';
import { applyTheme, colorNames } from '../ui/theme';
import { openView, type View } from '../ui/view';
import type { Action, Panel, ViewModel } from '../ui/view-model';
import { openSession } from './open-session';
import { deviceLanguage, openPreferences } from './preferences';

/** Longer than this nobody waits for storage before the first picture. */
const maxStartMs = 2500;
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
];

/** What the viewer looks at, beyond the sign-in state. */
interface UiState {
  panel: Panel | null;
  language: Language;
  focusedControl?: string;
  requestingLong: boolean;
  offline: boolean;
  /** Steps of burn-in protection since the last key; 0 while the picture is bright. */
  shiftStep: number;
}

function checked(json: unknown): SettingsOutcome {
  return checkSettings(json, {
    providers: providerNames,
    providerFacts: providerFactsOf,
    languages,
    colors: colorNames,
    keys: remoteKeyNames,
  });
}

const nameIn = (json: unknown): string => {
  const name = (json as { appSettings?: { name?: unknown } } | null)?.appSettings?.name;
  return typeof name === 'string' ? name : 'TV Sign-In';
};

/**
 * Runs the app: holds its one state, sends what happens through the machine, and shows the result.
 * The picture and the DOM mirror are drawn from that state and hold no truth of their own.
 *
 * @param page the window to run in
 * @param settingsJson the parsed content of settings.json, right or wrong
 */
export function startApplication(page: Window, settingsJson: unknown): void {
  const settingsOutcome = checked(settingsJson);
  const settings: AppSettings | undefined =
    settingsOutcome.type === 'valid' ? settingsOutcome.settings : undefined;
  if (settings !== undefined) applyTheme(settings.theme);

  const clock = systemClock;
  const platform = choosePlatform(page);
  const preferences = openPreferences(page);
  const random = () => Math.random();
  let machine: Machine = initialMachine;
  let uiState: UiState = {
    panel: null,
    language: deviceLanguage(page, settings?.language ?? 'auto'),
    requestingLong: false,
    offline: page.navigator.onLine === false,
    shiftStep: 0,
  };
  let channel: Channel | undefined;
  let view: View | undefined;
  let shown: ScreenDescription | undefined;
  let visible = !page.document.hidden;
  let cancelNextChange: () => void = () => undefined;
  let cancelRequestingLong: () => void = () => undefined;
  let cancelDimming: () => void = () => undefined;

  const session =
    settings === undefined
      ? undefined
      : openSession({ page, settings, clock, random, preferences, language, onEvent: dispatch });
  const carryOut =
    session === undefined
      ? undefined
      : createAttempts({
          server: session.server,
          clock,
          complete: (tokens, signal) => session.complete(tokens, signal),
          revoke: (tokens) => session.revokeTokens(tokens),
          dispatch,
        });

  function language(): Language {
    return uiState.language;
  }

  function model(): ViewModel {
    const { state } = machine;
    const appName = settings?.name ?? nameIn(settingsJson);
    const host = settings?.signIn.issuer ?? settings?.signIn.endpoints.deviceAuthorization;
    return {
      appName,
      state,
      panel: uiState.panel,
      language: uiState.language,
      monotonicMs: clock.monotonicMs(),
      requestingLong: uiState.requestingLong,
      offline: uiState.offline,
      // Somebody may be on the way to the phone, or typing: a code stays bright as long as it lives.
      dimmed: uiState.shiftStep > 0 && state.type !== 'showingCode',
      shift: shifts[uiState.shiftStep % shifts.length] ?? { x: 0, y: 0 },
      ...(uiState.focusedControl === undefined ? {} : { focusedControl: uiState.focusedControl }),
      ...(host === undefined ? {} : { serverHost: new URL(host).host }),
      ...(session === undefined
        ? {}
        : {
            supportLine: supportLine(session.diagnostics()),
            staysListed: !session.revokes,
          }),
      ...(state.type === 'signedIn' && channel !== undefined
        ? { channel: channel.content({ appName, account: state.account, language: language() }) }
        : {}),
      ...(settingsOutcome.type === 'invalid' ? { settingsFaults: settingsOutcome.faults } : {}),
    };
  }

  /** Nothing is drawn unless something changed; a timer stands ready for the next change. */
  function refresh(): void {
    if (view === undefined || !visible) return;
    const now = model();
    shown = describe(now);
    view.show(shown);
    cancelNextChange();
    const changesAtMs = nextChangeMs(now);
    cancelNextChange =
      changesAtMs === undefined
        ? () => undefined
        : clock.setTimer(Math.max(10, changesAtMs - clock.monotonicMs()), refresh);
  }

  function setUiState(change: Partial<UiState>): void {
    uiState = { ...uiState, ...change };
    refresh();
  }

  function dispatch(event: SignInEvent): void {
    const before: SignInState = machine.state;
    const step = transition(machine, event, {
      monotonicMs: clock.monotonicMs(),
      wallMs: clock.wallMs(),
      random: random(),
    });
    machine = step.machine;
    if (before.type !== machine.state.type) onStateEntered();
    for (const command of step.commands) {
      switch (command.type) {
        case 'openSession':
          void session?.open(command.accountId);
          break;
        case 'signOut':
          void session?.signOut(command.accountIds);
          break;
        case 'requestCode':
        case 'poll':
        case 'wait':
        case 'abandon':
        case 'complete':
          carryOut?.(command);
          break;
        default:
          assertNever(command);
      }
    }
    refresh();
  }

  function onStateEntered(): void {
    const { focusedControl: _old, ...rest } = uiState;
    closeChannel();
    uiState = { ...rest, panel: null, requestingLong: false };
    cancelRequestingLong();
    const waiting = machine.state.type === 'requesting' || machine.state.type === 'approved';
    if (waiting) {
      cancelRequestingLong = clock.setTimer(requestingLongMs, () =>
        setUiState({ requestingLong: true }),
      );
    }
  }

  function closeChannel(): void {
    channel?.close();
    channel = undefined;
  }

  function openPanel(panel: Panel | null): void {
    const { focusedControl: _old, ...rest } = uiState;
    uiState = { ...rest, panel };
    closeChannel();
    if (panel === 'continued' && session !== undefined) {
      channel = openChannel({
        api: session.api(),
        apiOrigins: settings?.signIn.apiOrigins ?? [],
        onChange: refresh,
      });
    }
    refresh();
  }

  function act(action: Action): void {
    switch (action.type) {
      case 'panelOpened':
        openPanel(action.panel);
        break;
      case 'panelClosed':
        openPanel(null);
        break;
      case 'languageChosen':
        preferences.setLanguage(action.language);
        uiState = { ...uiState, language: action.language };
        openPanel(null);
        break;
      case 'exitConfirmed':
        openPanel(null);
        platform.exit();
        break;
      case 'pressedInChannel':
        channel?.press(action.control);
        break;
      case 'signInRequested':
      case 'cancelled':
      case 'signOutRequested':
      case 'signOutAllRequested':
      case 'chooseAccountRequested':
      case 'accountChosen':
        uiState = { ...uiState, panel: null };
        dispatch(action);
        break;
      default:
        assertNever(action);
    }
  }

  function press(controlId: string): void {
    const control = shown?.controls.find((one) => one.id === controlId);
    if (control !== undefined) act(control.action);
  }

  function goBack(): void {
    if (uiState.panel !== null) {
      openPanel(null);
      return;
    }
    switch (machine.state.type) {
      case 'starting':
      case 'signedOut':
      case 'signedIn':
      case 'choosingAccount':
        if (platform.exitPrompt === 'the-tv') platform.exit();
        else openPanel('confirm-exit');
        break;
      case 'requesting':
      case 'showingCode':
      case 'approved':
      case 'authorized':
      case 'expired':
      case 'denied':
      case 'failed':
        dispatch({ type: 'cancelled' });
        break;
      default:
        assertNever(machine.state);
    }
  }

  function move(direction: 'left' | 'right' | 'up' | 'down'): void {
    const next = shown === undefined ? undefined : moveFocus(shown, direction);
    if (next !== undefined) setUiState({ focusedControl: next });
  }

  function onKey(key: RemoteKey): void {
    view?.regainFocus();
    if (wake()) return;
    switch (key) {
      case 'Left':
        move('left');
        break;
      case 'Right':
        move('right');
        break;
      case 'Up':
        move('up');
        break;
      case 'Down':
        move('down');
        break;
      case 'Enter':
        if (shown?.focused !== undefined) press(shown.focused);
        break;
      case 'Back':
        goBack();
        break;
      case 'Other':
        break;
      default:
        assertNever(key);
    }
  }

  /** @returns true when the picture was dimmed: the key that wakes it does nothing else */
  function wake(): boolean {
    const wasDimmed = shown?.dimmed === true;
    cancelDimming();
    cancelDimming = clock.setTimer(dimAfterMs, dim);
    if (uiState.shiftStep > 0) setUiState({ shiftStep: 0 });
    return wasDimmed;
  }

  function dim(): void {
    setUiState({ shiftStep: uiState.shiftStep + 1 });
    cancelDimming = clock.setTimer(shiftEveryMs, dim);
  }

  function onHidden(): void {
    visible = false;
    cancelNextChange();
    session?.suspend();
    dispatch({ type: 'suspended' });
  }

  function onVisible(): void {
    visible = true;
    session?.resume();
    dispatch({ type: 'resumed' });
    wake();
  }

  async function firstPicture(): Promise<void> {
    const chosen = await chosenLanguage;
    if (chosen !== undefined) uiState = { ...uiState, language: chosen };
    view = await openView(page, ChannelScreen, {
      onPress: (controlId) => {
        if (!wake()) press(controlId);
      },
      onHover: (controlId) => {
        if (!wake() && controlId !== shown?.focused) setUiState({ focusedControl: controlId });
      },
    });
    refresh();
  }

  platform.start?.();
  listenToKeys(page.document, keyTable(platform, settings?.keys ?? {}), onKey);
  listenToLifecycle(page, {
    hidden: onHidden,
    visible: onVisible,
    connection: (online) => {
      setUiState({ offline: !online });
      if (online && visible) session?.resume();
    },
  });
  if (!visible) onHidden();
  wake();

  // Asked for beside the accounts: storage that is slow costs its time once.
  const chosenLanguage = preferences.language().catch(() => undefined);
  const restored =
    session === undefined
      ? Promise.resolve()
      : session.restore().then(() => {
          const startsByItself = settings?.signIn.startAutomatically === true;
          if (startsByItself && machine.state.type === 'signedOut') {
            dispatch({ type: 'signInRequested' });
          }
        });
  const longEnough = new Promise<void>((resolve) => {
    clock.setTimer(maxStartMs, resolve);
  });
  void Promise.race([restored.catch(() => undefined), longEnough]).then(firstPicture);
}
