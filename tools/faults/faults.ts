/** Members of the right answer. */
export type Members = Record<string, unknown>;

/** What a faulty server does with a request instead of answering it rightly. */
export type Delivery =
  | { type: 'refused-connection' }
  /** `processed`: the request is carried out, and then nothing of the answer comes. */
  | { type: 'reset'; when: 'before' | 'processed' | 'middle' | 'after' }
  | { type: 'hang'; when: 'before' | 'middle'; endsAfterMs?: number }
  /** One byte of the right answer a second. */
  | { type: 'drip' }
  | { type: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** A redirect; `slash` leads to the same address with a slash at its end. */
  | { type: 'redirect'; status: number; to: 'same-origin' | 'other-origin' | 'slash' }
  /** The right answer, carried out and then written otherwise. */
  | { type: 'altered'; write(members: Members): string | Uint8Array; contentType?: string };

/**
 * What a fault amounts to; decides what is expected.
 *
 * - `works`: unusual, but an answer that can be used
 * - `unanswered`: no answer at all
 * - `unreadable`: something was answered that a page may not read (CORS)
 * - `too-late`: no whole answer in time
 * - `busy`: the server asks to be left alone
 * - `trouble`: an answer that is no answer
 * - `page`: HTML in the place of JSON, as captive portals send
 * - `redirect`: another address, which is not asked instead
 * - `foreign-refusal`: a 4xx that does not speak OAuth
 * - `refusal`: a 4xx with an OAuth error code
 * - `odd`: a right answer with odd values in it
 */
export type Meaning =
  | 'works'
  | 'unanswered'
  | 'unreadable'
  | 'too-late'
  | 'busy'
  | 'trouble'
  | 'page'
  | 'redirect'
  | 'foreign-refusal'
  | 'refusal'
  | 'odd';

/** One way in which a server can fail. */
export interface Fault {
  /** Names the fault in reports and on the command line. */
  name: string;
  meaning: Meaning;
  delivery: Delivery;
  /** The OAuth error code in the answer. */
  code?: string;
  /** Seconds that the answer asks to be left alone. */
  retryAfterSeconds?: number;
  /** Sends no CORS headers, as gateways before a server do. */
  withoutCors?: true;
}

/** In the place of an HTTP date; the server puts one there that is as far off. */
export const dateIn120s = 'date:120';

const html = '<!doctype html><html><body><h1>Sign in to this network</h1></body></html>';
const htmlHeaders = { 'content-type': 'text/html; charset=utf-8' };
const jsonHeaders = { 'content-type': 'application/json' };

const answer = (status: number, body?: string, headers: Record<string, string> = {}): Delivery => ({
  type: 'answer',
  status,
  headers,
  body,
});

const connectionFaults: readonly Fault[] = [
  { name: 'refused connection', meaning: 'unanswered', delivery: { type: 'refused-connection' } },
  { name: 'reset before', meaning: 'unanswered', delivery: { type: 'reset', when: 'before' } },
  {
    name: 'reset instead of the answer',
    meaning: 'unanswered',
    delivery: { type: 'reset', when: 'processed' },
  },
  {
    name: 'reset in the middle',
    meaning: 'unanswered',
    delivery: { type: 'reset', when: 'middle' },
  },
  { name: 'reset after', meaning: 'works', delivery: { type: 'reset', when: 'after' } },
  { name: 'hang', meaning: 'too-late', delivery: { type: 'hang', when: 'before' } },
  { name: 'hang in the middle', meaning: 'too-late', delivery: { type: 'hang', when: 'middle' } },
  {
    name: 'slow by 8 s',
    meaning: 'works',
    delivery: { type: 'hang', when: 'before', endsAfterMs: 8000 },
  },
  { name: 'drip', meaning: 'too-late', delivery: { type: 'drip' } },
];

const clientStatuses = [400, 401, 403, 404, 405, 408, 409, 410, 421, 429];
const serverStatuses = [500, 502, 503, 504];

function meaningOf(status: number): Meaning {
  if (status === 429 || status === 503) return 'busy';
  return status >= 500 || status === 408 ? 'trouble' : 'foreign-refusal';
}

const statusFaults: readonly Fault[] = [...clientStatuses, ...serverStatuses].flatMap(
  (status): Fault[] => [
    { name: `${status}`, meaning: meaningOf(status), delivery: answer(status) },
    {
      name: `${status} HTML`,
      meaning: meaningOf(status),
      delivery: answer(status, html, htmlHeaders),
    },
    {
      name: `${status} foreign JSON`,
      meaning: meaningOf(status),
      delivery: answer(status, '{"message":"not today","status":1}', jsonHeaders),
    },
    {
      name: `${status} without CORS`,
      meaning: 'unreadable',
      withoutCors: true,
      delivery: answer(status, html, htmlHeaders),
    },
  ],
);

const oauthErrors: readonly (readonly [status: number, code: string, meaning: Meaning])[] = [
  [400, 'server_error', 'trouble'],
  [500, 'server_error', 'trouble'],
  [502, 'server_error', 'trouble'],
  [504, 'server_error', 'trouble'],
  [400, 'temporarily_unavailable', 'busy'],
  [429, 'slow_down', 'busy'],
  [429, 'temporarily_unavailable', 'busy'],
  [503, 'temporarily_unavailable', 'busy'],
  [400, 'invalid_request', 'refusal'],
  [400, 'invalid_scope', 'refusal'],
  [400, 'policy_violation', 'refusal'],
  [400, 'unauthorized_client', 'refusal'],
  [400, 'unsupported_grant_type', 'refusal'],
  [401, 'invalid_client', 'refusal'],
  [403, 'access_denied', 'refusal'],
  [403, 'insufficient_scope', 'refusal'],
  [404, 'device_not_found', 'refusal'],
  [409, 'mfa_required', 'refusal'],
  [410, 'consent_required', 'refusal'],
];

const oauthFaults: readonly Fault[] = oauthErrors.map(([status, code, meaning]) => ({
  name: `${status} ${code}`,
  meaning,
  code,
  delivery: answer(
    status,
    JSON.stringify({ error: code, error_description: 'The server’s own sentence.' }),
    jsonHeaders,
  ),
}));

const retryAfterFaults: readonly Fault[] = [429, 503, 500].flatMap((status): Fault[] =>
  [
    { form: 'seconds', value: '120' },
    { form: 'a date', value: dateIn120s },
  ].map(({ form, value }) => ({
    name: `${status} Retry-After as ${form}`,
    meaning: status === 500 ? 'trouble' : 'busy',
    retryAfterSeconds: 120,
    delivery: answer(status, undefined, { 'retry-after': value }),
  })),
);

const redirectFaults: readonly Fault[] = [301, 302, 303, 307, 308].flatMap((status) =>
  (['same-origin', 'other-origin'] as const).map((to) => ({
    name: `${status} to ${to === 'same-origin' ? 'the same' : 'another'} origin`,
    meaning: 'redirect' as const,
    delivery: { type: 'redirect' as const, status, to },
  })),
);

const bodyFaults: readonly Fault[] = [
  { name: '200 HTML', meaning: 'page', delivery: answer(200, html, htmlHeaders) },
  { name: '511 HTML', meaning: 'page', delivery: answer(511, html, htmlHeaders) },
  { name: '200 empty', meaning: 'trouble', delivery: answer(200, '', jsonHeaders) },
  { name: '204', meaning: 'trouble', delivery: answer(204) },
  { name: '200 null', meaning: 'trouble', delivery: answer(200, 'null', jsonHeaders) },
  { name: '200 array', meaning: 'trouble', delivery: answer(200, '[]', jsonHeaders) },
  { name: '200 text', meaning: 'trouble', delivery: answer(200, '"ok"', jsonHeaders) },
  { name: '200 no members', meaning: 'trouble', delivery: answer(200, '{}', jsonHeaders) },
];

/** Replaces the value of each member. */
const mapped = (members: Members, change: (value: unknown, name: string) => unknown): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value, name)])),
  );

