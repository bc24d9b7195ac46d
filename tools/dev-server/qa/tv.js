/* The TV: the app in a frame, scaled to fit, and what its mirror says. */

import { element } from './element.js';

/** Shows a frame of a TV's size within a box, as large as fits. */
function showWithin(frame, box, { width, height }) {
  const scale = Math.min(box.clientWidth / width, box.clientHeight / height);
  Object.assign(frame.style, {
    width: `${width}px`,
    height: `${height}px`,
    transform: `translate(-50%, -50%) scale(${scale})`,
  });
  return { width: width * scale, height: height * scale };
}

/** Reads what the app says of itself to screen readers and automation. */
function readMirror(page) {
  const screen = page?.getElementById('screen');
  if (screen == null) return { screen: undefined };
  const text = (name) => screen.querySelector(`[data-${name}]`)?.textContent ?? undefined;
  return {
    screen: screen.dataset.screen,
    userCode: text('user-code'),
    verificationUri: text('verification-uri'),
    problem: screen.querySelector('[data-problem]')?.dataset.problem,
    focused: page.activeElement?.closest('#screen button')?.textContent,
  };
}

const same = (a, b) =>
  ['screen', 'userCode', 'problem', 'focused'].every((key) => a[key] === b[key]);

/**
 * @param options.box where the frame goes
 * @param options.onMirror called when the app shows something else
 * @param options.onNote called with sentences from tv-levers.js
 * @param options.onKey called with real key presses inside the frame
 * @param options.onClick called with the place of a pointer's click, in thousandths of the picture:
 *   the same control at every size. Presses of mirrored buttons, by screen readers, have no place
 */
export function createTv({ box, glass, onMirror, onNote, onKey, onClick }) {
  const frame = element('iframe', { title: 'TV', allow: 'clipboard-write' });
  let size = { width: 1920, height: 1080 };
  let mirror = { screen: undefined };
  let observer;

  function look(seen = readMirror(frame.contentDocument)) {
    if (same(seen, mirror)) return;
    const before = mirror;
    mirror = seen;
    onMirror(seen, before);
  }

  function layOut() {
    const shown = showWithin(frame, box, size);
    Object.assign(glass.style, { width: `${shown.width}px`, height: `${shown.height}px` });
  }

  frame.addEventListener('load', () => {
    observer?.disconnect();
    const page = frame.contentDocument;
    observer = new MutationObserver(() => look());
    observer.observe(page, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    page.addEventListener('focusin', () => look());
    frame.contentWindow.addEventListener(
      'keydown',
      (event) => event.isTrusted && onKey(event),
      true,
    );
    frame.contentWindow.addEventListener(
      'click',
      ({ isTrusted, detail, clientX, clientY }) => {
        if (!isTrusted || detail === 0) return;
        const thousandths = (part, whole) => Math.round((part / whole) * 1000);
        onClick({ x: thousandths(clientX, size.width), y: thousandths(clientY, size.height) });
      },
      true,
    );
    look();
  });
  window.addEventListener('message', (event) => {
    if (event.source === frame.contentWindow && event.data?.qaNote) onNote(event.data.qaNote);
  });
  new ResizeObserver(layOut).observe(box);
  glass.append(frame);

  const load = (url) =>
    new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true });
      // Assigning `src` would fill the console's own history with pages of the TV.
      frame.contentWindow.location.replace(url);
    });

  return {
    get view() {
      return frame.contentWindow;
    },
    get mirror() {
      return mirror;
    },
    resize(newSize) {
      size = newSize;
      layOut();
    },
    focus: () => frame.focus(),
    /** Clicks a place of the picture, in thousandths of it. */
    click(x, y) {
      const view = frame.contentWindow;
      const place = { clientX: (x / 1000) * size.width, clientY: (y / 1000) * size.height };
      for (const type of ['mousemove', 'click']) {
        const init = { ...place, detail: 1, bubbles: true, cancelable: true };
        view.document.body.dispatchEvent(new view.MouseEvent(type, init));
      }
    },
    /** Only an unloaded page lets go of its storage. */
    async switchOff() {
      observer?.disconnect();
      look({ screen: undefined });
      await load('about:blank');
    },
    switchOn: load,
  };
}
