import { type ColorName, theme } from './theme';

/** Every measure is in pixels of a 1920 × 1080 screen; `precision` turns them into real pixels. */
export const screenWidth = 1920;
export const screenHeight = 1080;

/** TVs may cut off what lies outside (overscan). */
export const safe = { left: 96, top: 54, right: 1824, bottom: 1026 } as const;

export const layout = {
  brand: { y: 72, mark: 44, gap: 20 },
  /** Middle of a screen that holds one block of text. */
  blockMiddle: 556,
  text: { width: 1500, bodyWidth: 1400, titleGap: 22, buttonGap: 56, paragraphGap: 12 },
  button: { height: 88, padding: 44, gap: 36, radius: 18, ring: 6, ringGap: 6, rowY: 918 },
  plate: { x: 1264, y: 200, side: 560, radius: 32, quietModules: 4 },
  countdown: { gap: 52, barHeight: 10, textGap: 24 },
  caption: { gap: 24 },
  steps: {
    x: 96,
    y: 318,
    bottom: 880,
    circle: 60,
    textX: 184,
    width: 1016,
    codeWidth: 1044,
    gap: 34,
  },
  codeTitle: { y: 186, width: 1140 },
  avatar: { side: 150, gap: 44 },
  accountsTitleY: 226,
  card: { width: 264, height: 330, avatar: 200, gap: 28, perRow: 6, y: 378 },
  footnoteY: 976,
  notice: { height: 60, padding: 28, dot: 16, minWidth: 700 },
} as const;

/** How a text is set. */
export interface TextStyle {
  size: number;
  weight: 400 | 600 | 700;
  /** Distance from one line to the next. */
  lineHeight: number;
  color: ColorName;
  face?: 'text' | 'code';
  letterSpacing?: number;
}

const { size } = theme;

/** Every way in which the app sets text. */
export const textStyle = {
  brand: { size: size.caption, weight: 600, lineHeight: 44, color: 'text' },
  welcome: { size: size.welcome, weight: 700, lineHeight: 108, color: 'text' },
  title: { size: size.title, weight: 700, lineHeight: 92, color: 'text' },
  lead: { size: size.lead, weight: 400, lineHeight: 56, color: 'textQuiet' },
  body: { size: size.body, weight: 400, lineHeight: 50, color: 'textQuiet' },
  step: { size: size.body, weight: 400, lineHeight: 50, color: 'text' },
  stepQuiet: { size: size.body, weight: 400, lineHeight: 54, color: 'textQuiet' },
  stepNumber: { size: size.caption, weight: 700, lineHeight: 60, color: 'text' },
  address: { size: size.address, weight: 700, lineHeight: 54, color: 'text' },
  detail: { size: size.caption, weight: 400, lineHeight: 44, color: 'textQuiet' },
  caption: { size: size.caption, weight: 400, lineHeight: 44, color: 'textQuiet' },
  footnote: { size: size.footnote, weight: 400, lineHeight: 40, color: 'textQuiet' },
  notice: { size: size.caption, weight: 600, lineHeight: 60, color: 'notice' },
  button: { size: size.button, weight: 600, lineHeight: 88, color: 'text' },
  buttonFocused: { size: size.button, weight: 600, lineHeight: 88, color: 'onLight' },
  initial: { size: size.initial, weight: 700, lineHeight: 150, color: 'text' },
  cardInitial: { size: 84, weight: 700, lineHeight: 200, color: 'text' },
  cardName: { size: size.body, weight: 600, lineHeight: 48, color: 'text' },
  cardDetail: { size: size.footnote, weight: 400, lineHeight: 38, color: 'textQuiet' },
  userCode: { size: size.userCode, weight: 700, lineHeight: 148, color: 'text', face: 'code' },
} as const satisfies Record<string, TextStyle>;

/** Rounds a measure to whole device pixels: what lies between two pixels is blurred. */
export const snap = (measure: number, precision: number): number =>
  Math.round(measure * precision) / precision;
