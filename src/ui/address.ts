import { plainText } from '../plain-text';

/** An address as the viewer reads it. */
export interface ShownAddress {
  /** What to type, e.g. `id.example.com/device`. */
  text: string;
  /** How many characters from the start of `text` are the host: never cut or hidden. */
  hostLength: number;
}

const isAsciiLetter = (character: string) => /[a-z]/i.test(character);

/** True when a host mixes Latin letters with letters of another script, as look-alikes do. */
function mixesScripts(host: string): boolean {
  let latin = false;
  let other = false;
  for (const character of host) {
    if (isAsciiLetter(character)) latin = true;
    else if (character.charCodeAt(0) > 0x24f) other = true;
  }
  return latin && other;
}

/**
 * Shortens a verification URI for the eye only: `https://` and a trailing slash go. A host that
 * mixes scripts is shown in punycode, as a phone's address bar shows it.
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
  if (mixesScripts(host)) {
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
 * Splits an address into lines, after a slash or another mark where one is near.
 *
 * @param fits whether a text fits a line
 */
export function addressLines(address: ShownAddress, fits: (text: string) => boolean): string[] {
  const lines: string[] = [];
  let rest = address.text;
  while (!fits(rest)) {
    let length = 1;
    while (fits(rest.slice(0, length + 1))) length++;
    const marks = ['/', '?', '&', '-', '.'].map(
      (mark) => rest.slice(0, length).lastIndexOf(mark) + 1,
    );
    const mark = marks.find((position) => position > length / 2) ?? length;
    lines.push(rest.slice(0, mark));
    rest = rest.slice(mark);
  }
  lines.push(rest);
  return lines;
}
