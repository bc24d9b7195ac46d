import type { Language } from '../i18n/index';
import type { ProblemKind } from '../oauth/problem';
import type { Action } from './action';

/** Values of `#screen[data-screen]`, which screen readers, automation and tests rely on. */
export type ScreenName =
  | 'signed-out'
  | 'requesting'
  | 'showing-code'
  | 'expired'
  | 'denied'
  | 'failed'
  | 'signed-in'
  | 'authorized'
  | 'choosing-account';

/** How a screen is laid out: one file in `screens/` each. */
export type Arrangement =
  | 'welcome'
  | 'message'
  | 'code'
  | 'help'
  | 'profile'
  | 'accounts'
  /** The app's own content: `channel/ChannelScreen.ts`. */
  | 'channel';

/** Something the viewer can press. */
export interface Control {
  /** Unique on the screen and stable from one picture to the next. */
  id: string;
  label: string;
  action: Action;
  /** Set for a person's card; everything else is a button in the row below. */
  card?: { initial: string; detail?: string | undefined };
}

/** A sentence with the verification address somewhere inside. */
export interface AddressPhrase {
  before: string;
  address: string;
  after: string;
}

/** One numbered step. */
export interface StepDescription {
  text?: string;
  address?: AddressPhrase;
  /** The user code stands below this step. */
  showsCode?: boolean;
  /** A quieter second sentence. */
  detail?: string;
}

/** A code on show. */
export interface CodeDescription {
  /** Exactly as the server sent it. */
  userCode: string;
  /** Parts to draw with a gap between them; joined they are the code. */
  groups: readonly string[];
  /** Exactly as the server sent it. */
  verificationUri: string;
  /** The address as it is drawn and how many of its first characters are the host. */
  address: { text: string; hostLength: number };
  /** What the QR picture holds: never made up from parts. */
  qrText: string;
  /** What to do after scanning, when scanning alone is not enough. */
  qrCaption?: string;
  /** The server's own words, plain text. */
  message?: string;
  /** E.g. `9:42 left`. */
  countdown: string;
  /** How much of the lifetime is left, from 1 to 0. */
  fractionLeft: number;
}

/** What a state, a panel or the app's own content puts on a screen; `describe` adds the rest. */
export interface ScreenContent {
  screen: ScreenName;
  arrangement: Arrangement;
  title: string;
  body?: readonly string[];
  /** How many of the body's last lines are small: for integrators, or in the server's own words. */
  smallLines?: number;
  steps?: readonly StepDescription[];
  controls: readonly Control[];
  /** Focused when the viewer has not moved yet; otherwise the first control. */
  firstFocus?: string;
  code?: CodeDescription;
  /** Shown where a code will be, while it is on its way. */
  waiting?: string;
  /** A letter or sign in a circle beside the title. */
  avatar?: string;
  problem?: ProblemKind | undefined;
  /** What does not work at the moment, while the screen goes on working. */
  notice?: string | undefined;
  /** What is said of the notice, where its text changes with time. */
  spokenNotice?: string;
  /** Small print at the foot, e.g. the reference for support. */
  footnote?: string | undefined;
}

/** Everything a screen shows and says, in words. Drawn by Lightning, mirrored in the DOM. */
export interface ScreenDescription extends Omit<ScreenContent, 'firstFocus' | 'spokenNotice'> {
  language: Language;
  appName: string;
  body: readonly string[];
  steps: readonly StepDescription[];
  /** Id of the focused control; undefined only while there is no control. */
  focused?: string;
  /** What a screen reader says when this screen comes up; the countdown is not part of it. */
  spoken: string;
  dimmed: boolean;
  /** Against burn-in, in pixels of a 1920 × 1080 screen. */
  shift: { x: number; y: number };
}
