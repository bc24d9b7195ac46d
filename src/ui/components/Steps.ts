import type { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { Component } from '../lightning';
import type { CodeDescription, StepDescription } from '../screen-description';
import { fitSteps, heightOf, type StepBlock } from './fit-steps';
import { outlined } from './paint';
import { measureOn, textPatch } from './text';
import { UserCode } from './UserCode';

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
