/** Called when the app is hidden or shown, and when the network comes or goes. */
export interface LifecycleListener {
  hidden(): void;
  visible(): void;
  /** The network came or went, as far as the device can tell. */
  connection(online: boolean): void;
}

/**
 * Listens to the TV's standby, app switching and network.
 *
 * @returns a function that stops listening
 */
export function listenToLifecycle(page: Window, listener: LifecycleListener): () => void {
  const { document } = page;
  let { hidden } = document;
  const onVisibility = () => {
    if (document.hidden === hidden) return;
    hidden = document.hidden;
    if (hidden) listener.hidden();
    else listener.visible();
  };
  // webOS relaunches a running app instead of starting it anew; it may have slept without telling.
  const onRelaunch = () => {
    hidden = false;
    listener.visible();
  };
  const onOnline = () => listener.connection(true);
  const onOffline = () => listener.connection(false);
  document.addEventListener('visibilitychange', onVisibility);
  document.addEventListener('webkitvisibilitychange', onVisibility);
  document.addEventListener('webOSRelaunch', onRelaunch);
  page.addEventListener('pageshow', onVisibility);
  page.addEventListener('online', onOnline);
  page.addEventListener('offline', onOffline);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    document.removeEventListener('webkitvisibilitychange', onVisibility);
    document.removeEventListener('webOSRelaunch', onRelaunch);
    page.removeEventListener('pageshow', onVisibility);
    page.removeEventListener('online', onOnline);
    page.removeEventListener('offline', onOffline);
  };
}
