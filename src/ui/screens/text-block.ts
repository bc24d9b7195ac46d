import type { TextStyle } from '../layout';
import { type Measure, setLines } from '../typesetting';

/** A text that is set and knows its height. */
export interface SetText {
  lines: readonly string[];
  style: TextStyle;
  height: number;
}

/** Sets a text within a width. */
export function setText(
  text: string,
  style: TextStyle,
  width: number,
  measure: Measure,
  maxLines?: number,
): SetText {
  const lines = setLines(text, style, width, measure, maxLines);
  return { lines, style, height: lines.length * style.lineHeight };
}

/**
 * Sets a title: in a smaller size rather than on a second line, and on two lines rather than
 * very small.
 */
export function setTitle(text: string, style: TextStyle, width: number, measure: Measure): SetText {
  for (const share of [1, 0.9, 0.8, 0.72]) {
    const smaller: TextStyle = {
      ...style,
      size: Math.round(style.size * share),
      lineHeight: Math.round(style.lineHeight * share),
    };
    if (measure(text, smaller) <= width) return setText(text, smaller, width, measure);
  }
  const two: TextStyle = {
    ...style,
    size: Math.round(style.size * 0.8),
    lineHeight: Math.round(style.lineHeight * 0.8),
  };
  return setText(text, two, width, measure, 2);
}

/** Height of texts one below the other. */
export const stackHeight = (texts: readonly SetText[], gap: number): number =>
  texts.reduce((sum, text) => sum + text.height, 0) + Math.max(0, texts.length - 1) * gap;
