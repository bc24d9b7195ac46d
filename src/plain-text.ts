/**
 * Characters that draw nothing or move others: controls, Unicode's Default_Ignorable_Code_Point
 * and format characters (Cf) below U+10000, line separators and blanks that are no spaces.
 */
const invisible =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
/** The same above U+FFFF, and everything from plane 14 on: tags, selectors, private characters. */
const invisiblePairs =
  '\\ud804[\\udcbd\\udccd]|\\ud80d[\\udc30-\\udc3f]|\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd59\\udd73-\\udd7a]|[\\udb40-\\udbff][\\udc00-\\udfff]';
/** Private characters, what stands for broken ones, and halves of characters. */
const undrawable = '\\ud800-\\udfff\\ue000-\\uf8ff\\ufdd0-\\ufdef\\ufffc-\\uffff';

const hidden = new RegExp(
  `${invisiblePairs}|([\\ud800-\\udbff][\\udc00-\\udfff])|[${invisible}${undrawable}]`,
  'g',
);
const edges = new RegExp(`^[${invisible}]+|[${invisible}]+$`, 'g');
/** Marks that stand on the letter before, as a pattern. */
export const marks =
  '[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]';
/** The same, and those of Hebrew, Arabic, Thai and Lao. */
const stacking = `${marks.slice(0, -1)}\\u0591-\\u05bd\\u0610-\\u061a\\u064b-\\u065f\\u06d6-\\u06ed\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e\\u0eb1\\u0eb4-\\u0ebc\\u0ec8-\\u0ece]`;
/** More of them than any language writes would reach into other lines. */
const piledMarks = new RegExp(`(${stacking}{2})${stacking}+`, 'g');

const withoutHidden = (text: string, stead: string): string =>
  text.replace(hidden, (_found, pair?: string) => pair ?? stead);

/** Whether a text holds a character that cannot be seen or drawn. */
export const hasHidden = (text: string): boolean => withoutHidden(text, '') !== text;

/** Whether a text shows anything at all. */
export const hasVisible = (text: string): boolean => withoutHidden(text, '').trim() !== '';

/** A text without the invisible characters around it. */
export const withoutInvisibleEdges = (text: string): string => text.replace(edges, '');

/**
 * A server's text made safe to show: one line, without characters that hide or reorder others,
 * and not longer than `limit` characters.
 */
export function plainText(text: string, limit: number): string {
  const plain = withoutHidden(text.slice(0, limit * 4), ' ')
    .replace(piledMarks, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain.length <= limit) return plain;
  const cut = plain.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut.trim()}…`;
}

/** A text that can stand in quotation marks without seeming to end them. */
export const withoutQuotes = (text: string): string =>
  text
    .replace(
      /["\u00ab\u00bb\u201c-\u201f\u2033\u2036\u2039\u203a\u275b-\u275e\u300c-\u300f\u301d-\u301f\uff02]/g,
      "'",
    )
    .replace(/['`\u00b4\u2018\u2019\u2032\u2035\uff07]{2,}/g, "'");
