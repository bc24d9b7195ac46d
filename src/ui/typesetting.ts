import { isFontAvailable } from './fonts';
import type { TextStyle } from './layout';
import { theme } from './theme';

/** Width of a text on one line, in the unit of the style. */
export type Measure = (text: string, style: TextStyle) => number;

/** Font families of a style that are there, best first. */
export function facesOf(style: TextStyle): string[] {
  const [family, generic] =
    style.face === 'code' ? [theme.font.code, 'monospace'] : [theme.font.text, 'sans-serif'];
  return isFontAvailable(family) ? [family, generic] : [generic];
}

const cssFont = (style: TextStyle, size: number) =>
  `${style.weight} ${size}px ${facesOf(style)
    .map((face) => (face.indexOf(' ') < 0 ? face : `"${face}"`))
    .join(',')}`;

/**
 * Measures with the browser's own text engine at the size that is drawn, so that hinting counts.
 *
 * @param precision device pixels to a layout pixel
 */
export function canvasMeasure(precision: number): Measure {
  const context = document.createElement('canvas').getContext('2d');
  let current = '';
  return (text, style) => {
    if (context === null) return text.length * style.size * 0.6;
    const font = cssFont(style, style.size * precision);
    // Parsing a font takes longer than measuring with it.
    if (font !== current) {
      context.font = font;
      current = font;
    }
    const spacing = (style.letterSpacing ?? 0) * text.length;
    return context.measureText(text).width / precision + spacing;
  };
}

/** Breaks a word that is wider than a line. */
function breakWord(word: string, style: TextStyle, width: number, measure: Measure): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && measure(piece + character, style) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}

function greedyLines(text: string, style: TextStyle, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  // Only plain spaces part words: a no-break space keeps French punctuation with its word.
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer, style) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = measure(word, style) > width ? breakWord(word, style, width, measure) : [word];
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  lines.push(line);
  return lines;
}

/** Shortens a text with an ellipsis until it fits a line. */
export function ellipsize(text: string, style: TextStyle, width: number, measure: Measure): string {
  if (measure(text, style) <= width) return text;
  let end = text.length;
  while (end > 1 && measure(`${text.slice(0, end).trim()}…`, style) > width) end--;
  return `${text.slice(0, end).trim()}…`;
}

/**
 * Sets a text one sentence to a line where that takes no more lines, else in lines of similar
 * length, so that no last word stands alone.
 *
 * @param width widest line
 * @param maxLines what does not fit ends in an ellipsis
 */
export function setLines(
  text: string,
  style: TextStyle,
  width: number,
  measure: Measure,
  maxLines = 99,
): string[] {
  const lines = greedyLines(text, style, width, measure);
  if (lines.length > maxLines) {
    const rest = lines.slice(maxLines - 1).join(' ');
    return [...lines.slice(0, maxLines - 1), ellipsize(rest, style, width, measure)];
  }
  if (lines.length === 1) return lines;
  const sentences = text.replace(/([.!?]) /g, '$1\n').split('\n');
  const whole = sentences.every((sentence) => measure(sentence, style) <= width);
  if (whole && sentences.length === lines.length) return sentences;
  let narrow = width / lines.length;
  let wide = width;
  let best = lines;
  while (wide - narrow > width / 64) {
    const middle = (narrow + wide) / 2;
    const attempt = greedyLines(text, style, middle, measure);
    if (attempt.length > lines.length) narrow = middle;
    else {
      wide = middle;
      best = attempt;
    }
  }
  return best;
}
