import type { Lightning } from '@lightningjs/sdk';
import { Avatar } from '../components/Avatar';
import { measureOn, textPatch } from '../components/text';
import { layout, safe, snap, textStyle } from '../layout';
import type { ScreenDescription } from '../screen-description';
import { Screen, type ScreenSpec, screenParts } from './Screen';
import { setText, setTitle, stackHeight } from './text-block';

export interface ProfileScreenSpec extends ScreenSpec {
  Avatar: typeof Avatar;
}

/** An avatar or a tick beside the texts. */
export class ProfileScreen
  extends Screen<ProfileScreenSpec>
  implements Lightning.Component.ImplementTemplateSpec<ProfileScreenSpec>
{
  private readonly Avatar = this.getByRef('Avatar')!;

  static override _template(): Lightning.Component.Template<ProfileScreenSpec> {
    return { ...screenParts, Avatar: { type: Avatar } };
  }

  override show(description: ScreenDescription): void {
    const { stage } = this;
    const measure = measureOn(stage);
    const precision = stage.getRenderPrecision();
    const { avatar, text, button, blockMiddle } = layout;
    const x = safe.left + avatar.side + avatar.gap;
    const width = safe.right - x;
    const title = setTitle(description.title, textStyle.title, width, measure);
    const firstSmall = description.body.length - (description.smallLines ?? 0);
    const body = description.body.map((line, index) =>
      index >= firstSmall
        ? setText(line, textStyle.footnote, width, measure, 2)
        : setText(line, textStyle.body, width, measure, 3),
    );
    const wordsHeight = title.height + (body.length === 0 ? 0 : 4 + stackHeight(body, 0));
    const blockHeight = Math.max(avatar.side, wordsHeight);
    const top = blockMiddle - (blockHeight + text.buttonGap + 16 + button.height) / 2;
    let y = top + (blockHeight - wordsHeight) / 2;
    const texts = [textPatch(stage, title.lines, title.style, { x, y })];
    y += title.height + 4;
    for (const line of body) {
      texts.push(textPatch(stage, line.lines, line.style, { x, y }));
      y += line.height;
    }
    this.Texts.children = texts;
    this.Avatar.patch({
      x: snap(safe.left, precision),
      y: snap(top + (blockHeight - avatar.side) / 2, precision),
    });
    this.Avatar.show(description.avatar ?? '', avatar.side, textStyle.initial);
    this.Row.show(description.controls, description.focused, {
      x: safe.left,
      y: top + blockHeight + text.buttonGap + 16,
      width: safe.right - safe.left,
    });
  }
}
