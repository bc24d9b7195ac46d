import { addressLines, cutMiddle, isHostWhole, type ShownAddress } from '../address';
import { layout, type TextStyle, textStyle } from '../layout';
import type { AddressPhrase, CodeDescription, StepDescription } from '../screen-description';
import { type Measure, setLines } from '../typesetting';
import { fitUserCode } from './fit-user-code';

/** One line of a step, or several lines of the same style. */
interface Piece {
  x: number;
  y: number;
  lines: readonly string[];
  style: TextStyle;
}

/** A step, set. */
export interface StepBlock {
  pieces: Piece[];
  /** Where the user code stands, below the step's texts. */
  codeY?: number;
  height: number;
}

/** Steps never stand closer. */
const tightGap = 8;
/** Longest address drawn, in characters; the middle of a longer path is left out. */
const addressLimit = 96;

/** Type sizes of an address on a line of its own sentence, and on lines of its own. */
const inlineSizes = [textStyle.address.size, 38, 34];
const ownLineSizes = [34, 28, 24, 20, 16];
const maxAddressLines = 4;
/** A host stands on one line rather than in a larger size than this. */
const smallestOneLine = 24;

const addressStyle = (size: number): TextStyle => ({
  ...textStyle.address,
  size,
  lineHeight: Math.round(size * 1.3),
});

/** One line of an address: the host in bold, by which the viewer tells it, and the rest in regular. */
function setAddressLine(
  line: ShownAddress,
  place: { x: number; y: number },
  bold: TextStyle,
  measure: Measure,
): { pieces: Piece[]; width: number } {
  const regular: TextStyle = { ...bold, weight: 400 };
  const host = line.text.slice(0, line.hostLength);
  const rest = line.text.slice(line.hostLength);
  const hostWidth = measure(host, bold);
  const pieces: Piece[] = [];
  if (host !== '') pieces.push({ ...place, lines: [host], style: bold });
  if (rest !== '') {
    pieces.push({ x: place.x + hostWidth, y: place.y, lines: [rest], style: regular });
  }
  return { pieces, width: hostWidth + measure(rest, regular) };
}

/** The lines of an address, with the host on one line where it can be, else broken after dots only. */
function fitAddress(address: ShownAddress, measure: Measure) {
  const { width } = layout.steps;
  const fits = ownLineSizes.map((size) => {
    const bold = addressStyle(size);
    const lines = addressLines(address, (text) => measure(text, bold) <= width);
    return { bold, lines };
  });
  const few = fits.filter(({ lines }) => lines.length <= maxAddressLines);
  return (
    few.find(
      ({ bold, lines: [first = ''] }) =>
        first.length >= address.hostLength && bold.size >= smallestOneLine,
    ) ??
    few.find(({ lines }) => isHostWhole(address, lines)) ??
    fits[fits.length - 1]
  );
}

/** `before`, the address and `after`: on one line if they fit, else below one another. */
function setPhrase(
  phrase: AddressPhrase,
  code: CodeDescription | undefined,
  top: number,
  measure: Measure,
): { pieces: Piece[]; height: number } {
  const { width } = layout.steps;
  const quiet = textStyle.stepQuiet;
  const shown = cutMiddle(
    { text: phrase.address, hostLength: code?.address.hostLength ?? phrase.address.length },
    addressLimit,
  );
  const beforeWidth = measure(phrase.before, quiet);
  const afterWidth = measure(phrase.after, quiet);
  for (const size of inlineSizes) {
    const bold: TextStyle = { ...textStyle.address, size };
    const line = setAddressLine(shown, { x: beforeWidth, y: top }, bold, measure);
    if (beforeWidth + line.width + afterWidth > width) continue;
    const afterX = beforeWidth + line.width;
    return {
      pieces: [
        { x: 0, y: top, lines: [phrase.before], style: quiet },
        ...line.pieces,
        { x: afterX, y: top, lines: [phrase.after], style: quiet },
      ],
      height: bold.lineHeight,
    };
  }
  const sentence = `${phrase.before.trim()} ${phrase.after.trim()}`.trim();
  const intro = sentence === '' ? [] : setLines(sentence, quiet, width, measure);
  const introHeight = intro.length * quiet.lineHeight;
  const fitted = fitAddress(shown, measure);
  const { lines = [], bold = textStyle.address } = fitted ?? {};
  const pieces: Piece[] = [{ x: 0, y: top, lines: intro, style: quiet }];
  let start = 0;
  lines.forEach((text, index) => {
    const hostLength = Math.max(0, Math.min(text.length, shown.hostLength - start));
    const y = top + introHeight + index * bold.lineHeight;
    pieces.push(...setAddressLine({ text, hostLength }, { x: 0, y }, bold, measure).pieces);
    start += text.length;
  });
  return { pieces, height: introHeight + lines.length * bold.lineHeight };
}

function setStep(
  step: StepDescription,
  code: CodeDescription | undefined,
  measure: Measure,
  largestCode: number,
): StepBlock {
  const { width, codeWidth } = layout.steps;
  const pieces: Piece[] = [];
  let y = (layout.steps.circle - textStyle.step.lineHeight) / 2;
  const add = (text: string | undefined, style: TextStyle) => {
    if (text === undefined) return;
    const lines = setLines(text, style, width, measure);
    pieces.push({ x: 0, y, lines, style });
    y += lines.length * style.lineHeight;
  };
  add(step.text, textStyle.step);
  if (step.address !== undefined) {
    const phrase = setPhrase(step.address, code, y, measure);
    pieces.push(...phrase.pieces);
    y += phrase.height;
  }
  add(step.detail, textStyle.detail);
  const block: StepBlock = { pieces, height: y };
  if (step.showsCode && code !== undefined) {
    block.codeY = y + 8;
    block.height = block.codeY + fitUserCode(code.groups, codeWidth, measure, largestCode).height;
  }
  return block;
}

/** Height that a step takes. */
export const heightOf = (block: StepBlock) => Math.max(block.height, layout.steps.circle);

/** The steps as they fit into a height, the largest size of the code, and the space between. */
export function fitSteps(
  steps: readonly StepDescription[],
  code: CodeDescription | undefined,
  height: number,
  measure: Measure,
): { blocks: readonly StepBlock[]; largestCode: number; between: number } {
  const spaceIn = (blocks: readonly StepBlock[]) =>
    (height - blocks.reduce((sum, block) => sum + heightOf(block), 0)) /
    Math.max(1, blocks.length - 1);
  // Four steps and a code are a lot for one screen: the code gives way a little.
  let largestCode = steps.length > 3 ? 96 : textStyle.userCode.size;
  const set = () => steps.map((step) => setStep(step, code, measure, largestCode));
  let blocks = set();
  // A very long address takes room: the code gives way further, and nothing is left out, least of all
  // the warning below the last step.
  for (const smaller of [72, 56]) {
    if (spaceIn(blocks) >= tightGap) break;
    largestCode = smaller;
    blocks = set();
  }
  const between = Math.max(tightGap, Math.min(layout.steps.gap, spaceIn(blocks)));
  return { blocks, largestCode, between };
}
