import type { Lightning } from '@lightningjs/sdk';
import type { TextStyle } from '../layout';
import { Component } from '../lightning';
import { cssColor } from '../theme';
import { filled, painting } from './paint';
import { textPatch } from './text';

export interface AvatarSpec extends Lightning.Component.TemplateSpec {
  Disc: object;
  Initial: object;
  Tick: object;
}

/** A person's initial in a circle, or a tick. */
export class Avatar
  extends Component<AvatarSpec>
  implements Lightning.Component.ImplementTemplateSpec<AvatarSpec>
{
  private readonly Disc = this.getByRef('Disc')!;
  private readonly Initial = this.getByRef('Initial')!;
  private readonly Tick = this.getByRef('Tick')!;

  static override _template(): Lightning.Component.Template<AvatarSpec> {
    return { Disc: {}, Initial: {}, Tick: { visible: false } };
  }

  /**
   * @param initial one letter, or `✓`
   * @param side diameter in layout pixels
   * @param style of the initial; its line height is the diameter
   */
  show(initial: string, side: number, style: TextStyle): void {
    const precision = this.stage.getRenderPrecision();
    const isTick = initial === '✓';
    this.Disc.patch({
      texture: filled(side, side, side / 2, isTick ? 'accent' : 'avatar', precision),
    });
    this.Initial.patch(
      textPatch(this.stage, [isTick ? '' : initial], style, {
        x: 0,
        y: 0,
        width: side,
        align: 'center',
      }),
    );
    this.Tick.patch({
      visible: isTick,
      // The fonts have no tick.
      texture: painting('tick', side, side, precision, (context) => {
        context.lineWidth = side * 0.09;
        context.lineCap = 'round';
        context.lineJoin = 'round';
        context.strokeStyle = cssColor('onLight');
        context.beginPath();
        context.moveTo(side * 0.3, side * 0.52);
        context.lineTo(side * 0.44, side * 0.66);
        context.lineTo(side * 0.71, side * 0.36);
        context.stroke();
      }),
    });
  }
}
