import { Lightning } from '@lightningjs/sdk';
import { layout, snap, textStyle } from '../layout';
import { ellipsize } from '../typesetting';
import { Avatar } from './Avatar';
import { outlined } from './paint';
import { measureOn, textPatch } from './text';
/** One person to choose: a circle with the initial, the name below. */
export class PersonCard extends Lightning.Component {
    constructor() {
        super(...arguments);
        this.Ring = this.getByRef('Ring');
        this.Avatar = this.getByRef('Avatar');
        this.Name = this.getByRef('Name');
        this.Detail = this.getByRef('Detail');
        /** Id of the control that this card shows. */
        this.controlId = '';
    }
    static _template() {
        return { Ring: { visible: false }, Avatar: { type: Avatar }, Name: {}, Detail: {} };
    }
    show(control) {
        const { width, height, avatar } = layout.card;
        const { ring, ringGap } = layout.button;
        const { stage } = this;
        const precision = stage.getRenderPrecision();
        const measure = measureOn(stage);
        this.controlId = control.id;
        this.w = width;
        this.h = height;
        const avatarX = snap((width - avatar) / 2, precision);
        const outset = snap(ring + ringGap, precision);
        const side = avatar + 2 * outset;
        this.Avatar.patch({ x: avatarX, y: outset });
        this.Avatar.show(control.card?.initial ?? '', avatar, textStyle.cardInitial);
        this.Ring.patch({
            x: avatarX - outset,
            y: 0,
            texture: outlined(side, side, side / 2, ring, 'accent', precision),
        });
        const centred = { x: 0, width, align: 'center' };
        const nameY = side + 16;
        const name = ellipsize(control.label, textStyle.cardName, width, measure);
        this.Name.patch(textPatch(stage, [name], textStyle.cardName, { ...centred, y: nameY }));
        const detail = ellipsize(control.card?.detail ?? '', textStyle.cardDetail, width, measure);
        this.Detail.patch(textPatch(stage, [detail], textStyle.cardDetail, {
            ...centred,
            y: nameY + textStyle.cardName.lineHeight,
        }));
    }
    _focus() {
        this.Ring.visible = true;
    }
    _unfocus() {
        this.Ring.visible = false;
    }
}
