import { assertNever } from '../assert-never';
import type { Control, ScreenDescription } from './screen-description';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The control an arrow key leads to. People's cards stand in a row above the row of buttons.
 *
 * @returns undefined when there is none in that direction: focus stays
 */
export function moveFocus(
  description: ScreenDescription,
  direction: Direction,
): string | undefined {
  const { controls, focused } = description;
  const cards = controls.filter((control) => control.card !== undefined);
  const buttons = controls.filter((control) => control.card === undefined);
  const row = cards.some((control) => control.id === focused) ? cards : buttons;
  const index = row.findIndex((control) => control.id === focused);
  const other = (target: readonly Control[]) =>
    target === row ? undefined : target[Math.min(index, target.length - 1)]?.id;
  switch (direction) {
    case 'left':
      return row[index - 1]?.id;
    case 'right':
      return row[index + 1]?.id;
    case 'up':
      return other(cards);
    case 'down':
      return other(buttons);
    default:
      return assertNever(direction);
  }
}
