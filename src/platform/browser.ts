import type { Platform } from './platform';

/** A desktop browser, and every TV that is none of the others. */
export function browser(page: Window): Platform {
  return {
    name: 'browser',
    deviceName: 'TV',
    exitPrompt: 'ours',
    exit() {
      // Browsers close only windows that a script opened; from others the app goes back.
      page.close();
      page.history.back();
    },
  };
}
