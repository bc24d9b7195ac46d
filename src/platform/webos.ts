import type { Platform } from './platform';

interface LeavingCall {
  platformBack?(): void;
}

/** What LG's TVs and LG's own library add to the page; each may be missing. */
interface WebOsWindow {
  webOS?: LeavingCall;
  PalmSystem?: LeavingCall;
  webOSSystem?: LeavingCall;
}

/**
 * webOS TV. Back on the first screen is handed to the TV: webOS 6 and later then ask by
 * themselves, older ones go to the launcher.
 *
 * @returns undefined on any other device
 */
export function webOs(page: Window): Platform | undefined {
  const { webOS, PalmSystem, webOSSystem } = page as Window & WebOsWindow;
  const offered = [webOS, PalmSystem, webOSSystem].filter((one) => one !== undefined);
  if (offered.length === 0) return undefined;
  const tv = offered.filter((one) => typeof one.platformBack === 'function')[0];
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
    exitPrompt: tv === undefined ? 'ours' : 'the-tv',
    exit() {
      if (tv?.platformBack === undefined) page.close();
      else tv.platformBack();
    },
  };
}
