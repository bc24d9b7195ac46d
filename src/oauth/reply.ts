import type { DeviceAuthorization, PollOutcome, RequestOutcome, TokenSet } from './outcome';
import type { Problem, ProblemKind } from './problem';

/** Members of a reply's body, whatever they are. */
export type Members = Readonly<Record<string, unknown>>;

/** A reply, read but not yet understood. */
export interface Reply {
  type: 'reply';
  status: number;
  /** The body's members; undefined when it is neither a JSON object nor a form. */
  body: Members | undefined;
  /** There is no body at all: some systems answer with the status alone. */
  empty?: true;
  /** The body is a web page. */
  html?: true;
  /** From `Retry-After`, in seconds or as a date. */
  retryAfterSeconds?: number;
}

/** RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default." */
export const defaultIntervalSeconds = 5;

/** Why a request got no reply. */
export interface NoReply {
  type: 'no-reply';
  problem: Problem;
}

const maxDetailChars = 200;
const maxUserCodeChars = 64;
const maxVerificationUriChars = 2000;
const maxQrTextChars = 600;
const maxRetryAfterSeconds = 3600;
const defaultRetryAfterSeconds = 30;
const defaultLifetimeSeconds = 600;
const maxLifetimeSeconds = 86_400;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a body by what it is, not by what its header claims: JSON, or a form as GitHub answers
 * and some servers send as `text/plain`.
 *
 * @returns undefined for anything else, HTML for example
 */
