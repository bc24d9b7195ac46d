import { halfCharacter } from '../settings/settings';
import type { Problem } from './problem';
import type { Fields, WireRequest } from './providers/provider';

/** Header fields by name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** A request's body and headers as they go out, or why they cannot. */
export type Encoded =
  | { type: 'encoded'; headers: HeaderFields; body: string | undefined }
  | { type: 'not-sendable'; problem: Problem };

/** Texts of the settings by their keys, to name the one that does not fit into a request. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

/** What `fetch` takes: Latin-1 without line ends (Fetch Standard, "header value"). */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/** The parameters as `application/x-www-form-urlencoded`; one without a value counts as omitted. */
function encodedForm(form: Fields): string {
  return Object.keys(form)
    .filter((name) => form[name] !== undefined && form[name] !== '')
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(form[name] ?? '')}`)
    .join('&')
    .replace(/%20/g, '+');
}

function encodedBody({ form, json }: WireRequest): string | undefined {
  if (form !== undefined) return encodedForm(form);
  return json === undefined ? undefined : JSON.stringify(json);
}

/** Names what does not fit, never its value: that may be a secret. */
function notSendable(
  part: string,
  value: string,
  fits: (text: string) => boolean,
  texts: SettingTexts,
): Encoded {
  const culprit = Object.keys(texts).find((key) => {
    const text = texts[key] ?? '';
    return !fits(text) && value.indexOf(text) >= 0;
  });
  const detail =
    culprit === undefined
      ? `${part} cannot carry its value.`
      : `${part} cannot carry ${culprit}: write it in Latin letters, on one line.`;
  return { type: 'not-sendable', problem: { kind: 'not-sendable', code: 'not_sendable', detail } };
}

/**
 * Puts a request into the form in which it is sent. Content types have no parameters, since servers
 * compare them as they stand.
 *
 * @param texts the settings' texts, to name the one that cannot be sent
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.1
 */
export function encodeRequest(request: WireRequest, texts: SettingTexts): Encoded {
  const { form = {}, authorization, json } = request;
  for (const name of Object.keys(form)) {
    const value = form[name] ?? '';
    const fits = (text: string) => !halfCharacter.test(text);
    if (!fits(value)) return notSendable(`The field ${name}`, value, fits, texts);
  }
  const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
  if (authorization !== undefined) {
    headers['Authorization'] = `${authorization.tokenType} ${authorization.accessToken}`;
  }
  if (request.form !== undefined) headers['Content-Type'] = 'application/x-www-form-urlencoded';
  else if (json !== undefined) headers['Content-Type'] = 'application/json';
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    const fits = (text: string) => headerValue.test(text);
    if (!headerName.test(name) || !fits(value)) {
      return notSendable(`The header ${name}`, value, fits, texts);
    }
  }
  return { type: 'encoded', headers, body: encodedBody(request) };
}
