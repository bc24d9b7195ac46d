import type { KyInstance } from 'ky';
import { assertNever } from '../assert-never';
import { fill, type Language, textsOf } from '../i18n/index';
import type { Account } from '../oauth/outcome';
import { plainText } from '../plain-text';
import { greeting } from '../ui/person';
import type { ScreenContent } from '../ui/screen-description';
import { channelTexts } from './texts';

/** What the app's own screens get from the app around them. */
export interface ChannelDependencies {
  /** Calls with the viewer's access: `session.api()`. */
  api: KyInstance;
  /** `appSettings.signIn.apiOrigins`: where that access is sent, and nowhere else. */
  apiOrigins: readonly string[];
  /** `appSettings.channel`: settings of these screens. */
  settings: Readonly<Record<string, unknown>>;
  /** Call when `content` has changed. */
  onChange(): void;
}

/** What the content depends on besides the channel's own state. */
export interface ChannelContext {
  appName: string;
  account: Account;
  language: Language;
}

/** The app's own screens, from "Continue" until Back or the end of the session. */
export interface Channel {
  /** What to show now, in words: drawn by `ChannelScreen` and mirrored in the DOM. */
  content(moment: ChannelContext): ScreenContent;
  /** The viewer pressed a control whose action is `pressedInChannel`. */
  press(control: string): void;
  /** The channel is left: ends what is in flight. */
  close(): void;
}

type Profile = { name?: unknown; email?: unknown };

type State =
  | { type: 'welcoming' }
  | { type: 'loading' }
  | { type: 'loaded'; profile: Profile }
  /** The API or the sign-in service cannot be reached. */
  | { type: 'offline' }
  /** The sign-in service has a problem, or refuses access: it says so itself, behind this screen. */
  | { type: 'noAccess'; refused: boolean }
  /** The API answered, but not with what was asked for. */
  | { type: 'unavailable' };

const timeOutMs = 15_000;
const textLimit = 60;

const textOf = (value: unknown) => plainText(typeof value === 'string' ? value : '—', textLimit);

/**
 * A sample, to be replaced by your own screens: asks the first of the API origins who the viewer is
 * (OpenID Connect userinfo) and shows the answer.
 */
export function openChannel({ api, apiOrigins, onChange }: ChannelDependencies): Channel {
  const [origin] = apiOrigins;
  const closing = new AbortController();
  let state: State = { type: 'welcoming' };

  function enter(next: State): void {
    if (closing.signal.aborted) return;
    state = next;
    onChange();
  }

  async function load(): Promise<void> {
    if (origin === undefined) return;
    enter({ type: 'loading' });
    try {
      const { signal } = closing;
      const options = { signal, retry: 0, timeout: timeOutMs };
      const profile = await api.get(`${origin}/userinfo`, options).json<Profile>();
      enter({ type: 'loaded', profile });
    } catch (error) {
      // A SessionError of the session, an HTTPError or TimeoutError of ky, or the browser's TypeError.
      const { name, code } = error as { name?: string; code?: string };
      // Signed out: the app leaves this screen and says why.
      if (code === 'signed_out') return;
      if (code === 'service_trouble' || code === 'refused') {
        enter({ type: 'noAccess', refused: code === 'refused' });
      } else enter({ type: name === 'HTTPError' ? 'unavailable' : 'offline' });
    }
  }

  void load();

  return {
    content({ appName, account, language }) {
      const texts = textsOf(language);
      const own = channelTexts(language);
      const host = origin === undefined ? '' : new URL(origin).host;
      const words = (): readonly string[] => {
        switch (state.type) {
          case 'welcoming':
            return [];
          case 'loading':
            return [own.loading];
          case 'loaded': {
            const { name, email } = state.profile;
            return [fill(own.known, { host, name: textOf(name), email: textOf(email) })];
          }
          case 'offline':
            return [texts.offlineNow];
          case 'noAccess':
            return [state.refused ? texts.refused : texts.troubleNow];
          case 'unavailable':
            return [fill(own.unavailable, { host })];
          default:
            return assertNever(state);
        }
      };
      const again = {
        id: 'try-again',
        label: texts.tryAgain,
        action: { type: 'pressedInChannel', control: 'try-again' },
      } as const;
      const back = { id: 'close', label: texts.back, action: { type: 'panelClosed' } } as const;
      const stuck = ['offline', 'noAccess', 'unavailable'].includes(state.type);
      return {
        screen: 'signed-in',
        arrangement: 'channel',
        title: greeting(account, texts, 'begin'),
        body: [fill(texts.beginBody, { app: appName }), ...words()],
        controls: stuck ? [again, back] : [back],
      };
    },
    press(control) {
      if (control === 'try-again') void load();
    },
    close() {
      closing.abort();
    },
  };
}
