import type { Lightning } from '@lightningjs/sdk';
import { layout, safe, snap, textStyle } from '../layout';
import { Component } from '../lightning';
import { cssColor } from '../theme';
import { ellipsize } from '../typesetting';
import { painting, traceRounded } from './paint';
import { measureOn, textPatch } from './text';

export interface BrandSpec extends Lightning.Component.TemplateSpec {
  Mark: object;
  Name: object;
}

/** The channel's mark and name, in the same place on every screen. */
export class Brand
  extends Component<BrandSpec>
  implements Lightning.Component.ImplementTemplateSpec<BrandSpec>
{
  private readonly Mark = this.getByRef('Mark')!;
  private readonly Name = this.getByRef('Name')!;

  static override _template(): Lightning.Component.Template<BrandSpec> {
    return { Mark: {}, Name: {} };
  }

  /** @param width widest name in layout pixels */
  show(name: string, width: number): void {
    const { mark, gap, y } = layout.brand;
    const precision = this.stage.getRenderPrecision();
    this.Mark.patch({
      x: snap(safe.left, precision),
      y: snap(y, precision),
      texture: painting('mark', mark, mark, precision, (context) => {
        const gradient = context.createLinearGradient(0, 0, mark, mark);
        gradient.addColorStop(0, cssColor('accent'));
        gradient.addColorStop(1, cssColor('accentDeep'));
        traceRounded(context, 0, 0, mark, mark, mark / 4);
        context.fillStyle = gradient;
        context.fill();
      }),
    });
    const shown = ellipsize(name, textStyle.brand, width, measureOn(this.stage));
    this.Name.patch(
      textPatch(this.stage, [shown], textStyle.brand, { x: safe.left + mark + gap, y }),
    );
  }
}
