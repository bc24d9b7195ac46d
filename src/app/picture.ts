import type { Clock } from '../oauth/clock';
import { describe, nextChangeMs } from '../ui/describe';
import type { ScreenDescription } from '../ui/screen-description';
import type { View } from '../ui/view';
import type { ViewModel } from '../ui/view-model';

/** What is on the screen, kept up to date. */
export interface Picture {
  /** Gives the picture a view to be shown in. */
  showIn(view: View): void;
  /** Shows what the model says now. */
  refresh(): void;
  /** What was shown last; undefined before the first picture. */
  shown(): ScreenDescription | undefined;
  /** @see View.regainFocus */
  regainFocus(): void;
}

/** Two changes never come closer than this. */
const minDelayMs = 10;

/**
 * Nothing is drawn unless something changed; a timer stands ready for the next change.
 *
 * @param model what to show now; undefined while the TV shows something else
 */
export function createPicture(clock: Clock, model: () => ViewModel | undefined): Picture {
  let view: View | undefined;
  let shown: ScreenDescription | undefined;
  let cancelNextChange: () => void = () => undefined;

  function refresh(): void {
    cancelNextChange();
    cancelNextChange = () => undefined;
    const now = view === undefined ? undefined : model();
    if (view === undefined || now === undefined) return;
    shown = describe(now);
    view.show(shown);
    const changesAtMs = nextChangeMs(now);
    if (changesAtMs === undefined) return;
    const delayMs = Math.max(minDelayMs, changesAtMs - clock.monotonicMs());
    cancelNextChange = clock.setTimer(delayMs, refresh);
  }

  return {
    showIn(opened) {
      view = opened;
      refresh();
    },
    refresh,
    shown: () => shown,
    regainFocus: () => view?.regainFocus(),
  };
}
