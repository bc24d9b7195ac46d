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
  const handlers: readonly (readonly [EventTarget, string, () => void])[] = [
    [document, 'visibilitychange', onVisibility],
    [document, 'webkitvisibilitychange', onVisibility],
    [document, 'webOSRelaunch', onRelaunch],
    [page, 'pageshow', onVisibility],
    [page, 'online', () => listener.connection(true)],
    [page, 'offline', () => listener.connection(false)],
  ];
  for (const [target, type, handler] of handlers) target.addEventListener(type, handler);
  return () => {
    for (const [target, type, handler] of handlers) target.removeEventListener(type, handler);
  };
}
