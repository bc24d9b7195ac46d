import { plainText } from '../plain-text';

/** An address as the viewer reads it. */
export interface ShownAddress {
  /** What to type, e.g. `id.example.com/device`. */
  text: string;
  /** How many characters from the start of `text` are the host: never cut or hidden. */
  hostLength: number;
}

/** Latin letters that are not taken for one of ASCII: their marks are seen from afar. */
const latin =
  /^[!-~\u00df-\u00f6\u00f8-\u00ff\u0100-\u0130\u0132-\u0137\u0139-\u013e\u0143-\u0148\u014a-\u017e]*$/i;
/** Letters that no Latin one looks like, of scripts that are written from left to right. */
const distinctive =
  /[бгджзийлфцчшщъыэюяєґδθλξπφψω\u0900-\u0eff\u1100-\u11ff\u3041-\u9fff\uac00-\ud7a3]/i;

/**
 * Whether a host can be mistaken for another one: letters of several scripts are mixed, or all
 * letters of a part look like Latin ones.
 */
function isConfusable(host: string): boolean {
  if (latin.test(host)) return false;
  return (
    /[a-z]/i.test(host) ||
    host
      .replace(/:\d+$/, '')
      .split('.')
      .some((label) => !/^[\d-]+$/.test(label) && !distinctive.test(label))
  );
}

/**
 * Shortens a verification URI for the eye only: `https://` and a trailing slash go. A host that can
 * be mistaken for another is shown in punycode, as a phone's address bar shows it.
 *
 * @param uri the verification URI as the server sent it
 */
export function shownAddress(uri: string): ShownAddress {
  let text = plainText(uri, 2048)
    .replace(/^https:\/\//i, '')
    .replace(/\/$/, '');
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0] ?? '';
  const host = /^[^/?#]*/.exec(text.slice(scheme.length))?.[0] ?? '';
  let hostLength = scheme.length + host.length;
  if (isConfusable(host)) {
    try {
      const ascii = new URL(uri).host;
      text = scheme + ascii + text.slice(hostLength);
      hostLength = scheme.length + ascii.length;
    } catch {
      // Not an address at all: shown as it came.
    }
  }
  return { text, hostLength };
}

/**
 * Cuts characters out of the middle of the path until the address has at most `limit` characters.
 * The host stays whole even when it alone is longer.
 */
export function cutMiddle(address: ShownAddress, limit: number): ShownAddress {
  const { text, hostLength } = address;
  if (text.length <= limit) return address;
  const room = Math.max(0, limit - hostLength - 1);
  const head = Math.ceil(room / 2);
  const tail = room - head;
  return {
    text: `${text.slice(0, hostLength + head)}…${tail === 0 ? '' : text.slice(-tail)}`,
    hostLength,
  };
}

/**
 * Splits an address into lines: the host after its dots, but for the last one, by which its owner is
 * told, and the rest after a slash or another mark where one is near.
 *
 * @param fits whether a text fits a line
 */
export function addressLines(address: ShownAddress, fits: (text: string) => boolean): string[] {
  const lines: string[] = [];
  let rest = address.text;
  let hostLength = address.hostLength;
  const host = rest.slice(0, hostLength);
  /** Where the last two labels begin. */
  let ownerStart = host.lastIndexOf('.', host.lastIndexOf('.') - 1) + 1;
  while (!fits(rest)) {
    let length = 1;
    while (fits(rest.slice(0, length + 1))) length++;
    const lastMark = (mark: string) => rest.slice(0, length).lastIndexOf(mark) + 1;
    const near = ['/', '?', '&', '-', '.']
      .map(lastMark)
      .find((position) => position > length / 2 && position >= hostLength);
    const dot = ownerStart > 0 && ownerStart < length ? ownerStart : lastMark('.');
    const inHost = hostLength > length ? dot : near;
    const mark = inHost || length;
    lines.push(rest.slice(0, mark));
    rest = rest.slice(mark);
    hostLength -= mark;
    ownerStart -= mark;
  }
  lines.push(rest);
  return lines;
}

/** Whether lines break an address's host nowhere but after a dot. */
export function isHostWhole({ hostLength }: ShownAddress, lines: readonly string[]): boolean {
  let end = 0;
  return lines.every((line) => {
    end += line.length;
    return end >= hostLength || line.slice(-1) === '.';
  });
}