const numbers = (name: string, literal: string): Fault => ({
  name,
  meaning: 'odd',
  delivery: {
    type: 'altered',
    write: (members) =>
      mapped(members, (value) => (typeof value === 'number' ? '@number@' : value)).replace(
        /"@number@"/g,
        literal,
      ),
  },
});

const altered = (
  name: string,
  meaning: Meaning,
  write: (members: Members) => string | Uint8Array,
  contentType?: string,
): Fault => ({
  name,
  meaning,
  delivery: { type: 'altered', write, contentType },
});

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );

const formFaults: readonly Fault[] = [
  altered('JSON as text/html', 'works', (members) => JSON.stringify(members), 'text/html'),
  altered('JSON without a type', 'works', (members) => JSON.stringify(members), ''),
  altered('byte-order mark', 'works', (members) =>
    bytes([0xef, 0xbb, 0xbf], JSON.stringify(members)),
  ),
  altered('duplicate keys', 'works', (members) =>
    JSON.stringify(members).replace(/^\{/, `{${JSON.stringify(members).slice(1, -1)},`),
  ),
  altered('members of its own', 'works', (members) =>
    JSON.stringify({ ...members, __proto__x: { a: [1] }, toString: 'x', '': null }),
  ),
  altered('truncated', 'trouble', (members) => JSON.stringify(members).slice(0, -9)),
  altered('invalid UTF-8', 'works', (members) =>
    bytes(JSON.stringify(members).slice(0, -1), ',"note":"', [0xff, 0xfe, 0xc3], '"}'),
  ),
  altered('text after the JSON', 'trouble', (members) => `${JSON.stringify(members)} <!-- x -->`),
  numbers('numbers as text', '"10"'),
  numbers('huge numbers', '1e300'),
  numbers('numbers beyond all', '1e999'),
  numbers('negative numbers', '-10'),
  numbers('zero', '0'),
  numbers('fractions', '7.5'),
  altered('null members', 'odd', (members) => mapped(members, () => null)),
  altered('members of the wrong type', 'odd', (members) => mapped(members, () => ({ a: [1] }))),
];

/** Members whose lack is tried one by one. */
const members = [
  'issuer',
  'device_authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'device_code',
  'user_code',
  'verification_uri',
  'expires_in',
  'interval',
  'access_token',
  'token_type',
  'refresh_token',
  'sub',
  'name',
  'error',
] as const;

const memberFaults: readonly Fault[] = members.flatMap((member): Fault[] => [
  altered(`no ${member}`, 'odd', ({ [member]: _gone, ...rest }) => JSON.stringify(rest)),
  altered(`${member}: null`, 'odd', (all) =>
    mapped(all, (value, name) => (name === member ? null : value)),
  ),
]);

/** Every fault that the campaign knows. */
export const faults: readonly Fault[] = [
  ...connectionFaults,
  ...statusFaults,
  ...oauthFaults,
  ...retryAfterFaults,
  ...redirectFaults,
  // A client may follow these two, or call them what they are.
  {
    name: '308 to the address with a slash',
    meaning: 'redirect',
    delivery: { type: 'redirect', status: 308, to: 'slash' },
  },
  {
    name: '307 to the address with a slash',
    meaning: 'redirect',
    delivery: { type: 'redirect', status: 307, to: 'slash' },
  },
  ...bodyFaults,
  ...formFaults,
  ...memberFaults,
];
