import { Lightning } from '@lightningjs/sdk';
import { cssColor, filled, painting } from './paint';
import { textPatch } from './text';
/** A person's initial in a circle, or a tick. */
export class Avatar extends Lightning.Component {
    constructor() {
        super(...arguments);
        this.Disc = this.getByRef('Disc');
        this.Initial = this.getByRef('Initial');
        this.Tick = this.getByRef('Tick');
    }
    static _template() {
        return { Disc: {}, Initial: {}, Tick: { visible: false } };
    }
    /**
     * @param initial one letter, or `✓`
     * @param side diameter in layout pixels
     * @param style of the initial; its line height is the diameter
     */
    show(initial, side, style) {
        const precision = this.stage.getRenderPrecision();
        const isTick = initial === '✓';
        this.Disc.patch({
            texture: filled(side, side, side / 2, isTick ? 'accent' : 'avatar', precision),
        });
        this.Initial.patch(textPatch(this.stage, [isTick ? '' : initial], style, {
            x: 0,
            y: 0,
            width: side,
            align: 'center',
        }));
        this.Tick.patch({
            visible: isTick,
            // The fonts have no tick.
            texture: painting('tick', side, side, precision, (context) => {
                context.lineWidth = side * 0.09;
                context.lineCap = 'round';
                context.lineJoin = 'round';
                context.strokeStyle = cssColor('onLight');
                context.beginPath();
                context.moveTo(side * 0.3, side * 0.52);
                context.lineTo(side * 0.44, side * 0.66);
                context.lineTo(side * 0.71, side * 0.36);
                context.stroke();
            }),
        });
    }
}
