import type { Platform } from './platform';

/** A desktop browser, and every TV that is none of the others. */
export function browser(page: Window): Platform {
  return {
    name: 'browser',
    exitPrompt: 'ours',
    exit() {
      // Browsers close only what a script opened; else going back is as near as it gets.
      page.close();
      page.history.back();
    },
  };
}
