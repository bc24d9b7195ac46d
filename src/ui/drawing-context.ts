/** A canvas and what draws on it. */
export interface DrawingContext {
  canvas: HTMLCanvasElement;
  context: WebGLRenderingContext | CanvasRenderingContext2D;
}

/** What Lightning would ask for, did it make the context itself. */
const attributes: WebGLContextAttributes = {
  alpha: true,
  antialias: false,
  premultipliedAlpha: true,
  preserveDrawingBuffer: false,
  stencil: true,
};

/**
 * Opens the one context that a picture needs: WebGL where the device really draws with it, 2D
 * elsewhere. Some devices offer the interface and then no context, or one that is lost already;
 * Lightning itself throws on those. To try on a second canvas first would cost a weak chip as much
 * as the real one.
 *
 * @param createCanvas makes a canvas of the right size
 * @param canvas2d draws without WebGL in any case
 * @throws Error when the device cannot draw in either way
 */
export function openContext(
  createCanvas: () => HTMLCanvasElement,
  canvas2d = false,
): DrawingContext {
  let canvas = createCanvas();
  if (!canvas2d) {
    const gl = (canvas.getContext('webgl', attributes) ??
      canvas.getContext('experimental-webgl', attributes)) as WebGLRenderingContext | null;
    if (gl !== null && !gl.isContextLost()) return { canvas, context: gl };
    // A canvas that has had one kind of context gives no other.
    if (gl !== null) canvas = createCanvas();
  }
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This device draws neither with WebGL nor without.');
  return { canvas, context };
}
