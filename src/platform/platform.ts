/** Keys of a remote control by what they mean. */
export type RemoteKey =
  | 'Left'
  | 'Right'
  | 'Up'
  | 'Down'
  | 'Enter'
  | 'Back'
  /** Colour and media keys: known, so that they never do anything by accident. */
  | 'Other';

/** What differs from TV to TV. */
export interface Platform {
  name: 'webos' | 'tizen' | 'rdk' | 'xbox' | 'browser';
  /** Key codes (`KeyboardEvent.keyCode`) of this platform's remote, beyond everybody's. */
  keys?: Readonly<Record<number, RemoteKey>>;
  /** Tells the TV, once, which keys this app wants. */
  start?(): void;
  /** Whether this app asks before it leaves, or the TV itself does. */
  exitPrompt: 'ours' | 'the-tv';
  /** Leaves the app by the platform's own call. */
  exit(): void;
}
