import type { Lightning } from '@lightningjs/sdk';
import { App } from './App';
import { createDrawingCanvas } from './components/drawing-canvas';
import { openContext } from './drawing-context';
import { onFontsLoaded } from './fonts';
import type { ScreenDescription } from './screen-description';
import type { ScreenType } from './screens/Screen';
import { type StageSize, sizeStage } from './stage-size';

/** A picture on the TV. */
export interface StageHandle {
  /** Draws a description. */
  show(description: ScreenDescription): void;
  /** Draws the last description again, e.g. after the TV woke up. */
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
  /** Draws without WebGL even where there is WebGL; where there is none that goes by itself. */
  canvas2d?: boolean;
  /** Draws the arrangement `channel`. */
  channelScreen: ScreenType;
}

/** Frames drawn in a row for one picture. */
const maxFrames = 6;
/** How often and how long to look whether a text that waits for its font can be drawn. */
const lateTextCheckMs = 60;
const lateTextChecks = 50;

/** True while a text or picture of the tree is still on its way to the graphics memory. */
function isLoading(element: Lightning.Element): boolean {
  if (!element.visible) return false;
  const { texture } = element;
  if (texture && !texture.isLoaded() && !texture.loadError) return true;
  return element.children.some(isLoading);
}

function createCanvas(size: StageSize): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size.pixelWidth;
  canvas.height = size.pixelHeight;
  canvas.setAttribute('aria-hidden', 'true');
  const { style } = canvas;
  style.position = 'absolute';
  style.left = `${size.left}px`;
  style.top = `${size.top}px`;
  style.width = `${size.width}px`;
  style.height = `${size.height}px`;
  return canvas;
}

/**
 * Opens a canvas on the page. Nothing is drawn but what `show` and `draw` ask for: no loop runs.
 *
 * @throws Error when the device cannot draw in the way asked for
 */
export function openStage(options: StageOptions): StageHandle {
  const size = sizeStage(options.width, options.height, window.devicePixelRatio);
  const { precision } = size;
  const { canvas, context } = openContext(() => createCanvas(size), options.canvas2d);
  document.body.appendChild(canvas);
  let app: App;
  try {
    app = new App({
      stage: {
        canvas,
        w: canvas.width,
        h: canvas.height,
        precision,
        context,
        clearColor: 0x00000000,
        autostart: false,
        useImageWorker: false,
        defaultFontFace: 'sans-serif',
        // Each second brings a new text of the time: textures no longer used go early.
        memoryPressure: 8e6 * Math.max(1, precision * precision),
      },
      keys: {},
    });
  } catch (cause) {
    document.body.removeChild(canvas);
    throw cause;
  }
  app.channelScreen = options.channelScreen;
  const { stage } = app;
  stage.platform.getDrawingCanvas = createDrawingCanvas;
  let last: ScreenDescription | undefined;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let contextLost: (() => void) | undefined;

  const drawUntilComplete = (checksLeft: number): void => {
    clearTimeout(timer);
    if (closed) return;
    // A texture that is ready only during a frame is seen in the next one.
    for (let frame = 0; frame < maxFrames; frame++) {
      stage.drawFrame();
      if (!stage.ctx.hasRenderUpdates()) break;
    }
    if (checksLeft > 0 && isLoading(app)) {
      timer = setTimeout(() => drawUntilComplete(checksLeft - 1), lateTextCheckMs);
    }
  };
  const onLost = (event: Event) => {
    // Without this the browser never gives a context back, to this canvas or to the next.
    event.preventDefault();
    if (!closed) contextLost?.();
  };
  canvas.addEventListener('webglcontextlost', onLost);

  const handle: StageHandle = {
    show(description) {
      if (closed) return;
      last = description;
      app.show(description);
      drawUntilComplete(lateTextChecks);
    },
    draw() {
      if (closed) return;
      stage.forceRenderUpdate();
      drawUntilComplete(lateTextChecks);
    },
    controlAt(clientX, clientY) {
      if (closed) return undefined;
      const box = canvas.getBoundingClientRect();
      const toLayout = canvas.width / box.width / precision;
      return app.controlAt((clientX - box.left) * toLayout, (clientY - box.top) * toLayout);
    },
    onContextLost(callback) {
      contextLost = callback;
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      stopListening();
      canvas.removeEventListener('webglcontextlost', onLost);
      const { gl } = stage;
      app.destroy();
      gl?.getExtension('WEBGL_lose_context')?.loseContext();
      canvas.parentNode?.removeChild(canvas);
    },
  };
  const stopListening = onFontsLoaded(document, () => {
    // Texts were measured with another font: set everything anew.
    if (last !== undefined && !closed) {
      app.forget();
      handle.show(last);
    }
  });
  return handle;
}
