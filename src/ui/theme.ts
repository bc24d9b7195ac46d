const hex = (argb: number) => `#${(argb & 0xffffff).toString(16).padStart(6, '0')}`;

const color = {
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
  track: 0xff2a3558,
  avatar: 0xff2e3f7f,
} as const;

/**
 * Every colour and type size of the app. Colours are ARGB as Lightning takes them, sizes are
 * pixels on a 1920 × 1080 screen.
 */
export const theme = {
  color,
  font: { text: 'Atkinson Hyperlegible Next', code: 'Atkinson Hyperlegible Mono' },
  size: { title: 76, body: 36, address: 42, userCode: 124, caption: 32, footnote: 28, button: 36 },
  css: {
    background: hex(color.background),
    glow: hex(color.glow),
    text: hex(color.text),
    textQuiet: hex(color.textQuiet),
  },
} as const;
