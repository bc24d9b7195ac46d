import { hasHidden, marks, withoutInvisibleEdges } from '../plain-text';
import { hasDotSegments, normalAddress } from '../settings/settings';
import { type Members, textMember } from './members';

export { hasVisible } from '../plain-text';

const maxUserCodeChars = 40;
const maxVerificationUriChars = 2000;
const maxQrTextChars = 600;

/** What the viewer is to see, or what is wrong with it: a stable code and a sentence. */
export type Shown<Value> =
  | { type: 'shown'; value: Value }
  | { type: 'invalid'; code: string; detail: string };

const invalid = (code: string, detail: string) => ({ type: 'invalid', code, detail }) as const;

/**
 * Signs, emoji and loose marks: no phone and no remote control types them alike, and they are what
 * markup, addresses and faults of programs are made of.
 */
const signs = new RegExp(
  `[!-,/:-@[-^\`{-~\\u00a1-\\u00a9\\u00ab-\\u00b4\\u00b6-\\u00b9\\u00bb-\\u00bf\\u00d7\\u00f7\\u2016-\\u2bff\\u3001-\\u3004\\u3008-\\u3040\\ud800-\\udfff\\ufe10-\\ufe1f\\ufe30-\\ufe6f\\uff00-\\uff0f]|${marks}`,
);
/** What programs make of a value that is none. */
const madeOfNothing = /^(undefined|null|nan|none|true|false)$/i;
const hostName = /\.([a-z]{2,}|COM|NET|ORG)\b/;
/** Fewer digits than a telephone number has, and more than stand beside a word in a code. */
const maxDigitsBesideWords = 6;
/** A word with a number behind it. */
const wordAndNumber = /[a-z]{4,}\d{7}/i;

/** How far the lengths of groups differ. */
const spreadOf = (groups: readonly string[]): number => {
  const lengths = groups.map(({ length }) => length);
  return Math.max(...lengths) - Math.min(...lengths);
};
/** More letters in a row than any code has. */
const maxLetterRun = 16;

/**
 * Whether a code reads like a message to the viewer: words, a telephone number, the name of a host,
 * or nothing but strokes.
 * Groups of a code are of about the same length.
 */
function isMessage(code: string): boolean {
  const groups = code.split(/[\s._\u2010-\u2015-]+/).filter((group) => group !== '');
  const words = groups.filter((group) => /^\D{2,}$/.test(group));
  const numbers = groups.filter((group) => /^\d+$/.test(group));
  const spread = spreadOf(groups);
  return (
    groups.length === 0 ||
    hostName.test(code) ||
    wordAndNumber.test(code) ||
    (numbers.length === groups.length && spread > 1) ||
    (words.length > 0 && numbers.join('').length > maxDigitsBesideWords) ||
    (words.length > 1 && spreadOf(words) > 2) ||
    words.some((word) => word.length > maxLetterRun) ||
    (words.length > 2 && spread > 1) ||
    (groups.length > 2 && spread > 0 && /\s/.test(code))
  );
}

/**
 * The user code of a device reply, as received but for what surrounds it invisibly. What cannot be
 * typed as it is drawn, and what is no code but a message, is not shown.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-6.1
 */
export function shownUserCode(body: Members): Shown<string> {
  const given = [body['user_code'], body['userCode']].find(
    (one) => (typeof one === 'string' && one !== '') || Number.isSafeInteger(one),
  );
  if (given === undefined) return invalid('user_code_missing', 'The server sent no user_code.');
  const value = withoutInvisibleEdges(String(given));
  const { length } = value;
  if (length > maxUserCodeChars) {
    return invalid('user_code_too_long', `The code from the server has ${length} characters.`);
  }
  if (value.trim() === '' || hasHidden(value)) {
    const detail =
      'The code from the server cannot be shown: nothing in it or not all can be seen.';
    return invalid('user_code_unshowable', detail);
  }
  return !signs.test(value) && !madeOfNothing.test(value) && !isMessage(value)
    ? { type: 'shown', value }
    : invalid('user_code_no_code', 'The server sent something else in the place of a code.');
}

