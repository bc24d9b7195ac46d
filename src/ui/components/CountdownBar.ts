import type { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { Component } from '../lightning';
import { theme } from '../theme';
import { filled } from './paint';
import { measureOn, textPatch } from './text';

export interface CountdownBarSpec extends Lightning.Component.TemplateSpec {
  Track: object;
  Start: object;
  Left: object;
  End: object;
  Time: object;
}

/** How long the code is still good for: a bar and the time in digits. */
export class CountdownBar
  extends Component<CountdownBarSpec>
  implements Lightning.Component.ImplementTemplateSpec<CountdownBarSpec>
{
  private readonly Track = this.getByRef('Track')!;
  private readonly Start = this.getByRef('Start')!;
  private readonly Left = this.getByRef('Left')!;
  private readonly End = this.getByRef('End')!;
  private readonly Time = this.getByRef('Time')!;
  private barWidth = 0;

  static override _template(): Lightning.Component.Template<CountdownBarSpec> {
    return { Track: {}, Start: {}, Left: { rect: true }, End: {}, Time: {} };
  }

  /**
   * @param time e.g. `9:42 left`
   * @param fraction of the lifetime that is left, from 1 to 0
   */
  show(time: string, fraction: number): void {
    const { barHeight, textGap } = layout.countdown;
    const { side } = layout.plate;
    const precision = this.stage.getRenderPrecision();
    const timeWidth = Math.ceil(measureOn(this.stage)(time, textStyle.caption));
    // The bar keeps its length while digits of different widths go by.
    const room = side - timeWidth - textGap;
    if (this.barWidth === 0 || room < this.barWidth || room > this.barWidth + 48) {
      this.barWidth = snap(room - 12, precision);
    }
    const bar = this.barWidth;
    const left = snap(Math.max(barHeight, bar * fraction), precision);
    const visible = fraction > 0;
    this.Track.patch({ texture: filled(bar, barHeight, barHeight / 2, 'track', precision) });
    // Two round ends and a rectangle between: shrinking them needs no new texture each second.
    const end = filled(barHeight, barHeight, barHeight / 2, 'accent', precision);
    this.Start.patch({ visible, texture: end });
    this.End.patch({ visible, texture: end, x: left - barHeight });
    this.Left.patch({
      visible,
      x: snap(barHeight / 2, precision),
      w: left - barHeight,
      h: barHeight,
      color: theme.color.accent,
    });
    const { lineHeight } = textStyle.caption;
    this.Time.patch(
      textPatch(this.stage, [time], textStyle.caption, {
        x: 0,
        y: barHeight / 2 - lineHeight / 2,
        width: side,
        align: 'right',
      }),
    );
  }
}
