import { screenHeight, screenWidth } from './layout';

/** Where the canvas goes and how finely it is drawn. */
export interface StageSize {
  /** Canvas size in device pixels. */
  pixelWidth: number;
  pixelHeight: number;
  /** Device pixels to one pixel of the 1920 × 1080 layout. */
  precision: number;
  /** Canvas place in CSS pixels, relative to the window. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** No TV draws its user interface finer. */
const maxPixels = { width: 3840, height: 2160 };

/**
 * Fits the 16:9 picture into a window: exactly where the window is 16:9, else centered between
 * bars.
 *
 * @param width of the window in CSS pixels, like `height`
 * @param devicePixelRatio device pixels to a CSS pixel
 */
export function sizeStage(width: number, height: number, devicePixelRatio: number): StageSize {
  const scale = Math.min(width / screenWidth, height / screenHeight);
  // Rounding a window such as 1366 × 768 leaves less than a pixel: that is still a full window.
  const near = (fitted: number, whole: number) =>
    Math.abs(whole - fitted) < 2 ? whole : Math.floor(fitted);
  const cssWidth = Math.max(1, near(screenWidth * scale, width));
  const cssHeight = Math.max(1, near(screenHeight * scale, height));
  const ratio = Math.min(
    devicePixelRatio > 0 ? devicePixelRatio : 1,
    maxPixels.width / cssWidth,
    maxPixels.height / cssHeight,
  );
  return {
    pixelWidth: Math.round(cssWidth * ratio),
    pixelHeight: Math.round(cssHeight * ratio),
    precision: scale * ratio,
    left: Math.floor((width - cssWidth) / 2),
    top: Math.floor((height - cssHeight) / 2),
    width: cssWidth,
    height: cssHeight,
  };
}
