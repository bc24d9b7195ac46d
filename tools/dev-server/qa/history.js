/* What the TV showed and what was done to it, newest first. */

import { element } from './element.js';

const time = (ms) => new Date(ms).toTimeString().slice(0, 8);

/** @param list where the entries go */
export function createHistory(list) {
  let entries = [];
  return {
    all: () => entries,
    /**
     * @param kind `screen`, `action` or `note`
     */
    add(kind, text) {
      entries.push({ at: Date.now(), kind, text });
      list.prepend(
        element(
          'li',
          { class: kind },
          element('time', {}, time(Date.now())),
          element('span', {}, text),
        ),
      );
    },
    clear() {
      entries = [];
      list.replaceChildren();
    },
  };
}