export function readBody(text: string, contentType: string): Members | undefined {
  const trimmed = text.trim();
  if (trimmed.charAt(0) === '{') {
    try {
      const value: unknown = JSON.parse(trimmed);
      return isMembers(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
  if (!/^(application\/x-www-form-urlencoded|text\/plain)/i.test(contentType)) return undefined;
  if (!/^[\w.~%+-]+=/.test(trimmed) || /[<>\s]/.test(trimmed)) return undefined;
  const members: Record<string, string> = {};
  new URLSearchParams(trimmed).forEach((value, name) => {
    members[name] = value;
  });
  return members;
}

/**
 * @param value of a `Retry-After` header: seconds or an HTTP date (RFC 9110 §10.2.3)
 * @param date of the `Date` header, which dates are measured against; null when it cannot be read
 * @param wallMs the wall clock, which takes its place and may be wrong
 * @returns seconds, at most an hour: a longer wait outlives every code
 */
export function readRetryAfter(
  value: string | null,
  date: string | null,
  wallMs: number,
): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const isSeconds = /^\s*\d+(\.\d+)?\s*$/.test(value);
  const serverMs = Date.parse(date ?? '');
  const guessed = !isSeconds && Number.isNaN(serverMs);
  const seconds = isSeconds
    ? Number(value)
    : (Date.parse(value) - (guessed ? wallMs : serverMs)) / 1000;
  if (!Number.isFinite(seconds)) return undefined;
  // No server means the past, and hardly one a whole hour: then the TV's clock is wrong.
  if (guessed && (seconds < 0 || seconds > maxRetryAfterSeconds)) return defaultRetryAfterSeconds;
  return Math.min(Math.max(Math.ceil(seconds), 0), maxRetryAfterSeconds);
}

/** The first of several spellings that holds a text. */
export function textMember(members: Members, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = members[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of several spellings that holds a number or a text that spells one. */
export function numberMember(members: Members, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = members[name];
    const number =
      typeof value === 'string' && value.trim() !== '' ? Number(value) : (value as number);
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** The error code of a body (RFC 6749 §5.2), lower case; undefined when there is none. */
export function errorCode(body: Members | undefined): string | undefined {
  const error = body?.['error'];
  return typeof error === 'string' && error !== '' ? error.trim().toLowerCase() : undefined;
}

/** Makes a server's sentence fit for a screen: plain, one line, short. */
export function plainSentence(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const line = Array.from(text, (letter) => (letter < ' ' || letter === '\u007f' ? ' ' : letter))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  if (line === '') return undefined;
  return line.length > maxDetailChars ? `${line.slice(0, maxDetailChars - 1)}…` : line;
}

/** A problem that a reply tells of. */
export function problemOf(kind: ProblemKind, code: string, reply: Reply): Problem {
  const problem: Problem = { kind, code, status: reply.status };
  const described = textMember(reply.body ?? {}, 'error_description', 'message', 'errorMessage');
  const detail = plainSentence(described);
  if (detail !== undefined) problem.detail = detail;
  if (reply.retryAfterSeconds !== undefined) problem.retryAfterSeconds = reply.retryAfterSeconds;
  return problem;
}

/**
 * What a failed reply means when no flow-specific code explains it.
 *
 * @returns a problem that blames the right side: the settings, the server's load or the server
 */
export function refusal(reply: Reply): Problem {
  const code = errorCode(reply.body);
  switch (code) {
    case 'invalid_client':
    case 'unauthorized_client':
    case 'unsupported_grant_type':
    case 'device_flow_disabled':
    case 'invalid_scope':
    case 'invalid_target':
    case 'invalid_request':
    case 'invalid_grant':
    case 'unsupported_response_type':
    case 'relay_refused':
      return problemOf('misconfigured', code, reply);
    case 'slow_down':
    case 'temporarily_unavailable':
      return problemOf('server-busy', code, reply);
    default:
      break;
  }
  const named = code ?? `http_${reply.status}`;
  if (reply.status === 429 || reply.status === 503) return problemOf('server-busy', named, reply);
  if (reply.status >= 500) return problemOf('server-error', named, reply);
  if (reply.body === undefined && reply.status < 400) {
    return problemOf('server-error', 'unreadable_reply', reply);
  }
  if ([401, 404, 405].includes(reply.status)) return problemOf('misconfigured', named, reply);
  return problemOf('server-error', named, reply);
}

function lifetimeSeconds(body: Members, wallMs: number): number {
  const seconds = numberMember(body, 'expires_in', 'expiresIn');
  if (seconds !== undefined) return seconds;
  const moment = textMember(body, 'expiresOnUtc', 'expiresIn', 'expires_on');
  const untilMs = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(untilMs) ? defaultLifetimeSeconds : (untilMs - wallMs) / 1000;
}

/** @returns the interval to use: 5 s when none or nonsense is given, at most 60 s */
function intervalSeconds(body: Members): number {
  const interval = numberMember(body, 'interval');
  if (interval === undefined || interval <= 0) return defaultIntervalSeconds;
  return Math.min(Math.max(interval, 1), 60);
}

const isWebAddress = (text: string) => /^https?:\/\/[^\s/]/i.test(text);

/**
 * Understands the reply to a device authorization request (RFC 8628 §3.2) in every spelling met
 * in the field.
 *
 * @param wallMs the wall clock, for systems that name an expiry date
 */
export function readDeviceReply(reply: Reply, wallMs: number): RequestOutcome {
  const { body } = reply;
  if (reply.status < 200 || reply.status > 299 || body === undefined || errorCode(body)) {
    return { type: 'failed', problem: refusal(reply) };
  }
  const invalid = (code: string): RequestOutcome => ({
    type: 'failed',
    problem: problemOf('server-error', code, reply),
  });
  const deviceCode = textMember(body, 'device_code', 'deviceCode');
  const userCode = textMember(body, 'user_code', 'userCode');
  const verificationUri = textMember(
    body,
    'verification_uri',
    'verification_url',
    'verificationUri',
    'verificationUrl',
  );
  if (deviceCode === undefined) return invalid('device_code_missing');
  if (userCode === undefined) return invalid('user_code_missing');
  if (userCode.length > maxUserCodeChars) return invalid('user_code_too_long');
  if (verificationUri === undefined) return invalid('verification_uri_missing');
  if (!isWebAddress(verificationUri)) return invalid('verification_uri_unsafe');
  if (verificationUri.length > maxVerificationUriChars) return invalid('verification_uri_too_long');
  const authorization: DeviceAuthorization = {
    deviceCode,
    userCode,
    verificationUri,
    expiresInSeconds: Math.min(Math.max(lifetimeSeconds(body, wallMs), 0), maxLifetimeSeconds),
    intervalSeconds: intervalSeconds(body),
  };
  const complete = textMember(
    body,
    'verification_uri_complete',
    'verification_url_complete',
    'verificationUriComplete',
    'verificationUrlComplete',
  );
  // A code that a phone's camera cannot read is worse than the short address.
  if (complete !== undefined && isWebAddress(complete) && complete.length <= maxQrTextChars) {
    authorization.verificationUriComplete = complete;
  }
  const message = plainSentence(textMember(body, 'message'));
  if (message !== undefined) authorization.message = message;
  return { type: 'issued', authorization };
}

/**
 * Understands a token reply's members.
 *
 * @returns undefined when there is no access token; 'unsupported' when its type is not one this
 *   app can use (RFC 6749 §7.1)
 */
export function readTokens(body: Members): TokenSet | 'unsupported' | undefined {
  const accessToken = textMember(body, 'access_token', 'accessToken');
  if (accessToken === undefined) return undefined;
  const type = (textMember(body, 'token_type', 'tokenType') ?? 'bearer').trim().toLowerCase();
  if (type !== 'bearer' && type !== 'dpop') return 'unsupported';
  const tokens: TokenSet = { accessToken, tokenType: type === 'dpop' ? 'DPoP' : 'Bearer' };
  const expiresInSeconds = numberMember(body, 'expires_in', 'expiresIn');
  if (expiresInSeconds !== undefined && expiresInSeconds > 0) {
    tokens.expiresInSeconds = expiresInSeconds;
  }
  const refreshToken = textMember(body, 'refresh_token', 'refreshToken');
  if (refreshToken !== undefined) tokens.credentials = { type: 'refresh', refreshToken };
  const idToken = textMember(body, 'id_token', 'idToken');
  if (idToken !== undefined) tokens.idToken = idToken;
  const scope = body['scope'];
  if (typeof scope === 'string') tokens.scope = scope.split(/[ ,]+/).filter((one) => one !== '');
  else if (Array.isArray(scope)) {
    tokens.scope = scope.filter((one): one is string => typeof one === 'string');
  }
  return tokens;
}

/** Codes by which servers say that a device code means nothing to them (any more). */
const unknownCodeErrors = [
  'invalid_grant',
  'bad_verification_code',
  'incorrect_device_code',
  'invalid_device_code',
  'invalid_code',
  'invalid_code_pair',
];

const namesDeviceCode = (reply: Reply) =>
  /device.?code/i.test(textMember(reply.body ?? {}, 'error_description', 'message') ?? '');

/**
 * Understands the reply to a poll (RFC 8628 §3.5). The error code decides; the HTTP status only
 * where there is no code that is known, since pending has been seen as 200, 400, 401, 403 and 428.
 */
export function readPollReply(reply: Reply): PollOutcome {
  const { body } = reply;
  const code = errorCode(body);
  const wait =
    reply.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: reply.retryAfterSeconds };
  switch (code) {
    case 'authorization_pending':
      return { type: 'pending', ...wait };
    case 'slow_down': {
      const interval = numberMember(body ?? {}, 'interval');
      return interval === undefined || interval <= 0
        ? { type: 'slow-down', ...wait }
        : { type: 'slow-down', intervalSeconds: Math.min(interval, 300), ...wait };
    }
    case 'access_denied':
    case 'authorization_declined':
      return { type: 'denied' };
    case 'expired_token':
    case 'code_expired':
    case 'token_expired':
      return { type: 'expired' };
    case undefined:
      break;
    default:
      if (
        unknownCodeErrors.includes(code) ||
        (code === 'invalid_request' && namesDeviceCode(reply))
      ) {
        return { type: 'unknown-code', problem: problemOf('not-completed', code, reply) };
      }
      return reply.status === 408 ||
        reply.status === 429 ||
        reply.status >= 500 ||
        code === 'temporarily_unavailable' ||
        code === 'server_error'
        ? { type: 'transient-failure', problem: refusal(reply) }
        : { type: 'failed', problem: refusal(reply) };
  }
  if (reply.status === 429) return { type: 'slow-down', ...wait };
  if (body === undefined || reply.status === 408 || reply.status >= 500) {
    return { type: 'transient-failure', problem: refusal(reply) };
  }
  if (reply.status < 200 || reply.status > 299) {
    return { type: 'failed', problem: refusal(reply) };
  }
  const tokens = readTokens(body);
  if (tokens === 'unsupported') {
    return {
      type: 'failed',
      problem: problemOf('not-completed', 'unsupported_token_type', reply),
    };
  }
  return tokens === undefined
    ? { type: 'transient-failure', problem: problemOf('server-error', 'unreadable_reply', reply) }
    : { type: 'approved', tokens };
}
