import type { Lightning } from '@lightningjs/sdk';
import { measureOn, textPatch } from '../components/text';
import { layout, safe, textStyle } from '../layout';
import type { ScreenDescription } from '../screen-description';
import { Screen, type ScreenSpec, screenParts } from './Screen';
import { setText, setTitle, stackHeight } from './text-block';

/** A title, a few sentences and buttons: everything that says one thing. */
export class MessageScreen
  extends Screen
  implements Lightning.Component.ImplementTemplateSpec<ScreenSpec>
{
  static override _template(): Lightning.Component.Template<ScreenSpec> {
    return { ...screenParts };
  }

  override show(description: ScreenDescription): void {
    const { stage } = this;
    const measure = measureOn(stage);
    const { text, button, blockMiddle } = layout;
    const gap = description.arrangement === 'welcome' ? 0 : text.paragraphGap;
    const titleStyle = description.arrangement === 'welcome' ? textStyle.welcome : textStyle.title;
    const title = setTitle(description.title, titleStyle, text.width, measure);
    const room = layout.footnoteY - 160 - title.height - button.height - text.buttonGap;
    const firstSmall = description.body.length - (description.smallLines ?? 0);
    const bodies = [textStyle.lead, textStyle.detail, textStyle.footnote].map((style) =>
      description.body.map((line, index) =>
        index >= firstSmall
          ? setText(line, textStyle.footnote, text.bodyWidth, measure, 3)
          : setText(line, style, style === textStyle.lead ? text.bodyWidth : text.width, measure),
      ),
    );
    const body = bodies.find((texts) => stackHeight(texts, gap) <= room) ?? bodies[2] ?? [];
    const bodyHeight = body.length === 0 ? 0 : text.titleGap + stackHeight(body, gap);
    const height = title.height + bodyHeight + text.buttonGap + button.height;
    let y = Math.max(160, blockMiddle - height / 2);
    const x = safe.left;
    const texts = [textPatch(stage, title.lines, title.style, { x, y })];
    y += title.height + (body.length === 0 ? 0 : text.titleGap);
    for (const paragraph of body) {
      texts.push(textPatch(stage, paragraph.lines, paragraph.style, { x, y }));
      y += paragraph.height + gap;
    }
    y += text.buttonGap - (body.length === 0 ? 0 : gap);
    if (description.footnote !== undefined) {
      const footnote = textStyle.footnote;
      texts.push(textPatch(stage, [description.footnote], footnote, { x, y: layout.footnoteY }));
    }
    this.Texts.children = texts;
    this.Row.show(description.controls, description.focused, {
      x,
      y,
      width: safe.right - safe.left,
    });
  }
}
