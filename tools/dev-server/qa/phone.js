/* The phone: the verification page in a frame, opened at what the QR code says. */

import { element } from './element.js';

const size = { width: 390, height: 844 };

/**
 * @param options.box where the frame goes
 * @param options.address shows where the phone is
 */
export function createPhone({ box, glass, address, idle }) {
  const frame = element('iframe', { title: 'Phone', hidden: true });
  let shown;
  glass.append(frame);

  function layOut() {
    const scale = Math.min(box.clientWidth / size.width, box.clientHeight / size.height, 1);
    Object.assign(frame.style, {
      width: `${size.width}px`,
      height: `${size.height}px`,
      transform: `scale(${scale})`,
    });
    Object.assign(glass.style, {
      width: `${size.width * scale}px`,
      height: `${size.height * scale}px`,
    });
  }

  new ResizeObserver(layOut).observe(box);

  return {
    /** Opens a page; the same one again only when told to. */
    open(url, again = false) {
      if (url === shown && !again) return;
      shown = url;
      frame.hidden = url === undefined;
      idle.hidden = url !== undefined;
      address.textContent = url?.replace(/^https?:\/\//, '') ?? '';
      address.title = url ?? '';
      frame.contentWindow.location.replace(url ?? 'about:blank');
    },
  };
}
