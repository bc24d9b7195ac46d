import type { Lightning } from '@lightningjs/sdk';
import { CountdownBar } from '../components/CountdownBar';
import { QrCode } from '../components/QrCode';
import { Steps } from '../components/Steps';
import { measureOn, textPatch } from '../components/text';
import { layout, safe, snap, textStyle } from '../layout';
import type { ScreenDescription } from '../screen-description';
import { Screen, type ScreenSpec, screenParts } from './Screen';
import { setText, setTitle } from './text-block';

export interface CodeScreenSpec extends ScreenSpec {
  Steps: typeof Steps;
  Qr: typeof QrCode;
  Countdown: typeof CountdownBar;
}

/**
 * Steps on the left, the QR code on the right. While the code is on its way the plate already
 * stands in its place, so that nothing jumps when it comes. Also shows the help panel.
 */
export class CodeScreen
  extends Screen<CodeScreenSpec>
  implements Lightning.Component.ImplementTemplateSpec<CodeScreenSpec>
{
  private readonly Steps = this.getByRef('Steps')!;
  private readonly Qr = this.getByRef('Qr')!;
  private readonly Countdown = this.getByRef('Countdown')!;
  private shown = '';

  static override _template(): Lightning.Component.Template<CodeScreenSpec> {
    return {
      Steps: { type: Steps },
      Qr: { type: QrCode },
      Countdown: { type: CountdownBar },
      // Last, so that words stand on the plate.
      ...screenParts,
    };
  }

  override show(description: ScreenDescription): void {
    const { code } = description;
    this.Countdown.visible = code !== undefined;
    if (code !== undefined) this.Countdown.show(code.countdown, code.fractionLeft);
    // The rest is set only when it changes, not each second.
    const shown = JSON.stringify({
      ...description,
      code: code && { ...code, countdown: '', fractionLeft: 0 },
    });
    if (shown === this.shown) return;
    this.shown = shown;
    this.setTexts(description);
    this.Row.show(description.controls, description.focused, {
      x: safe.left,
      y: layout.button.rowY,
      width: layout.plate.x - safe.left,
    });
  }

  private setTexts(description: ScreenDescription): void {
    const { stage } = this;
    const { code, waiting } = description;
    const { plate, codeTitle, steps, caption, countdown } = layout;
    const measure = measureOn(stage);
    const precision = stage.getRenderPrecision();
    const title = setTitle(description.title, textStyle.title, codeTitle.width, measure);
    const texts = [textPatch(stage, title.lines, title.style, { x: safe.left, y: codeTitle.y })];
    const stepsTop = Math.max(steps.y, codeTitle.y + title.height + 30);
    const message =
      code?.message === undefined
        ? undefined
        : setText(code.message, textStyle.footnote, steps.width, measure, 2);
    const stepsBottom = steps.bottom - (message === undefined ? 0 : message.height + 12);
    const stepsEnd = this.Steps.show(description.steps, code, stepsTop, stepsBottom);

    this.Qr.patch({ x: snap(plate.x, precision), y: snap(plate.y, precision) });
    this.Qr.show(code?.qrText);
    let y = plate.y + plate.side;
    if (code?.qrCaption !== undefined) {
      const below = setText(code.qrCaption, textStyle.caption, plate.side, measure, 2);
      y += caption.gap;
      texts.push(
        textPatch(stage, below.lines, below.style, {
          x: plate.x,
          y,
          width: plate.side,
          align: 'center',
        }),
      );
      y += below.height - countdown.gap / 2;
    }
    this.Countdown.patch({ x: snap(plate.x, precision), y: snap(y + countdown.gap, precision) });
    if (waiting !== undefined) {
      const words = setText(waiting, textStyle.detail, plate.side - 96, measure, 5);
      texts.push(
        textPatch(stage, words.lines, words.style, {
          x: plate.x + 48,
          y: plate.y + (plate.side - words.height) / 2,
          width: plate.side - 96,
          align: 'center',
        }),
      );
    }
    // The server's own words come last and only if there is room: they repeat what the steps say.
    if (message !== undefined && stepsEnd <= stepsBottom + 8) {
      texts.push(
        textPatch(stage, message.lines, message.style, { x: steps.textX, y: stepsEnd + 12 }),
      );
    }
    this.Texts.children = texts;
  }
}
