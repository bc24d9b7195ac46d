import { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { filled, outlined } from './paint';
import { textPatch } from './text';
/** What the viewer can press; focused it turns light and gets a ring. */
export class Button extends Lightning.Component {
    constructor() {
        super(...arguments);
        this.Ring = this.getByRef('Ring');
        this.Fill = this.getByRef('Fill');
        this.Label = this.getByRef('Label');
        this.focused = false;
        this.style = textStyle.button;
        this.label = '';
        /** Id of the control that this button shows. */
        this.controlId = '';
    }
    static _template() {
        return { Ring: { visible: false }, Fill: {}, Label: {} };
    }
    /**
     * @param control what to show
     * @param width whole width in layout pixels
     * @param style how to set the label
     */
    show(control, width, style) {
        this.controlId = control.id;
        this.label = control.label;
        this.style = style;
        this.w = width;
        this.h = layout.button.height;
        this.draw();
    }
    draw() {
        const { radius, ring, ringGap } = layout.button;
        const precision = this.stage.getRenderPrecision();
        const { w, h, focused } = this;
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
            texture: filled(w, h, radius, focused ? 'buttonFillFocused' : 'buttonFill', precision),
        });
        const style = focused ? { ...this.style, color: 'onLight' } : this.style;
        this.Label.patch(textPatch(this.stage, [this.label], style, { x: 0, y: 0, width: w, align: 'center' }));
    }
    _focus() {
        this.focused = true;
        this.draw();
    }
    _unfocus() {
        this.focused = false;
        this.draw();
    }
}