/** A host, where a scheme belongs in front. */
const hostFirst =
  /^(localhost|([a-z\d\u00a1-\uffff-]+\.)+([a-z\u00a1-\uffff]{2,}|xn--[a-z\d-]+)\.?|\d+\.\d+\.\d+\.\d+)(:\d+)?([/?#]|$)/i;
/** What such a name is when nothing follows: a page. */
const pageName = /^[^/]+\.(html?|php|aspx?|jsp|do)$/i;

/**
 * An address that a person can open: what the server sent, with its scheme or origin added where
 * only that can be meant. It is written so that every program reads the same host in it.
 *
 * @param base the server's own address; plain http is for servers that have it themselves
 * @returns undefined when it is none
 */
function webAddress(text: string, base: string | undefined): string | undefined {
  const given = text.trim();
  let address = given;
  if (hostFirst.test(given) && !pageName.test(given)) {
    const isOwnHost = base !== undefined && new URL(base).host === given.split(/[/?#]/)[0];
    address = `${isOwnHost ? new URL(base).protocol : 'https:'}//${given}`;
  } else if (/^\/(?![/\\])/.test(given) && base !== undefined) {
    address = new URL(base).origin + given;
  }
  const isWeb = /^https?:\/\/[^\s/\\?#@%]+([/?#][^\s\\]*)?$/i.test(address);
  if (!isWeb || hasHidden(address) || hasDotSegments(address)) return undefined;
  const isDevelopment = base !== undefined && /^http:/i.test(base);
  const normal = normalAddress(address, isDevelopment);
  // Not every program reads 2130706433 or 0x7f.1 as an address of IP, and no viewer does.
  const ofNumbers = /^https?:\/\/[\d.]+(?![^:/?])/.exec(normal ?? '')?.[0] ?? '';
  const isClear = normal !== undefined && address.toLowerCase().indexOf(ofNumbers) === 0;
  return isClear ? address : undefined;
}

/** Where the viewer enters the code. */
export interface VerificationUris {
  verificationUri: string;
  /** Never made up; absent where a phone's camera could not read its picture, or where it leads to another host. */
  verificationUriComplete?: string | undefined;
}

/** What is wrong with a verification URI that is not shown. */
const unsafeSentence = (sent: string): string =>
  /^\s*http:/i.test(sent)
    ? `The address for the phone is not https: ${sent}`
    : `No web address for a phone: ${sent}`;

/** The host of an address, by which two are compared. */
const hostOf = (address: string): string => new URL(address).host.replace(/^www\./, '');

/**
 * The verification URIs of a device reply. Where only the complete one can be used, it stands for
 * both.
 *
 * @param base the server's own address, for those that are relative to it
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2
 */
export function shownVerificationUris(
  body: Members,
  base: string | undefined,
): Shown<VerificationUris> {
  const names = ['verification_uri', 'verification_url', 'verificationUri', 'verificationUrl'];
  const completeNames = names.map((name) => name + (/_/.test(name) ? '_complete' : 'Complete'));
  const usable = (spellings: readonly string[]) => {
    for (const name of spellings) {
      const address = webAddress(textMember(body, name) ?? '', base);
      if (address !== undefined) return address;
    }
    return undefined;
  };
  const complete = usable(completeNames);
  const address = usable(names);
  const isTooLong = (address?.length ?? 0) > maxVerificationUriChars;
  const verificationUri = (isTooLong ? undefined : address) ?? complete ?? address;
  if (verificationUri === undefined) {
    const sent = textMember(body, ...names, ...completeNames);
    return sent === undefined
      ? invalid('verification_uri_missing', 'The server sent no verification_uri.')
      : invalid('verification_uri_unsafe', unsafeSentence(sent));
  }
  const { length } = verificationUri;
  if (length > maxVerificationUriChars) {
    return invalid('verification_uri_too_long', `verification_uri has ${length} characters.`);
  }
  // A picture that leads elsewhere could not be compared with the address beside it.
  const isUsable =
    complete !== undefined &&
    complete.length <= maxQrTextChars &&
    hostOf(complete) === hostOf(verificationUri);
  const verificationUriComplete = isUsable ? complete : undefined;
  return { type: 'shown', value: { verificationUri, verificationUriComplete } };
}
