import type { Lightning } from '@lightningjs/sdk';
import { snap } from '../layout';
import { Component } from '../lightning';
import type { Control } from '../screen-description';
import { Button } from './Button';
import { fitRow } from './fit-row';
import { measureOn } from './text';

/** The row of buttons at the foot of a screen. */
export class ButtonRow extends Component {
  private focusedId: string | undefined;

  /** Every button, from left to right. */
  get buttons(): Button[] {
    return this.children as Button[];
  }

  /**
   * @param controls the buttons, from left to right
   * @param focused id of the focused control, in this row or elsewhere
   * @param place where the row stands and how wide it may be
   */
  show(
    controls: readonly Control[],
    focused: string | undefined,
    place: { x: number; y: number; width: number; centered?: boolean },
  ): void {
    const precision = this.stage.getRenderPrecision();
    const fit = fitRow(
      controls.map((control) => control.label),
      place.width,
      measureOn(this.stage),
    );
    const same =
      this.buttons.length === controls.length &&
      this.buttons.every((button, index) => button.controlId === controls[index]?.id);
    if (!same) this.children = controls.map(() => ({ type: Button }));
    const indent = place.centered ? (place.width - fit.width) / 2 : 0;
    this.patch({ x: snap(place.x + indent, precision), y: snap(place.y, precision) });
    this.buttons.forEach((button, index) => {
      const control = controls[index];
      const { x, width } = fit.places[index] ?? { x: 0, width: 0 };
      if (control === undefined) return;
      button.patch({ x: snap(x, precision) });
      button.show(control, width, fit.style);
    });
    this.focusedId = focused;
  }

  override _getFocused(): Lightning.Component | undefined {
    return this.buttons.find((button) => button.controlId === this.focusedId);
  }
}
