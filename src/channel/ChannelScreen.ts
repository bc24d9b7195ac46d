import type { Lightning } from '@lightningjs/sdk';
import { measureOn, textPatch } from '../ui/components/text';
import { layout, safe, textStyle } from '../ui/layout';
import type { ScreenDescription } from '../ui/screen-description';
import { Screen, type ScreenSpec, screenParts } from '../ui/screens/Screen';
import { setText, setTitle } from '../ui/screens/text-block';

const top = 226;

/** Draws the app's own content: put your Lightning components here. */
export class ChannelScreen
  extends Screen
  implements Lightning.Component.ImplementTemplateSpec<ScreenSpec>
{
  static override _template(): Lightning.Component.Template<ScreenSpec> {
    return { ...screenParts };
  }

  override show({ title, body, controls, focused }: ScreenDescription): void {
    const { stage } = this;
    const measure = measureOn(stage);
    const { text, button } = layout;
    const x = safe.left;
    const heading = setTitle(title, textStyle.title, text.width, measure);
    const texts = [textPatch(stage, heading.lines, heading.style, { x, y: top })];
    let y = top + heading.height + text.titleGap;
    for (const line of body) {
      const paragraph = setText(line, textStyle.lead, text.bodyWidth, measure, 3);
      texts.push(textPatch(stage, paragraph.lines, paragraph.style, { x, y }));
      y += paragraph.height + text.paragraphGap;
    }
    this.Texts.children = texts;
    this.Row.show(controls, focused, { x, y: button.rowY, width: safe.right - safe.left });
  }
}
