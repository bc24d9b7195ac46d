/** `#rrggbb` of an ARGB color. */
const hex = (argb: number) => `#${(0x1000000 | (argb & 0xffffff)).toString(16).slice(1)}`;

const ownColors = {
  background: 0xff0b1020,
  glow: 0xff1c2a5c,
  text: 0xfff2f5fb,
  textQuiet: 0xffb7c2dd,
  accent: 0xff7aa2ff,
  accentDeep: 0xff4f6ef7,
  onLight: 0xff0b1020,
  buttonFill: 0xff1b2440,
  buttonFillFocused: 0xfff2f5fb,
  plate: 0xffffffff,
  module: 0xff000000,
  track: 0xff36446f,
  avatar: 0xff2e3f7f,
  notice: 0xffffd27a,
};

/** A color that `appSettings.theme` may replace. */
export type ColorName = keyof typeof ownColors;

/** Every color's name, for the settings check. */
export const colorNames = Object.keys(ownColors) as readonly ColorName[];

/** Colors of settings.json: `#rrggbb` by name. Unknown names are ignored. */
export type ColorOverrides = Readonly<Record<string, string>>;

const color: Record<ColorName, number> = { ...ownColors };

/**
 * Every color and type size of the app. Colors are ARGB as Lightning takes them, sizes are
 * pixels on a 1920 × 1080 screen.
 */
export const theme = {
  color: color as Readonly<Record<ColorName, number>>,
  font: { text: 'Atkinson Hyperlegible Next', code: 'Atkinson Hyperlegible Mono' },
  size: {
    welcome: 92,
    title: 76,
    initial: 64,
    lead: 40,
    body: 36,
    address: 42,
    userCode: 124,
    caption: 32,
    footnote: 28,
    button: 36,
  },
} as const;

const colorsWith = (overrides: ColorOverrides): Record<ColorName, number> => {
  const colors = { ...ownColors };
  for (const name of colorNames) {
    const value = overrides[name];
    if (value !== undefined && /^#[0-9a-f]{6}$/i.test(value)) {
      // Unsigned: `|` alone would make an opaque color negative.
      colors[name] = (0xff000000 | Number.parseInt(value.slice(1), 16)) >>> 0;
    }
  }
  return colors;
};

/** `#rrggbb` of a theme color. */
export const cssColor = (name: ColorName): string => hex(theme.color[name]);

/** Replaces colors by those of settings.json. Call before the first stage is opened. */
export function applyTheme(overrides: ColorOverrides): void {
  Object.assign(color, colorsWith(overrides));
}

/** The colors that the page itself needs before the app runs, as CSS. */
export function cssColors(overrides: ColorOverrides = {}): Record<ColorName, string> {
  const colors = colorsWith(overrides);
  const css = {} as Record<ColorName, string>;
  for (const name of colorNames) css[name] = hex(colors[name]);
  return css;
}
