import type { Lightning } from '@lightningjs/sdk';
import { snap, type TextStyle } from '../layout';
import { theme } from '../theme';
import { canvasMeasure, facesOf, type Measure } from '../typesetting';

const measures = new WeakMap<object, Measure>();

/** Measures text as this stage draws it. */
export function measureOn(stage: Lightning.Stage): Measure {
  let measure = measures.get(stage);
  if (measure === undefined) {
    measure = canvasMeasure(stage.getRenderPrecision());
    measures.set(stage, measure);
  }
  return measure;
}

/** Half the height of a capital letter, as a share of the type size. */
const capMiddle = 0.335;

/** Where a text goes. */
export interface TextPlace {
  x: number;
  /** Top of the first line's box, which is `lineHeight` high; capitals stand in its middle. */
  y: number;
  /** Width of the box that `align` refers to; by default as wide as the text. */
  width?: number;
  align?: 'left' | 'center' | 'right';
}

/**
 * What to patch a text element with. Lines are broken beforehand: a set width and line height keep
 * clear of Lightning's automatic ones, which are wrong at any precision but 1.
 */
export function textPatch(
  stage: Lightning.Stage,
  lines: readonly string[],
  style: TextStyle,
  place: TextPlace,
) {
  const precision = stage.getRenderPrecision();
  const measure = measureOn(stage);
  const widest = Math.max(0, ...lines.map((line) => measure(line, style)));
  const align = place.align ?? 'left';
  // A little more than measured: the last letter may lean over its own width.
  const width = Math.ceil(place.width ?? widest) + 8;
  const lean = align === 'left' ? 0 : align === 'right' ? 8 : 4;
  const baseline = style.lineHeight / 2 + capMiddle * style.size;
  return {
    visible: lines.length > 0 && lines[0] !== '',
    x: snap(place.x - lean, precision),
    y: snap(place.y + baseline - style.size, precision),
    // Lightning divides a text's own width by the precision once too often: the element's counts.
    w: Math.ceil(width * precision) / precision,
    text: {
      text: lines.join('\n'),
      w: width,
      fontFace: facesOf(style),
      fontStyle: String(style.weight),
      fontSize: style.size,
      lineHeight: style.lineHeight,
      letterSpacing: style.letterSpacing ?? 0,
      textAlign: align,
      textColor: theme.color[style.color],
      wordWrap: false,
    },
  };
}
