import type { Lightning } from '@lightningjs/sdk';
import { PersonCard } from '../components/PersonCard';
import { measureOn, textPatch } from '../components/text';
import { layout, safe, screenWidth, snap, textStyle } from '../layout';
import type { Control, ScreenDescription } from '../screen-description';
import { type Pressable, Screen, type ScreenSpec, screenParts } from './Screen';
import { setTitle } from './text-block';

export interface AccountsScreenSpec extends ScreenSpec {
  Cards: object;
}

/** As many cards as fit, the focused one among them. */
function visibleCards(
  cards: readonly Control[],
  focused: string | undefined,
  perRow: number,
): readonly Control[] {
  const index = cards.findIndex((card) => card.id === focused);
  const first = Math.min(Math.max(0, index - perRow + 1), Math.max(0, cards.length - perRow));
  return cards.slice(first, first + perRow);
}

/** "Who's watching?": a card for each account. */
export class AccountsScreen
  extends Screen<AccountsScreenSpec>
  implements Lightning.Component.ImplementTemplateSpec<AccountsScreenSpec>
{
  private readonly Cards = this.getByRef('Cards')!;
  private focusedId: string | undefined;

  static override _template(): Lightning.Component.Template<AccountsScreenSpec> {
    return { ...screenParts, Cards: {} };
  }

  private get cards(): PersonCard[] {
    return this.Cards.children as PersonCard[];
  }

  override show(description: ScreenDescription): void {
    const { stage } = this;
    const precision = stage.getRenderPrecision();
    const { card, text } = layout;
    const { controls, focused } = description;
    const title = setTitle(description.title, textStyle.title, text.width, measureOn(stage));
    this.Texts.children = [
      textPatch(stage, title.lines, title.style, {
        x: safe.left,
        y: layout.accountsTitleY,
        width: safe.right - safe.left,
        align: 'center',
      }),
    ];
    const people = visibleCards(
      controls.filter((control) => control.card !== undefined),
      focused,
      card.perRow,
    );
    if (this.cards.length !== people.length) {
      this.Cards.children = people.map(() => ({ type: PersonCard }));
    }
    const cardsWidth = people.length * (card.width + card.gap) - card.gap;
    this.cards.forEach((element, index) => {
      const control = people[index];
      if (control === undefined) return;
      element.patch({
        x: snap((screenWidth - cardsWidth) / 2 + index * (card.width + card.gap), precision),
        y: snap(card.y, precision),
      });
      element.show(control);
    });
    this.focusedId = focused;
    this.Row.show(
      controls.filter((control) => control.card === undefined),
      focused,
      { x: safe.left, y: card.y + card.height + 24, width: safe.right - safe.left, centered: true },
    );
  }

  override get pressables(): readonly Pressable[] {
    return [...this.cards, ...this.Row.buttons];
  }

  override _getFocused(): Lightning.Component | undefined {
    return this.cards.find((card) => card.controlId === this.focusedId) ?? this.Row;
  }
}
