import type { Language } from '../i18n/index';
import type { SettingsFault } from '../settings/settings';
import type { SignInState } from '../sign-in/states';
import type { Panel } from './action';
import type { ScreenContent } from './screen-description';

/** Everything a picture depends on. The same model always gives the same picture. */
export interface ViewModel {
  /** The channel's name, from settings.json. */
  appName: string;
  state: SignInState;
  panel: Panel | null;
  language: Language;
  /** What the app's own screens show, while the panel is `continued`. */
  channel?: ScreenContent;
  /** The server keeps its own session after a sign-out on this TV. */
  staysListed?: boolean;
  /** The server has not heard of a sign-out yet: what telling it takes is still on this TV. */
  revocationWaits?: boolean;
  /** State of the session in small print, for a conversation with support. */
  supportLine?: string;
  /** Id of the control the viewer moved to; the first control when it is not on the screen. */
  focusedControl?: string;
  /** Now, on the clock of the state's times, in ms. */
  monotonicMs: number;
  /** Set when settings.json cannot be used: shown instead of the state. */
  settingsFaults?: readonly SettingsFault[];
  /** Host of the authorization server, for sentences about it. */
  serverHost?: string;
  /** Waiting has lasted about a second: time to say what for. */
  requestingLong?: boolean;
  /** The TV itself reports that it has no network. */
  offline?: boolean;
  /** No key was pressed for minutes: the picture is dimmed to spare the panel. */
  dimmed?: boolean;
  /** Moves the picture against burn-in, in pixels of a 1920 × 1080 screen. */
  shift?: { x: number; y: number };
}
