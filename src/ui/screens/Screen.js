import { Lightning } from '@lightningjs/sdk';
import { ButtonRow } from '../components/ButtonRow';
/** One arrangement of a description. */
export class Screen extends Lightning.Component {
    /** Every text that has no component of its own; set anew by `show`. */
    get Texts() {
        return this.tag('Texts');
    }
    get Row() {
        return this.tag('Row');
    }
    /** Everything on the screen that can be pressed. */
    get pressables() {
        return this.Row.buttons;
    }
    _getFocused() {
        return this.Row;
    }
}
/** The parts that every screen's template has. */
export const screenParts = { Texts: {}, Row: { type: ButtonRow } };
