import type { Lightning } from '@lightningjs/sdk';
import { addressLines, cutMiddle } from '../address';
import { layout, snap, type TextStyle, textStyle } from '../layout';
import { Component } from '../lightning';
import type { AddressPhrase, CodeDescription, StepDescription } from '../screen-description';
import { type Measure, setLines } from '../typesetting';
import { fitUserCode } from './fit-user-code';
import { outlined } from './paint';
import { measureOn, textPatch } from './text';
import { UserCode } from './UserCode';

/** One line of a step, or several lines of the same style. */
interface Piece {
  x: number;
  y: number;
  lines: readonly string[];
  style: TextStyle;
}

interface StepBlock {
  pieces: Piece[];
  /** Where the user code stands, below the step's texts. */
  codeY?: number;
  height: number;
}

/** Steps never stand closer. */
const tightGap = 8;
/** Longest address drawn, in characters; the middle of a longer path is left out. */
const addressLimit = 96;

/** `before`, the address in bold and `after`: on one line if they fit, else below one another. */
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
  for (const size of [textStyle.address.size, 38, 34]) {
    const bold: TextStyle = { ...textStyle.address, size };
    const addressWidth = measure(shown.text, bold);
    if (beforeWidth + addressWidth + afterWidth > width) continue;
    return {
      pieces: [
        { x: 0, y: top, lines: [phrase.before], style: quiet },
        { x: beforeWidth, y: top, lines: [shown.text], style: bold },
        { x: beforeWidth + addressWidth, y: top, lines: [phrase.after], style: quiet },
      ],
      height: bold.lineHeight,
    };
  }
  const bold: TextStyle = { ...textStyle.address, size: 34, lineHeight: 44 };
  const sentence = `${phrase.before.trim()} ${phrase.after.trim()}`.trim();
  const intro = sentence === '' ? [] : setLines(sentence, quiet, width, measure);
  const address = addressLines(shown, (text) => measure(text, bold) <= width);
  const addressTop = top + intro.length * quiet.lineHeight;
  return {
    pieces: [
      { x: 0, y: top, lines: intro, style: quiet },
      { x: 0, y: addressTop, lines: address, style: bold },
    ],
    height: intro.length * quiet.lineHeight + address.length * bold.lineHeight,
  };
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

const heightOf = (block: StepBlock) => Math.max(block.height, layout.steps.circle);

/** The steps as they fit into a height, the largest size of the code, and the space between. */
function fitSteps(
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
  const set = (kept: readonly StepDescription[]) =>
    kept.map((step) => setStep(step, code, measure, largestCode));
  let blocks = set(steps);
  // A very long address takes room: the code gives way further, and then the asides go, which are
  // shown as long as there is room for them.
  if (spaceIn(blocks) < tightGap) {
    largestCode = 72;
    blocks = set(steps);
  }
  if (spaceIn(blocks) < tightGap) blocks = set(steps.map(({ detail: _left, ...step }) => step));
  const between = Math.max(tightGap, Math.min(layout.steps.gap, spaceIn(blocks)));
  return { blocks, largestCode, between };
}

/** A step's number in its circle, and its texts. */
function stepPatches(stage: Lightning.Stage, block: StepBlock, number: number, y: number) {
  const { x, circle, textX } = layout.steps;
  const precision = stage.getRenderPrecision();
  const texture = outlined(circle, circle, circle / 2, 3, 'accent', precision);
  const place = { x, y, width: circle, align: 'center' } as const;
  return [
    { x: snap(x, precision), y, texture },
    textPatch(stage, [String(number)], textStyle.stepNumber, place),
    ...block.pieces.map((piece) =>
      textPatch(stage, piece.lines, piece.style, { x: textX + piece.x, y: y + piece.y }),
    ),
  ];
}

/** The numbered steps, with the user code below the step that needs it. */
export class Steps extends Component {
  /**
   * @param bottom the steps move closer together rather than reach below it
   * @returns y below the last step
   */
  show(
    steps: readonly StepDescription[],
    code: CodeDescription | undefined,
    top: number,
    bottom: number,
  ): number {
    const { textX, codeWidth } = layout.steps;
    const { stage } = this;
    const precision = stage.getRenderPrecision();
    const fitted = fitSteps(steps, code, bottom - top, measureOn(stage));
    const children: object[] = [];
    let y = top;
    let codePlace: { x: number; y: number; width: number } | undefined;
    fitted.blocks.forEach((block, index) => {
      const blockY = snap(y, precision);
      children.push(...stepPatches(stage, block, index + 1, blockY));
      if (block.codeY !== undefined)
        codePlace = { x: textX, y: blockY + block.codeY, width: codeWidth };
      y += heightOf(block) + fitted.between;
    });
    if (codePlace !== undefined) children.push({ type: UserCode });
    this.children = children;
    const last = this.children[this.children.length - 1];
    if (code !== undefined && codePlace !== undefined && last instanceof UserCode) {
      last.show(code.groups, codePlace, fitted.largestCode);
    }
    return y - fitted.between;
  }
}
