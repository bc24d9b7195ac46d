import { describe, expect, it } from 'vitest';
import { readFontMetrics } from '../../tools/fonts/font-metrics.ts';
import { fitUserCode } from './components/fit-user-code';
import { layout } from './layout';
import type { Measure } from './typesetting';
import { codeGroups } from './user-code';

const mono = readFontMetrics('mono-700.woff');
const measure: Measure = (text, style) =>
  mono.width(text) * style.size + (style.letterSpacing ?? 0) * text.length;

describe('the groups of a user code', () => {
  it.each([
    ['PKQW-RNSJ', ['PKQW-RNSJ']],
    ['ABCDEFGH', ['ABCD', 'EFGH']],
    ['123456789', ['123', '456', '789']],
    ['ABCDEFGHIJ', ['ABCDE', 'FGHIJ']],
    ['ABCDEFG', ['ABCDEFG']],
    ['ABCDEFGHIJK', ['ABCDEFGHIJK']],
    ['abcd efgh', ['abcd efgh']],
  ])('groups the user code %s for reading', (code, groups) => {
    expect(codeGroups(code)).toEqual(groups);
  });
});

describe('the size of a user code', () => {
  const width = layout.steps.codeWidth;

  it('a user code of the usual eight letters is drawn in the largest size', () => {
    expect(fitUserCode(codeGroups('WWWW-WWWW'), width, measure).style.size).toBe(124);
  });

  it('a user code of fifteen wide letters is drawn at 96 px at least on one line', () => {
    const fit = fitUserCode(codeGroups('W'.repeat(15)), width, measure);
    expect(fit.lines).toHaveLength(1);
    expect(fit.style.size).toBeGreaterThanOrEqual(96);
  });

  it('every character of any user code is drawn within the width', () => {
    for (const length of [1, 8, 16, 24, 40, 64, 200]) {
      const code = 'W'.repeat(length);
      const { lines, style } = fitUserCode(codeGroups(code), width, measure);
      expect(lines.flat().join('')).toBe(code);
      for (const line of lines) {
        expect(line.reduce((sum, group) => sum + measure(group, style), 0)).toBeLessThan(width);
      }
    }
  });
});
