/** Keys of a remote control by what they mean. */
export type RemoteKey =
  | 'Left'
  | 'Right'
  | 'Up'
  | 'Down'
  | 'Enter'
  | 'Back'
  /** Color and media keys: known, so that the browser does nothing with them. */
  | 'Other';

/** What differs from TV to TV. */
export interface Platform {
  name: 'webos' | 'tizen' | 'rdk' | 'xbox' | 'browser';
  /**
   * What to call this TV where the settings name it not: the maker, and nothing that is read from
   * the TV, because a model or serial number would tell the server which one it is.
   */
  deviceName: string;
  /** Key codes (`KeyboardEvent.keyCode`) of this platform's remote, beyond the common ones. */
  keys?: Readonly<Record<number, RemoteKey>>;
  /** Asks the TV, once, for the keys that it does not send by itself. */
  start?(): void;
  /** Whether this app asks before it leaves, or the TV itself does. */
  exitPrompt: 'ours' | 'the-tv';
  /** Leaves the app by the platform's own call. */
  exit(): void;
}
