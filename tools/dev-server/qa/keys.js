/* The key codes that each platform's remote control sends. */

const arrows = { left: 37, up: 38, right: 39, down: 40, ok: 13 };
const colors = { red: 403, green: 404, yellow: 405, blue: 406 };
const media = { play: 415, pause: 19, stop: 413, rewind: 412, forward: 417 };

/** Platforms by their name in the address. A key that a remote lacks has no code. */
export const platforms = {
  webos: { label: 'webOS', codes: { ...arrows, back: 461, ...colors, ...media } },
  tizen: { label: 'Tizen', codes: { ...arrows, back: 10009, ...colors, ...media } },
  rdk: { label: 'RDK', codes: { ...arrows, back: 8, ...colors, ...media } },
  xbox: {
    label: 'Xbox',
    codes: { up: 203, down: 204, left: 205, right: 206, ok: 195, back: 196 },
  },
  desktop: {
    label: 'PC',
    codes: { ...arrows, back: 27, play: 179, pause: 179, stop: 178, rewind: 177, forward: 176 },
  },
};

const names = {
  left: 'ArrowLeft',
  up: 'ArrowUp',
  right: 'ArrowRight',
  down: 'ArrowDown',
  ok: 'Enter',
  back: 'GoBack',
};

/** What keyboards have for the remote's keys besides. */
const onKeyboards = { Backspace: 'back', Escape: 'back', ' ': 'ok' };

/**
 * Which key of the remote a real key press is, whatever the platform.
 *
 * @returns undefined also for what the app does not hear: shortcuts, and the repeats of a key held
 *   down that is no arrow
 */
export function keyNamed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const byName = Object.entries(names).find(([, name]) => name === event.key);
  const key = byName?.[0] ?? onKeyboards[event.key];
  return event.repeat && (key === 'ok' || key === 'back') ? undefined : key;
}

/**
 * Presses and releases a key of a remote control in a window.
 *
 * @returns whether that platform's remote has the key
 */
export function pressKey(view, platform, key) {
  const keyCode = platforms[platform].codes[key];
  if (keyCode === undefined) return false;
  const target = view.document.activeElement ?? view.document.body;
  for (const type of ['keydown', 'keyup']) {
    // Only the code tells: engines of TVs give most of these keys no name.
    const init = { keyCode, which: keyCode, bubbles: true, cancelable: true };
    const name = keyCode === arrows[key] ? { key: names[key], code: names[key] } : {};
    target.dispatchEvent(new view.KeyboardEvent(type, { ...init, ...name }));
  }
  return true;
}
