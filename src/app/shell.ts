import { type Channel, openChannel } from '../channel/channel';
import type { Language } from '../i18n/index';
import type { Clock } from '../oauth/clock';
import type { Platform } from '../platform/platform';
import { supportLine } from '../session/support-line';
import type { AppSettings, SettingsFault } from '../settings/settings';
import { initialMachine } from '../sign-in/machine';
import type { SignIn } from '../sign-in/sign-in';
import type { ViewModel } from '../ui/view-model';
import {
  type Effect,
  isDimmed,
  isOffline,
  type NavigationEvent,
  type NavigationStep,
  type NavigationTimer,
  navigate,
  shiftOf,
} from './navigation';
import type { OpenedSession } from './open-session';
import { createPicture, type Picture } from './picture';
import type { Preferences } from './preferences';

export interface ShellDependencies {
  appName: string;
  /** What is wrong with settings.json; empty when it can be used. */
  settingsFaults: readonly SettingsFault[];
  /** Undefined while settings.json cannot be used; so are `session` and `signIn`. */
  settings: AppSettings | undefined;
  session: OpenedSession | undefined;
  signIn: SignIn | undefined;
  clock: Clock;
  platform: Platform;
  preferences: Preferences;
  /** Where navigation starts. */
  start: NavigationStep;
}

/** Holds what the viewer sees and carries out what navigation wants done. */
export interface Shell {
  navigate(event: NavigationEvent): void;
  language(): Language;
  picture: Picture;
}

export function createShell(dependencies: ShellDependencies): Shell {
  const { settings, session, signIn, clock, platform, preferences } = dependencies;
  const cancelTimer: Partial<Record<NavigationTimer, () => void>> = {};
  let { navigation } = dependencies.start;
  let channel: Channel | undefined;
  const picture = createPicture(clock, () => (navigation.visible ? model() : undefined));
  const state = () => signIn?.state() ?? initialMachine.state;

  function onEvent(event: NavigationEvent): void {
    const before = navigation;
    const { shown } = picture;
    if (event.type === 'keyPressed' && state().type === 'signedOut' && !shown()?.dimmed) {
      session?.noticeSeen();
    }
    const { exitPrompt } = platform;
    const step = navigate(before, event, { state: state().type, shown: shown(), exitPrompt });
    navigation = step.navigation;
    carryOutAll(step.effects);
    if (step.navigation !== before) picture.refresh();
  }

  const carryOut: {
    readonly [Type in Effect['type']]: (effect: Extract<Effect, { type: Type }>) => void;
  } = {
    dispatch: ({ event }) => signIn?.dispatch(event),
    suspendSession: () => session?.suspend(),
    resumeSession: () => session?.resume(),
    openChannel() {
      if (settings === undefined || session === undefined) return;
      channel = openChannel({
        api: session.api(),
        apiOrigins: settings.signIn.apiOrigins,
        settings: settings.channel,
        onChange: picture.refresh,
      });
    },
    closeChannel() {
      channel?.close();
      channel = undefined;
    },
    pressInChannel: ({ control }) => channel?.press(control),
    saveLanguage: ({ language }) => preferences.setLanguage(language),
    exit: () => platform.exit(),
    startTimer({ timer, delayMs }) {
      cancelTimer[timer]?.();
      cancelTimer[timer] = clock.setTimer(delayMs, () => onEvent({ type: 'timerEnded', timer }));
    },
    cancelTimer: ({ timer }) => cancelTimer[timer]?.(),
  };

  function carryOutAll(effects: readonly Effect[]): void {
    for (const effect of effects) (carryOut[effect.type] as (effect: Effect) => void)(effect);
  }

  function model(): ViewModel {
    const now = state();
    const { appName, settingsFaults } = dependencies;
    const { panel, language, focusedControl, requestingLong } = navigation;
    const report = session?.diagnostics();
    const host = settings?.signIn.issuer ?? settings?.signIn.endpoints.deviceAuthorization;
    return {
      appName,
      state: now,
      panel,
      language,
      focusedControl,
      monotonicMs: clock.monotonicMs(),
      requestingLong,
      offline: isOffline(navigation),
      dimmed: isDimmed(navigation, now.type),
      shift: shiftOf(navigation),
      serverHost: host === undefined ? undefined : new URL(host).host,
      supportLine: report && supportLine(report),
      revocationWaits: report?.revocationWaits === true,
      staysListed: session?.revokes === false,
      channel:
        now.type === 'signedIn'
          ? channel?.content({ appName, account: now.account, language })
          : undefined,
      settingsFaults,
    };
  }

  carryOutAll(dependencies.start.effects);
  return { navigate: onEvent, language: () => navigation.language, picture };
}
