/** One page in one engine, as a test drives it: the same for every engine. */
export interface EnginePage {
  goto(address: string): Promise<void>;
  reload(): Promise<void>;
  /**
   * Evaluates an ES5 expression in the page.
   *
   * @throws Error when the expression throws
   */
  evaluate(expression: string): Promise<unknown>;
  /** Presses and releases a key, given by the `keyCode` that a TV's remote sends. */
  pressKey(keyCode: number): Promise<void>;
  /** The picture as a PNG file. */
  screenshot(): Promise<Buffer>;
  /** Errors and warnings of the page, oldest first. */
  faults(): Promise<readonly string[]>;
  /** Switches off; what the page has stored stays in the profile. */
  close(): Promise<void>;
}

/** Switches an engine on with a profile: the same profile again is the same TV. */
export type SwitchOn = (options: {
  /** Folder for everything that survives switching off. */
  profile: string;
  /** ES5 source that runs in every page before the page's own scripts. */
  before?: string;
}) => Promise<EnginePage>;
