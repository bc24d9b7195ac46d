import { layout, type TextStyle, textStyle } from '../layout';
import type { Measure } from '../typesetting';

/** A button's place in its row. */
export interface ButtonPlace {
  x: number;
  width: number;
}

/** How far a row was compressed to fit. */
export interface RowFit {
  places: readonly ButtonPlace[];
  style: TextStyle;
  /** Width of the whole row. */
  width: number;
}

const steps: readonly { padding: number; gap: number; size: number }[] = [
  { padding: layout.button.padding, gap: layout.button.gap, size: textStyle.button.size },
  { padding: 34, gap: 28, size: textStyle.button.size },
  { padding: 28, gap: 24, size: 33 },
  { padding: 24, gap: 20, size: 30 },
];

/**
 * Places buttons side by side; a row that is too wide is set tighter, then smaller.
 *
 * @param labels the buttons' texts
 * @param width what the row may take
 */
export function fitRow(labels: readonly string[], width: number, measure: Measure): RowFit {
  let fit: RowFit = { places: [], style: textStyle.button, width: 0 };
  for (const { padding, gap, size } of steps) {
    const style: TextStyle = { ...textStyle.button, size };
    let x = 0;
    const places = labels.map((label): ButtonPlace => {
      const place = { x, width: Math.ceil(measure(label, style)) + 2 * padding };
      x += place.width + gap;
      return place;
    });
    fit = { places, style, width: x - gap };
    if (fit.width <= width) break;
  }
  return fit;
}
