import { Lightning } from '@lightningjs/sdk';
import { layout, safe, snap, textStyle } from '../layout';
import { filled } from './paint';
import { measureOn, textPatch } from './text';
/** What does not work at the moment, in the upper right corner of any screen. */
export class Notice extends Lightning.Component {
    constructor() {
        super(...arguments);
        this.Pill = this.getByRef('Pill');
        this.Dot = this.getByRef('Dot');
        this.Label = this.getByRef('Label');
    }
    static _template() {
        return { Pill: {}, Dot: {}, Label: {} };
    }
    show(notice) {
        this.visible = notice !== undefined;
        if (notice === undefined)
            return;
        const { height, padding, dot } = layout.notice;
        const { mark, y } = layout.brand;
        const precision = this.stage.getRenderPrecision();
        const textX = padding + dot + 16;
        const width = snap(textX + measureOn(this.stage)(notice, textStyle.notice) + padding, precision);
        this.patch({
            x: snap(safe.right - width, precision),
            y: snap(y + mark / 2 - height / 2, precision),
        });
        this.Pill.patch({ texture: filled(width, height, height / 2, 'buttonFill', precision) });
        this.Dot.patch({
            x: snap(padding, precision),
            y: snap((height - dot) / 2, precision),
            texture: filled(dot, dot, dot / 2, 'notice', precision),
        });
        this.Label.patch(textPatch(this.stage, [notice], textStyle.notice, { x: textX, y: 0 }));
    }
}
