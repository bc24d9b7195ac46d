import { redactAuthorization, redactSecret } from './redact.ts';

/** Reads a header by its lower-case name; nothing or empty when there is none. */
type Header = (name: string) => string | undefined;

const requestNames = ['origin', 'content-type', 'accept', 'user-agent'];
const replyNames = [
  'content-type',
  'retry-after',
  'www-authenticate',
  'access-control-allow-origin',
];

function shown(names: readonly string[], header: Header): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const value = header(name);
    if (value) headers[name] = value;
  }
  return headers;
}

/** What the wire log shows of a request's headers: tokens and proofs redacted, cookies never. */
export function shownRequestHeaders(header: Header): Record<string, string> {
  const headers = shown(requestNames, header);
  const authorization = header('authorization');
  if (authorization) headers['authorization'] = redactAuthorization(authorization);
  const proof = header('dpop');
  if (proof) headers['dpop'] = redactSecret(proof);
  return headers;
}

/** What the wire log shows of a reply's headers. */
export function shownReplyHeaders(header: Header): Record<string, string> {
  const headers = shown(replyNames, header);
  const nonce = header('dpop-nonce');
  if (nonce) headers['dpop-nonce'] = redactSecret(nonce);
  return headers;
}
