import { type Members, textMember } from './members';

const maxUserCodeChars = 64;
const maxVerificationUriChars = 2000;
const maxQrTextChars = 600;

/** Characters that take no room: controls, zero-width ones, marks of direction, fillers. */
const invisible =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
/** Halves of characters, what stands for broken ones, private ones, and invisible tags. */
const undrawable =
  '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?:[^\\ud800-\\udbff]|^)[\\udc00-\\udfff]|[\\ue000-\\uf8ff\\ufffc-\\uffff]|\\udb40[\\udc00-\\udfff]';
const invisibleCharacter = new RegExp(`[${invisible}]|${undrawable}`);
const invisibleEdges = new RegExp(`^[${invisible}]+|[${invisible}]+$`, 'g');

/** Whether a text shows anything at all. */
export const hasVisible = (text: string): boolean =>
  text.replace(new RegExp(`[${invisible}\\s]`, 'g'), '') !== '';

/** What the viewer is to see, or what is wrong with it: a stable code and a sentence. */
export type Shown<Value> =
  | { type: 'shown'; value: Value }
  | { type: 'invalid'; code: string; detail: string };

const invalid = (code: string, detail: string) => ({ type: 'invalid', code, detail }) as const;

/**
 * The user code of a device reply, as received but for what surrounds it invisibly. A code with
 * something invisible inside cannot be typed as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-6.1
 */
export function shownUserCode(body: Members): Shown<string> {
  const given = [body['user_code'], body['userCode']].find(
    (one) => (typeof one === 'string' && one !== '') || Number.isSafeInteger(one),
  );
  if (given === undefined) return invalid('user_code_missing', 'The server sent no user_code.');
  const value = String(given).replace(invisibleEdges, '');
  if (value.trim() === '' || invisibleCharacter.test(value)) {
    const detail =
      'The code from the server cannot be shown: nothing in it or not all can be seen.';
    return invalid('user_code_unshowable', detail);
  }
  return value.length > maxUserCodeChars
    ? invalid('user_code_too_long', `The code from the server has ${value.length} characters.`)
    : { type: 'shown', value };
}

/** A host, where a scheme belongs in front. */
const hostFirst =
  /^(localhost|([a-z\d\u00a1-\uffff-]+\.)+([a-z\u00a1-\uffff]{2,}|xn--[a-z\d-]+)\.?|\d+\.\d+\.\d+\.\d+)(:\d+)?([/?#]|$)/i;
/** What such a name is when nothing follows: a page. */
const pageName = /^[^/]+\.(html?|php|aspx?|jsp|do)$/i;

/**
 * An address that a person can open: what the server sent, with its scheme or origin added where
 * only that can be meant.
 *
 * @param base the server's own address
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
  if (!/^https?:\/\/[^\s/]/i.test(address) || /\s/.test(address)) return undefined;
  if (invisibleCharacter.test(address)) return undefined;
  try {
    const { username, password } = new URL(address);
    return username === '' && password === '' ? address : undefined;
  } catch {
    return undefined;
  }
}

/** Where the viewer enters the code. */
export interface VerificationUris {
  verificationUri: string;
  /** Never made up; absent where a phone's camera could not read its picture. */
  verificationUriComplete?: string | undefined;
}

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
      : invalid('verification_uri_unsafe', `No web address for a phone: ${sent}`);
  }
  const { length } = verificationUri;
  if (length > maxVerificationUriChars) {
    return invalid('verification_uri_too_long', `verification_uri has ${length} characters.`);
  }
  const isReadable = complete !== undefined && complete.length <= maxQrTextChars;
  const verificationUriComplete = isReadable ? complete : undefined;
  return { type: 'shown', value: { verificationUri, verificationUriComplete } };
}
