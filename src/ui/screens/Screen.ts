import type { Lightning } from '@lightningjs/sdk';
import type { Button } from '../components/Button';
import { ButtonRow } from '../components/ButtonRow';
import { Component } from '../lightning';
import type { ScreenDescription } from '../screen-description';

/** What can be pressed: the pointer finds it by its place, the focus by its id. */
export interface Pressable extends Lightning.Component {
  controlId: string;
}

export interface ScreenSpec extends Lightning.Component.TemplateSpec {
  Texts: object;
  Row: typeof ButtonRow;
}

/** One arrangement of a description. */
export abstract class Screen<Spec extends ScreenSpec = ScreenSpec> extends Component<Spec> {
  /** Every text that has no component of its own; set anew by `show`. */
  protected get Texts(): Lightning.Element {
    return this.tag('Texts' as never) as unknown as Lightning.Element;
  }

  protected get Row(): ButtonRow {
    return this.tag('Row' as never) as unknown as ButtonRow;
  }

  /** Draws a description of this screen's arrangement. */
  abstract show(description: ScreenDescription): void;

  /** Everything on the screen that can be pressed. */
  get pressables(): readonly Pressable[] {
    return this.Row.buttons as Button[];
  }

  override _getFocused(): Lightning.Component | undefined {
    return this.Row;
  }
}

/** A screen's class, as Lightning makes it. */
export type ScreenType = new (stage: Lightning.Stage) => Screen;

/** The parts that every screen's template has. */
export const screenParts = { Texts: {}, Row: { type: ButtonRow } } as const;
