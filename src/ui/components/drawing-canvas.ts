/**
 * A canvas whose pixels are read back at once. Lightning copies every text and painting out of its
 * canvas; from a canvas in graphics memory that takes a quarter of a second each on a weak chip.
 * Engines that do not know the hint ignore it.
 */
export function createDrawingCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  // A later `getContext` returns this one.
  canvas.getContext('2d', { willReadFrequently: true });
  return canvas;
}
