import { createMirror, type Mirror } from './accessibility';
import { loadFonts } from './fonts';
import type { ScreenDescription } from './screen-description';
import type { ScreenType } from './screens/Screen';
import { openStage, type StageHandle } from './stage';
import { trustLoadedFonts } from './text-renderer';

/** The picture and its mirror in the DOM, through every loss of the graphics context. */
export interface View {
  show(description: ScreenDescription): void;
  /** Brings the real focus back to the focused control, wherever it has gone. */
  regainFocus(): void;
}

export interface ViewListener {
  /** A pointer, a screen reader or automation pressed a control. */
  onPress(controlId: string): void;
  /** A pointer moved onto a control, or a screen reader gave it the real focus. */
  onHover(controlId: string): void;
}

/** Windows change size in bursts; a TV's does not change at all. */
const resizePauseMs = 150;
/** A lost context may take the GPU process with it: give it a moment before the next try. */
const reopenAfterMs = [50, 500, 2000];
/**
 * A context that lasted this long, or drew more than its first picture, was a good one: its loss
 * says nothing about the next.
 */
const goodAfterMs = 1000;

/**
 * Opens the view. All it needs to draw is the last description, so it can be torn down and opened
 * anew at any time.
 *
 * @param channelScreen draws the arrangement `channel`: the integrator's own content
 */
export async function openView(
  page: Window,
  channelScreen: ScreenType,
  listener: ViewListener,
): Promise<View> {
  const { document } = page;
  await loadFonts(document);
  trustLoadedFonts();
  let last: ScreenDescription | undefined;
  let stage: StageHandle | undefined;
  let mirror: Mirror | undefined;
  let losses = 0;
  let drawsWithWebGl = false;
  let resizing: number | undefined;

  function open(): void {
    stage?.close();
    stage = undefined;
    // A context that is lost again and again will not come back: draw without it.
    const canvas2d = losses > reopenAfterMs.length;
    const opened = openStage({
      width: page.innerWidth,
      height: page.innerHeight,
      channelScreen,
      canvas2d,
    });
    stage = opened;
    drawsWithWebGl = !canvas2d;
    let shownAtMs = 0;
    opened.onContextLost(() => {
      if (stage !== opened) return;
      drawsWithWebGl = false;
      if (page.performance.now() - shownAtMs > goodAfterMs) losses = 0;
      const pause = reopenAfterMs[Math.min(losses, reopenAfterMs.length - 1)];
      losses++;
      page.setTimeout(reopen, pause);
    });
    if (last !== undefined) opened.show(last);
    // A slow TV takes longer for the first picture than a bad context lasts.
    shownAtMs = page.performance.now();
  }

  function reopen(): void {
    try {
      open();
    } catch {
      losses = reopenAfterMs.length + 1;
      page.setTimeout(open, resizePauseMs);
    }
  }

  page.addEventListener('resize', () => {
    page.clearTimeout(resizing);
    resizing = page.setTimeout(reopen, resizePauseMs);
  });
  document.addEventListener('mousemove', (event) => {
    const controlId = stage?.controlAt(event.clientX, event.clientY);
    if (controlId !== undefined) listener.onHover(controlId);
  });
  // A press beside every control would take the focus away from the mirrored one.
  document.addEventListener('mousedown', (event) => event.preventDefault());
  document.addEventListener('click', (event) => {
    // A press of a mirrored button has already been heard; it has no place on the picture.
    if (event.detail === 0) return;
    const controlId = stage?.controlAt(event.clientX, event.clientY);
    if (controlId !== undefined) listener.onPress(controlId);
  });

  return {
    show(description) {
      last = description;
      if (stage === undefined) {
        open();
        const splash = document.getElementById('splash');
        splash?.parentNode?.removeChild(splash);
      } else {
        stage.show(description);
        if (drawsWithWebGl) losses = 0;
      }
      mirror ??= createMirror(document.body, {
        onPress: listener.onPress,
        onFocus: listener.onHover,
      });
      mirror.show(description);
    },
    regainFocus: () => mirror?.regainFocus(),
  };
}
