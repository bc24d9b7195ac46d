import type { Metadata } from './metadata.ts';

/**
 * appinfo.json, which says to webOS what the app is.
 *
 * @param options.name shown in the launcher
 * @param options.background color behind the app until it draws, `#rrggbb`
 */
export function appinfo(
  metadata: Metadata,
  options: { name: string; background: string; iconColor: string },
): string {
  const info = {
    id: metadata.identifier,
    version: metadata.version,
    type: 'web',
    title: options.name,
    main: 'index.html',
    icon: 'icon.png',
    largeIcon: 'largeIcon.png',
    splashBackground: 'splash.png',
    bgColor: options.background,
    iconColor: options.iconColor,
    resolution: '1920x1080',
    // Back is the app's own: without this the TV goes back in a history that has one page.
    disableBackHistoryAPI: true,
    // The TV itself brings the app to the front again; the app only has to wake up.
    handlesRelaunch: false,
    accessibility: { supportsAudioGuidance: true },
  };
  return `${JSON.stringify(info, null, 2)}\n`;
}
