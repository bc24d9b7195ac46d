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

/** webOS 6 came with Chromium 79, webOS 5 with 68: this came in between. */
const isWebOs6OrLater = () => 'allSettled' in Promise;

/**
 * webOS TV. Back on the first screen is handed to the TV where it asks by itself, from webOS 6 on.
 * Older ones would go to the launcher without asking.
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
    deviceName: 'LG TV',
    exitPrompt: tv !== undefined && isWebOs6OrLater() ? 'the-tv' : 'ours',
    exit() {
      if (tv?.platformBack === undefined) page.close();
      else tv.platformBack();
    },
  };
}
