import { isMembers, type Members, textMember } from './members';

/** Where servers put an error when not as RFC 6749 §5.2 says: an object, or the first of a list. */
function nestedErrors({ error, errors }: Members): readonly Members[] {
  const first: unknown = Array.isArray(errors) ? errors[0] : errors;
  return [error, first].filter(isMembers);
}

const maxCodeChars = 64;

/** A code in the spelling of OAuth: `InvalidGrant`, `invalid-grant` and `Invalid Grant` are `invalid_grant`. */
const spelledCode = (text: string): string =>
  text
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
    .slice(0, maxCodeChars);

/** What is no code: numbers of the server's own, and what some put beside a good answer. */
const isCode = (text: string | undefined): text is string =>
  text !== undefined && /[a-z]/i.test(text) && !/^(ok|success|none)$/i.test(text);

/** The error code as the server spells it. */
function givenCode(body: Members): string | undefined {
  const standard = textMember(body, 'error');
  if (standard !== undefined) return standard;
  const nested = nestedErrors(body).map((one) => textMember(one, 'code', 'error', 'type'));
  return [textMember(body, 'errorCode', 'error_code'), ...nested].find(isCode);
}

/** The error code of a body (RFC 6749 §5.2), lower case; undefined when there is none. */
export function errorCode(body: Members | undefined): string | undefined {
  const code = body && givenCode(body);
  return code === undefined ? undefined : spelledCode(code);
}

/** Whether the code stands as OAuth spells it; words like `Access denied` are also a gateway's. */
export const isSpelledAsInOAuth = (body: Members | undefined): boolean =>
  body !== undefined && givenCode(body)?.trim().toLowerCase() === errorCode(body);

/** HTTP's own words, which gateways put where OAuth has its error code. */
export const reasonPhrases =
  /^(bad.?request|unauthori[sz]ed|forbidden|not.?found|method.?not.?allowed|not.?acceptable|conflict|gone|error)$/i;

const sentenceNames = [
  'error_description',
  'message',
  'errorMessage',
  'error_message',
  'errorDescription',
  'errorSummary',
  // RFC 9457 §3.1.
  'detail',
  'msg',
  'title',
];

/** The server's sentence about an error, wherever it stands; undefined when there is none. */
export function errorSentence(body: Members | undefined): string | undefined {
  if (body === undefined) return undefined;
  const { error, errors } = body;
  const texts = [body, ...nestedErrors(body)].map((one) => textMember(one, ...sentenceNames));
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  // A sentence in the code's place has spaces.
  const inPlaceOfCode = [error, first].filter((one) => typeof one === 'string' && /\S\s/.test(one));
  return [...texts, ...(inPlaceOfCode as string[])].find(
    (text) => text !== undefined && !reasonPhrases.test(text.trim()),
  );
}
