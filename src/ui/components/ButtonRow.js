import { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { Button } from './Button';
import { measureOn } from './text';
const steps = [
    { padding: layout.button.padding, gap: layout.button.gap, size: textStyle.button.size },
    { padding: 34, gap: 28, size: textStyle.button.size },
    { padding: 28, gap: 24, size: 33 },
    { padding: 24, gap: 20, size: 30 },
];
/**
 * Places buttons side by side; a row that is too wide is set tighter, then smaller.
 *
 * @param labels the buttons' texts
 * @param width what the row may take
 */
export function fitRow(labels, width, measure) {
    let fit = { places: [], style: textStyle.button, width: 0 };
    for (const { padding, gap, size } of steps) {
        const style = { ...textStyle.button, size };
        let x = 0;
        const places = labels.map((label) => {
            const place = { x, width: Math.ceil(measure(label, style)) + 2 * padding };
            x += place.width + gap;
            return place;
        });
        fit = { places, style, width: x - gap };
        if (fit.width <= width)
            break;
    }
    return fit;
}
/** The row of buttons at the foot of a screen. */
export class ButtonRow extends Lightning.Component {
    /** Every button, from left to right. */
    get buttons() {
        return this.children;
    }
    /**
     * @param controls the buttons, from left to right
     * @param focused id of the focused control, in this row or elsewhere
     * @param place where the row stands and how wide it may be
     */
    show(controls, focused, place) {
        const precision = this.stage.getRenderPrecision();
        const fit = fitRow(controls.map((control) => control.label), place.width, measureOn(this.stage));
        const same = this.buttons.length === controls.length &&
            this.buttons.every((button, index) => button.controlId === controls[index]?.id);
        if (!same)
            this.children = controls.map(() => ({ type: Button }));
        this.patch({ x: snap(place.x, precision), y: snap(place.y, precision) });
        this.buttons.forEach((button, index) => {
            const control = controls[index];
            const { x, width } = fit.places[index] ?? { x: 0, width: 0 };
            if (control === undefined)
                return;
            button.patch({ x: snap(x, precision) });
            button.show(control, width, fit.style);
        });
        this.focusedId = focused;
    }
    _getFocused() {
        return this.buttons.find((button) => button.controlId === this.focusedId);
    }
}
