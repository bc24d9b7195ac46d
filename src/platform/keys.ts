import type { Platform, RemoteKey } from './platform';

/** Codes that mean the same on every remote and keyboard; color and media keys do nothing. */
const common: Readonly<Record<number, RemoteKey>> = {
  8: 'Back',
  9: 'Other',
  13: 'Enter',
  19: 'Other',
  27: 'Back',
  32: 'Enter',
  37: 'Left',
  38: 'Up',
  39: 'Right',
  40: 'Down',
  166: 'Back',
  195: 'Enter',
  196: 'Back',
  203: 'Up',
  204: 'Down',
  205: 'Left',
  206: 'Right',
  403: 'Other',
  404: 'Other',
  405: 'Other',
  406: 'Other',
  412: 'Other',
  413: 'Other',
  415: 'Other',
  417: 'Other',
  461: 'Back',
  10009: 'Back',
  10252: 'Other',
};

const nameable: Readonly<Record<Exclude<RemoteKey, 'Other'>, true>> = {
  Left: true,
  Right: true,
  Up: true,
  Down: true,
  Enter: true,
  Back: true,
};

/** Keys that `appSettings.keys` may give codes to. */
export const remoteKeyNames = Object.keys(nameable) as Exclude<RemoteKey, 'Other'>[];

/**
 * The key codes of one TV: the common ones, the platform's, and those of `appSettings.keys`; later
 * ones replace earlier ones.
 */
export function keyTable(
  platform: Platform,
  own: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<number, RemoteKey>> {
  const table: Record<number, RemoteKey> = { ...common, ...platform.keys };
  for (const name of remoteKeyNames) {
    for (const code of own[name] ?? []) table[code] = name;
  }
  return table;
}

/** Some keyboards, Chromium's automation among them, report a name and no code. */
const byName: Readonly<Record<string, RemoteKey>> = {
  Tab: 'Other',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Enter: 'Enter',
  Backspace: 'Back',
  Escape: 'Back',
  GoBack: 'Back',
  BrowserBack: 'Back',
  XF86Back: 'Back',
};

/**
 * Listens to the remote control.
 *
 * @param target what receives key events: the document
 * @param onKey called once per press; a key held down repeats only for the arrows
 * @returns a function that stops listening
 */
export function listenToKeys(
  target: Document,
  table: Readonly<Record<number, RemoteKey>>,
  onKey: (key: RemoteKey) => void,
): () => void {
  const { defaultView } = target;
  const isInFrame = defaultView !== null && defaultView.parent !== defaultView;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = table[event.keyCode] ?? byName[event.key];
    if (key === undefined) return;
    // Tab would take the real focus to no element; from a frame it leads to the page around it.
    if (isInFrame && (event.keyCode === 9 || event.key === 'Tab')) return;
    // Backspace would leave the page, Enter would press the mirrored button a second time.
    event.preventDefault();
    event.stopPropagation();
    const arrow = key === 'Left' || key === 'Right' || key === 'Up' || key === 'Down';
    if (event.repeat && !arrow) return;
    onKey(key);
  };
  // Buttons are pressed on release by some engines: swallow that too.
  const onKeyUp = (event: KeyboardEvent) => {
    if ((table[event.keyCode] ?? byName[event.key]) !== undefined) event.preventDefault();
  };
  target.addEventListener('keydown', onKeyDown, true);
  target.addEventListener('keyup', onKeyUp, true);
  return () => {
    target.removeEventListener('keydown', onKeyDown, true);
    target.removeEventListener('keyup', onKeyUp, true);
  };
}
