import { afterEach, describe, expect, it } from 'vitest';
import { applyTheme, type ColorName, cssColors, theme } from './theme';

const channel = (value: number) =>
  value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;

/** WCAG 2.2 relative luminance. */
const luminance = (argb: number) =>
  0.2126 * channel((argb >> 16) & 255) +
  0.7152 * channel((argb >> 8) & 255) +
  0.0722 * channel(argb & 255);

function contrast(one: ColorName, other: ColorName): number {
  const [dark = 0, light = 0] = [luminance(theme.color[one]), luminance(theme.color[other])].sort(
    (a, b) => a - b,
  );
  return (light + 0.05) / (dark + 0.05);
}

describe('the colors', () => {
  afterEach(() => applyTheme({}));

  it.each<[ColorName, ColorName]>([
    ['text', 'background'],
    ['text', 'glow'],
    ['textQuiet', 'background'],
    ['textQuiet', 'glow'],
    ['text', 'buttonFill'],
    ['textQuiet', 'buttonFill'],
    ['notice', 'buttonFill'],
    ['onLight', 'buttonFillFocused'],
    ['text', 'avatar'],
  ])('the colors %s on %s contrast by 7 to 1', (one, other) => {
    expect(contrast(one, other)).toBeGreaterThanOrEqual(7);
  });

  it('colors are replaced by those of the settings, one by one', () => {
    applyTheme({ accent: '#FF8800', text: 'red', unknown: '#000000' });
    expect(theme.color.accent).toBe(0xffff8800);
    expect(theme.color.text).toBe(0xfff2f5fb);
    expect(cssColors({ accent: '#ff8800' })).toMatchObject({
      accent: '#ff8800',
      background: '#0b1020',
    });
  });
});
