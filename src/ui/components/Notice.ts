import type { Lightning } from '@lightningjs/sdk';
import { layout, safe, snap, textStyle } from '../layout';
import { Component } from '../lightning';
import { filled } from './paint';
import { measureOn, textPatch } from './text';

export interface NoticeSpec extends Lightning.Component.TemplateSpec {
  Pill: object;
  Dot: object;
  Label: object;
}

/** What does not work at the moment, in the upper right corner of any screen. */
export class Notice
  extends Component<NoticeSpec>
  implements Lightning.Component.ImplementTemplateSpec<NoticeSpec>
{
  private readonly Pill = this.getByRef('Pill')!;
  private readonly Dot = this.getByRef('Dot')!;
  private readonly Label = this.getByRef('Label')!;

  static override _template(): Lightning.Component.Template<NoticeSpec> {
    return { Pill: {}, Dot: {}, Label: {} };
  }

  /** @returns the width that the notice takes, in layout pixels */
  show(notice: string | undefined): number {
    this.visible = notice !== undefined;
    if (notice === undefined) return 0;
    const { height, padding, dot } = layout.notice;
    const { mark, y } = layout.brand;
    const precision = this.stage.getRenderPrecision();
    const textX = padding + dot + 16;
    const width = snap(
      textX + measureOn(this.stage)(notice, textStyle.notice) + padding,
      precision,
    );
    this.patch({
      x: snap(safe.right - width, precision),
      y: snap(y + mark / 2 - height / 2, precision),
    });
    this.Pill.patch({ texture: filled(width, height, height / 2, 'buttonFill', precision) });
    this.Dot.patch({
      x: snap(padding, precision),
      y: snap((height - dot) / 2, precision),
      texture: filled(dot, dot, dot / 2, 'notice', precision),
    });
    this.Label.patch(textPatch(this.stage, [notice], textStyle.notice, { x: textX, y: 0 }));
    return width;
  }
}
