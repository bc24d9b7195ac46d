import type { Platform } from './platform';

/** What LG's TVs add to the page; either may be missing. */
interface WebOsWindow {
  webOS?: { platformBack?(): void };
  PalmSystem?: { platformBack?(): void };
}

/**
 * webOS TV. Back on the first screen is handed to the TV: webOS 6 and later then ask by
 * themselves, older ones go to the launcher.
 *
 * @returns undefined on any other device
 */
export function webOs(page: Window): Platform | undefined {
  const tv = page as Window & WebOsWindow;
  if (tv.webOS === undefined && tv.PalmSystem === undefined) return undefined;
  return {
    name: 'webos',
    keys: {
      19: 'Other',
      403: 'Other',
      404: 'Other',
      405: 'Other',
      406: 'Other',
      412: 'Other',
      413: 'Other',
      415: 'Other',
      417: 'Other',
      461: 'Back',
    },
    exitPrompt: 'the-tv',
    exit() {
      if (tv.webOS?.platformBack !== undefined) tv.webOS.platformBack();
      else if (tv.PalmSystem?.platformBack !== undefined) tv.PalmSystem.platformBack();
      else page.close();
    },
  };
}
