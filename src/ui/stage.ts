import type { ScreenDescription } from './screen-description';

/** A picture on the TV. */
export interface StageHandle {
  /** Draws a description, at once. */
  show(description: ScreenDescription): void;
  /** Draws the last description again. */
  draw(): void;
  /** Id of the control at a point of the window (CSS pixels), for pointers. */
  controlAt(clientX: number, clientY: number): string | undefined;
  /** Calls back when the graphics context is lost: close this stage and open another. */
  onContextLost(callback: () => void): void;
  /** Removes the picture and frees the graphics memory. */
  close(): void;
}

/** Size of the window in CSS pixels, and how to draw. */
export interface StageOptions {
  width: number;
  height: number;
  /** Draws without WebGL. */
  canvas2d?: boolean;
}

/**
 * Opens a canvas on the page.
 *
 * @throws Error when the device offers neither WebGL nor a 2D canvas
 */
export declare function openStage(options: StageOptions): StageHandle;
