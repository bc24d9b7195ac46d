import type { Platform } from './platform';

interface TizenWindow {
  tizen?: {
    application?: { getCurrentApplication(): { exit(): void } };
    tvinputdevice?: { registerKey(name: string): void };
  };
}

const mediaKeys = [
  'ColorF0Red',
  'ColorF1Green',
  'ColorF2Yellow',
  'ColorF3Blue',
  'MediaPlayPause',
  'MediaPlay',
  'MediaPause',
  'MediaStop',
  'MediaRewind',
  'MediaFastForward',
];

/**
 * Samsung's Tizen TVs.
 *
 * @returns undefined on any other device
 */
export function tizen(page: Window): Platform | undefined {
  const { tizen: system } = page as Window & TizenWindow;
  if (system === undefined) return undefined;
  return {
    name: 'tizen',
    deviceName: 'Samsung TV',
    start() {
      for (const key of mediaKeys) {
        try {
          system.tvinputdevice?.registerKey(key);
        } catch {
          // This remote lacks the key.
        }
      }
    },
    exitPrompt: 'ours',
    exit() {
      system.application?.getCurrentApplication().exit();
    },
  };
}
