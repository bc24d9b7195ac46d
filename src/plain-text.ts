/**
 * Characters that draw nothing or move others: controls, Unicode's Default_Ignorable_Code_Point
 * below U+10000, line separators and blanks that are no spaces.
 */
const invisible =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
/** The same above U+FFFF, and everything from plane 14 on: tags, selectors, private characters. */
const invisiblePairs =
  '\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd59\\udd73-\\udd7a]|[\\udb40-\\udbff][\\udc00-\\udfff]';
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
/** More of them than any language writes would reach into other lines. */
const piledMarks = new RegExp(`(${marks}{2})${marks}+`, 'g');

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
  text.replace(/["\u00ab\u00bb\u201c-\u201f\u300c-\u300f\uff02]/g, "'");
