import type { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { Component } from '../lightning';
import type { Control } from '../screen-description';
import { ellipsize } from '../typesetting';
import { Avatar } from './Avatar';
import { outlined } from './paint';
import { measureOn, textPatch } from './text';

export interface PersonCardSpec extends Lightning.Component.TemplateSpec {
  Ring: object;
  Avatar: typeof Avatar;
  Name: object;
  Detail: object;
}

/** One person to choose: a circle with the initial, the name below. */
export class PersonCard
  extends Component<PersonCardSpec>
  implements Lightning.Component.ImplementTemplateSpec<PersonCardSpec>
{
  private readonly Ring = this.getByRef('Ring')!;
  private readonly Avatar = this.getByRef('Avatar')!;
  private readonly Name = this.getByRef('Name')!;
  private readonly Detail = this.getByRef('Detail')!;

  /** Id of the control that this card shows. */
  controlId = '';

  static override _template(): Lightning.Component.Template<PersonCardSpec> {
    return { Ring: { visible: false }, Avatar: { type: Avatar }, Name: {}, Detail: {} };
  }

  show(control: Control): void {
    const { width, height, avatar } = layout.card;
    const { ring, ringGap } = layout.button;
    const { stage } = this;
    const precision = stage.getRenderPrecision();
    const measure = measureOn(stage);
    this.controlId = control.id;
    this.w = width;
    this.h = height;
    const avatarX = snap((width - avatar) / 2, precision);
    const outset = snap(ring + ringGap, precision);
    const side = avatar + 2 * outset;
    this.Avatar.patch({ x: avatarX, y: outset });
    this.Avatar.show(control.card?.initial ?? '', avatar, textStyle.cardInitial);
    this.Ring.patch({
      x: avatarX - outset,
      y: 0,
      texture: outlined(side, side, side / 2, ring, 'accent', precision),
    });
    const centered = { x: 0, width, align: 'center' } as const;
    const nameY = side + 16;
    const name = ellipsize(control.label, textStyle.cardName, width, measure);
    this.Name.patch(textPatch(stage, [name], textStyle.cardName, { ...centered, y: nameY }));
    const detail = ellipsize(control.card?.detail ?? '', textStyle.cardDetail, width, measure);
    this.Detail.patch(
      textPatch(stage, [detail], textStyle.cardDetail, {
        ...centered,
        y: nameY + textStyle.cardName.lineHeight,
      }),
    );
  }

  override _focus(): void {
    this.Ring.visible = true;
  }

  override _unfocus(): void {
    this.Ring.visible = false;
  }
}
