import { PersonCard } from '../components/PersonCard';
import { measureOn, textPatch } from '../components/text';
import { layout, safe, snap, textStyle } from '../layout';
import { Screen, screenParts } from './Screen';
import { setTitle } from './text-block';
/** The cards to show of many: as many as fit, the focused one among them. */
export function visibleCards(cards, focused, perRow) {
    const index = cards.findIndex((card) => card.id === focused);
    const first = Math.min(Math.max(0, index - perRow + 1), Math.max(0, cards.length - perRow));
    return cards.slice(first, first + perRow);
}
/** "Who's watching?": everyone this TV knows. */
export class AccountsScreen extends Screen {
    constructor() {
        super(...arguments);
        this.Cards = this.getByRef('Cards');
    }
    static _template() {
        return { ...screenParts, Cards: {} };
    }
    get cards() {
        return this.Cards.children;
    }
    show(description) {
        const { stage } = this;
        const precision = stage.getRenderPrecision();
        const { card, text } = layout;
        const { controls, focused } = description;
        const title = setTitle(description.title, textStyle.title, text.width, measureOn(stage));
        this.Texts.children = [
            textPatch(stage, title.lines, title.style, { x: safe.left, y: layout.codeTitle.y + 40 }),
        ];
        const people = visibleCards(controls.filter((control) => control.card !== undefined), focused, card.perRow);
        if (this.cards.length !== people.length) {
            this.Cards.children = people.map(() => ({ type: PersonCard }));
        }
        // The first circle, not the wider card, is flush with the title.
        const indent = (card.width - card.avatar) / 2;
        this.cards.forEach((element, index) => {
            const control = people[index];
            if (control === undefined)
                return;
            element.patch({
                x: snap(safe.left - indent + index * (card.width + card.gap), precision),
                y: snap(card.y, precision),
            });
            element.show(control);
        });
        this.focusedId = focused;
        this.Row.show(controls.filter((control) => control.card === undefined), focused, { x: safe.left, y: card.y + card.height + 24, width: safe.right - safe.left });
    }
    get pressables() {
        return [...this.cards, ...this.Row.buttons];
    }
    _getFocused() {
        return this.cards.find((card) => card.controlId === this.focusedId) ?? this.Row;
    }
}
