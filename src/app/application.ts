import { ChannelScreen } from '../channel/ChannelScreen';
import { languages } from '../i18n/index';
import { systemClock } from '../oauth/clock';
import { providerFactsOf, providerNames } from '../oauth/providers/index';
import { choosePlatform } from '../platform/choose';
import { keyTable, listenToKeys, remoteKeyNames } from '../platform/keys';
import { listenToLifecycle } from '../platform/lifecycle';
import type { Platform } from '../platform/platform';
import { type AppSettings, checkSettings, type SettingsOutcome } from '../settings/settings';
import { createSignIn } from '../sign-in/sign-in';
import { applyTheme, colorNames } from '../ui/theme';
import { openView } from '../ui/view';
import { startNavigation } from './navigation';
import { openSession } from './open-session';
import { deviceLanguage, openPreferences, type Preferences } from './preferences';
import { createShell, type Shell, type ShellDependencies } from './shell';

/** Storage that takes longer does not hold up the first picture. */
const maxStartMs = 2500;

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
 * @returns when the first picture is shown; rejects when there can be none
 */
export async function startApplication(page: Window, settingsJson: unknown): Promise<void> {
  const outcome = checked(settingsJson);
  const settings = outcome.type === 'valid' ? outcome.settings : undefined;
  if (settings !== undefined) applyTheme(settings.theme);
  const platform = choosePlatform(page);
  const preferences = openPreferences(page);
  platform.start?.();
  const core = openCore(page, settings, platform, preferences, () => shell);
  const shell: Shell = createShell({
    ...core,
    appName: settings?.name ?? nameIn(settingsJson),
    settings,
    settingsFaults: outcome.type === 'invalid' ? outcome.faults : [],
    clock: systemClock,
    platform,
    preferences,
    start: startNavigation({
      language: deviceLanguage(page, settings?.language ?? 'auto'),
      deviceOffline: page.navigator.onLine === false,
      visible: !page.document.hidden,
    }),
  });
  listen(page, shell, keyTable(platform, settings?.keys ?? {}));
  await start(page, shell, preferences, core, settings?.signIn.startAutomatically === true);
}

type Core = Pick<ShellDependencies, 'session' | 'signIn'>;

/** The session and the sign-in machine, where the settings can be used. */
function openCore(
  page: Window,
  settings: AppSettings | undefined,
  { deviceName }: Platform,
  preferences: Preferences,
  shell: () => Shell,
): Core {
  if (settings === undefined) return { session: undefined, signIn: undefined };
  const random = () => Math.random();
  const session = openSession({
    page,
    settings,
    deviceName,
    clock: systemClock,
    random,
    preferences,
    language: () => shell().language(),
    onEvent: (event) => signIn.dispatch(event),
    onRequestEnded: (answered) => shell().navigate({ type: 'requestEnded', answered }),
  });
  const signIn = createSignIn({
    server: session.server,
    clock: systemClock,
    session,
    random,
    onStateEntered: () => shell().navigate({ type: 'stateEntered' }),
    onChange: () => shell().picture.refresh(),
  });
  return { session, signIn };
}

function listen(page: Window, shell: Shell, keys: ReturnType<typeof keyTable>): void {
  listenToKeys(page.document, keys, (key) => {
    shell.picture.regainFocus();
    shell.navigate({ type: 'keyPressed', key });
  });
  listenToLifecycle(page, {
    hidden: () => shell.navigate({ type: 'visibilityChanged', visible: false }),
    visible: () => shell.navigate({ type: 'visibilityChanged', visible: true }),
    connection: (online) => shell.navigate({ type: 'connectionChanged', offline: !online }),
  });
  if (page.document.hidden) shell.navigate({ type: 'visibilityChanged', visible: false });
}

/** Reads what is kept and opens the view with the first picture: at the latest after `maxStartMs`. */
async function start(
  page: Window,
  shell: Shell,
  preferences: Preferences,
  { session, signIn }: Core,
  startsAutomatically: boolean,
): Promise<void> {
  // Read beside the accounts: slow storage costs its time once.
  const reading = preferences.language().catch(() => undefined);
  const restored = session?.restore().then(() => {
    if (startsAutomatically && signIn?.state().type === 'signedOut') {
      signIn.dispatch({ type: 'signInRequested' });
    }
  });
  const longEnough = new Promise<void>((resolve) => {
    systemClock.setTimer(maxStartMs, resolve);
  });
  await Promise.race([restored?.catch(() => undefined), longEnough]);
  const language = await reading;
  if (language !== undefined) shell.navigate({ type: 'languageRead', language });
  const view = await openView(page, ChannelScreen, {
    onPress: (controlId) => shell.navigate({ type: 'controlPressed', controlId }),
    onHover: (controlId) => shell.navigate({ type: 'controlPointedAt', controlId }),
  });
  shell.picture.showIn(view);
}
