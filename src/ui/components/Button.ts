import type { Lightning } from '@lightningjs/sdk';
import { layout, snap, type TextStyle, textStyle } from '../layout';
import { Component } from '../lightning';
import type { Control } from '../screen-description';
import { edged, filled, outlined } from './paint';
import { textPatch } from './text';

export interface ButtonSpec extends Lightning.Component.TemplateSpec {
  Ring: object;
  Fill: object;
  Label: object;
}

/** What the viewer can press; focused it turns light and gets a ring. */
export class Button
  extends Component<ButtonSpec>
  implements Lightning.Component.ImplementTemplateSpec<ButtonSpec>
{
  private readonly Ring = this.getByRef('Ring')!;
  private readonly Fill = this.getByRef('Fill')!;
  private readonly Label = this.getByRef('Label')!;
  private focused = false;
  private style: TextStyle = textStyle.button;
  private label = '';

  /** Id of the control that this button shows. */
  controlId = '';

  static override _template(): Lightning.Component.Template<ButtonSpec> {
    return { Ring: { visible: false }, Fill: {}, Label: {} };
  }

  /**
   * @param control what to show
   * @param width whole width in layout pixels
   * @param style how to set the label
   */
  show(control: Control, width: number, style: TextStyle): void {
    this.controlId = control.id;
    this.label = control.label;
    this.style = style;
    this.w = width;
    this.h = layout.button.height;
    this.draw();
  }

  private draw(): void {
    const { radius, ring, ringGap } = layout.button;
    const precision = this.stage.getRenderPrecision();
    const { w, h } = this;
    const focused = this.focused;
    const outset = snap(ring + ringGap, precision);
    this.Ring.patch({
      visible: focused,
      x: -outset,
      y: -outset,
      texture: focused
        ? outlined(w + 2 * outset, h + 2 * outset, radius + outset, ring, 'accent', precision)
        : null,
    });
    this.Fill.patch({
      texture: focused
        ? filled(w, h, radius, 'buttonFillFocused', precision)
        : edged(w, h, radius, 'buttonFill', 'track', precision),
    });
    const style: TextStyle = focused ? { ...this.style, color: 'onLight' } : this.style;
    this.Label.patch(
      textPatch(this.stage, [this.label], style, { x: 0, y: 0, width: w, align: 'center' }),
    );
  }

  override _focus(): void {
    this.focused = true;
    this.draw();
  }

  override _unfocus(): void {
    this.focused = false;
    this.draw();
  }
}
