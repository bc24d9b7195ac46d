import type { Platform } from './platform';

interface RdkWindow {
  /** WPE's bridge to the Thunder framework on RDK boxes. */
  thunder?: unknown;
  ServiceManager?: unknown;
  wpe?: unknown;
}

/**
 * RDK-class boxes with WPE WebKit.
 *
 * @returns undefined on any other device
 */
export function rdk(page: Window): Platform | undefined {
  const box = page as Window & RdkWindow;
  const isRdk =
    box.thunder !== undefined || box.ServiceManager !== undefined || box.wpe !== undefined;
  if (!isRdk) return undefined;
  return {
    name: 'rdk',
    deviceName: 'TV',
    exitPrompt: 'ours',
    exit() {
      page.close();
    },
  };
}
