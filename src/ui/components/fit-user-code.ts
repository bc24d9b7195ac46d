import { type TextStyle, textStyle } from '../layout';
import type { Measure } from '../typesetting';

const sizes = [124, 116, 108, 104, 100, 96, 88, 80, 72, 64, 56, 48, 40, 32, 28];

/** Gap between two groups in pixels: narrower where the code is long. */
export const groupGap = (size: number): number => size * (size >= 104 ? 0.34 : 0.24);

/** How a user code is set: group by group, one line or several. */
export interface CodeFit {
  style: TextStyle;
  lines: readonly (readonly string[])[];
  height: number;
}

const lineWidth = (groups: readonly string[], style: TextStyle, measure: Measure) =>
  groups.reduce((width, group) => width + measure(group, style), 0) +
  (groups.length - 1) * groupGap(style.size);

/** A code of one group that is too long even when small, cut into lines. */
function cutGroup(group: string, style: TextStyle, width: number, measure: Measure): string[] {
  const perLine = Math.max(1, Math.floor(width / measure('W', style)));
  const lines: string[] = [];
  for (let start = 0; start < group.length; start += perLine) {
    lines.push(group.slice(start, start + perLine));
  }
  return lines;
}

/**
 * Sets a user code as large as the width allows: fifteen wide letters still stand about 100 px
 * high. Only a code longer than any real one goes on a second line.
 *
 * @param largest type size to begin with
 */
export function fitUserCode(
  groups: readonly string[],
  width: number,
  measure: Measure,
  largest: number = textStyle.userCode.size,
): CodeFit {
  for (const size of sizes) {
    if (size > largest) continue;
    const style: TextStyle = {
      ...textStyle.userCode,
      size,
      lineHeight: Math.round(size * 1.2),
      letterSpacing: size >= 116 ? Math.round(size * 0.03) : 0,
    };
    if (lineWidth(groups, style, measure) <= width) {
      return { style, lines: [groups], height: style.lineHeight };
    }
    if (size <= 72) {
      const lines = cutGroup(groups.join(''), style, width, measure).map((line) => [line]);
      if (lines.length <= 2 || size === 28) {
        return { style, lines, height: lines.length * style.lineHeight };
      }
    }
  }
  return { style: textStyle.userCode, lines: [groups], height: textStyle.userCode.lineHeight };
}
