import type { Platform } from './platform';

interface XboxWindow {
  Windows?: { UI?: { WebUI?: { WebUIApplication?: unknown } } };
}

/**
 * Xbox-style consoles, whose controller reports gamepad codes as keys.
 *
 * @returns undefined on any other device
 */
export function xbox(page: Window): Platform | undefined {
  if ((page as Window & XboxWindow).Windows === undefined) return undefined;
  return {
    name: 'xbox',
    deviceName: 'Xbox',
    keys: {
      197: 'Other',
      198: 'Other',
      211: 'Up',
      212: 'Down',
      213: 'Right',
      214: 'Left',
    },
    exitPrompt: 'ours',
    exit() {
      page.close();
    },
  };
}
