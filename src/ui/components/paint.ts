import type { Lightning } from '@lightningjs/sdk';
import { StaticCanvasTexture } from '../lightning';
import { type ColorName, cssColor } from '../theme';
import { createDrawingCanvas } from './drawing-canvas';

/** Texture settings for an element's `texture`. */
export interface Painting {
  type: typeof Lightning.textures.StaticCanvasTexture;
  content: Lightning.textures.StaticCanvasTexture.Content;
  precision: number;
}

/**
 * A texture painted at device resolution; Lightning's own rounded rectangles are painted at
 * 1080p and blur when a 4K stage enlarges them.
 *
 * @param id equal ids share one texture: put in it all that the picture depends on
 * @param width in layout pixels, like `height`
 * @param precision device pixels to a layout pixel
 * @param draw paints in layout pixels
 */
export function painting(
  id: string,
  width: number,
  height: number,
  precision: number,
  draw: (context: CanvasRenderingContext2D) => void,
): Painting {
  return {
    type: StaticCanvasTexture,
    precision,
    content: {
      lookupId: `${id} ${width}x${height}`,
      factory: (done) => {
        const canvas = createDrawingCanvas();
        canvas.width = Math.max(1, Math.round(width * precision));
        canvas.height = Math.max(1, Math.round(height * precision));
        const context = canvas.getContext('2d');
        if (context !== null) {
          context.scale(precision, precision);
          draw(context);
        }
        done(null, canvas);
      },
    },
  };
}

/** Traces a rounded rectangle. */
export function traceRounded(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  const right = x + width;
  const bottom = y + height;
  const corner = Math.min(radius, width / 2, height / 2);
  context.beginPath();
  context.moveTo(x + corner, y);
  context.arcTo(right, y, right, bottom, corner);
  context.arcTo(right, bottom, x, bottom, corner);
  context.arcTo(x, bottom, x, y, corner);
  context.arcTo(x, y, right, y, corner);
  context.closePath();
}

/** A filled rounded rectangle; a radius of half the height makes a pill, of half a square a disc. */
export const filled = (
  width: number,
  height: number,
  radius: number,
  color: ColorName,
  precision: number,
): Painting =>
  painting(`filled ${radius} ${cssColor(color)}`, width, height, precision, (context) => {
    traceRounded(context, 0, 0, width, height, radius);
    context.fillStyle = cssColor(color);
    context.fill();
  });

/** A filled rounded rectangle with a fine edge, which keeps it visible on a similar ground. */
export const edged = (
  width: number,
  height: number,
  radius: number,
  color: ColorName,
  edge: ColorName,
  precision: number,
): Painting =>
  painting(
    `edged ${radius} ${cssColor(color)} ${cssColor(edge)}`,
    width,
    height,
    precision,
    (context) => {
      traceRounded(context, 1, 1, width - 2, height - 2, radius - 1);
      context.fillStyle = cssColor(color);
      context.fill();
      context.strokeStyle = cssColor(edge);
      context.lineWidth = 2;
      context.stroke();
    },
  );

/** The outline of a rounded rectangle, wholly inside `width` × `height`. */
export const outlined = (
  width: number,
  height: number,
  radius: number,
  line: number,
  color: ColorName,
  precision: number,
): Painting =>
  painting(`outlined ${radius} ${line} ${cssColor(color)}`, width, height, precision, (context) => {
    traceRounded(context, line / 2, line / 2, width - line, height - line, radius - line / 2);
    context.strokeStyle = cssColor(color);
    context.lineWidth = line;
    context.stroke();
  });
