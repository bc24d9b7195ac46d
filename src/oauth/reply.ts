import { plainText, withoutQuotes } from '../plain-text';
import { errorCode, errorSentence, isSpelledAsInOAuth, reasonPhrases } from './error-reply';
import { isMembers, type Members, numberMember, textMember } from './members';
import type { DeviceAuthorization, PollOutcome, RequestOutcome, TokenSet } from './outcome';
import type { Problem, ProblemKind } from './problem';
import { shownUserCode, shownVerificationUris } from './shown-to-viewer';

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
  /** The address has answered as an authorization server before. */
  fromKnownAddress?: true;
  /** From `Retry-After`, in seconds or as a date. */
  retryAfterSeconds?: number;
}

/** RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default." */
const defaultIntervalSeconds = 5;

/** Statuses of an address at which there is no such endpoint. */
export const absentStatuses: readonly number[] = [404, 405, 410, 501];

/** Why a request got no reply. */
export interface NoReply {
  type: 'no-reply';
  problem: Problem;
}

const maxDetailChars = 200;
const maxRetryAfterSeconds = 3600;
const defaultRetryAfterSeconds = 30;
const defaultLifetimeSeconds = 600;
const maxLifetimeSeconds = 86_400;

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

/** Makes a server's sentence fit for a screen: plain, one line, short. */
export const plainSentence = (text: string | undefined): string | undefined =>
  (text && plainText(text, maxDetailChars)) || undefined;

/** A problem that a reply tells of. */
export function problemOf(kind: ProblemKind, code: string, reply: Reply): Problem {
  const problem: Problem = { kind, code, status: reply.status };
  const detail = plainSentence(errorSentence(reply.body));
  if (detail !== undefined) problem.detail = detail;
  if (reply.retryAfterSeconds !== undefined) problem.retryAfterSeconds = reply.retryAfterSeconds;
  return problem;
}

/**
 * Errors by which a server says that the app is not set up as it wants: those of RFC 6749 §5.2 that
 * are about the client or a malformed request, RFC 8707's, those of servers whose device flow is
 * switched off, and the relay's own. Any other error is a refusal for a reason of the server's.
 */
const setUpErrors: readonly string[] = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'device_flow_disabled',
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'invalid_grant',
  'relay_refused',
];

/** Errors that mean a fault of the server whatever the status (RFC 6749 §4.1.2.1). */
const serverErrors: readonly string[] = [
  'server_error',
  'internal_server',
  'internal_error',
  'internal_server_error',
  'bad_gateway',
  'gateway_timeout',
  'timeout',
  'request_timeout',
];

/** Errors of servers that are busy, whatever the status. */
const busyErrors: readonly string[] = [
  'slow_down',
  'temporarily_unavailable',
  'service_unavailable',
  'too_many_requests',
  'rate_limited',
  'rate_limit',
  'rate_limit_exceeded',
  'throttled',
];

/** Whether a code says that the server is busy or broken. */
export const isTemporary = (code: string): boolean =>
  serverErrors.includes(code) || busyErrors.includes(code);

/**
 * Whether a reply is an error in OAuth's own form (RFC 6749 §5.2) and so the word of the
 * authorization server, not of a gateway in front of it.
 */
function isOAuthError({ status, body }: Reply): boolean {
  const error = body?.['error'];
  if (typeof error !== 'string' || !/^[\w.:-]+$/.test(error.trim()) || status >= 500) return false;
  if (typeof body?.['error_description'] === 'string') return true;
  return !reasonPhrases.test(error.trim()) && (status < 300 || [400, 401, 403].includes(status));
}

/** What a reply that decides nothing tells of the service: it is busy, or it has a problem. */
function serviceTrouble(reply: Reply): Problem {
  const code = errorCode(reply.body);
  const { status } = reply;
  const busy = status === 429 || status === 503 || busyErrors.includes(code ?? '');
  if (busy) return problemOf('server-busy', code ?? `http_${status}`, reply);
  const unreadable = code === undefined && status < 300;
  return problemOf(
    'server-error',
    code ?? (unreadable ? 'unreadable_reply' : `http_${status}`),
    reply,
  );
}

/** The problem of settings that the server does not accept, with the setting where it is certain. */
function setUpProblem(code: string, reply: Reply): Problem {
  const problem = problemOf('misconfigured', code, reply);
  if (code === 'invalid_scope') {
    const { detail } = problem;
    const said = detail === undefined ? 'refuses it.' : `says “${withoutQuotes(detail)}”`;
    problem.detail = `Change appSettings.signIn.scope: the server ${said}`;
    problem.isOwnDetail = true;
  }
  return problem;
}

/**
 * What a failed reply means when no flow-specific code explains it.
 *
 * @returns a problem that blames the right side: the settings (`misconfigured`), the server's load
 *   (`server-busy`) or health (`server-error`), or a decision of the server (`refused`)
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusal(reply: Reply): Problem {
  const { status, body } = reply;
  const code = errorCode(body);
  if (code !== undefined && setUpErrors.includes(code)) return setUpProblem(code, reply);
  const trouble = serviceTrouble(reply);
  const isTrouble = status >= 500 || status === 408 || serverErrors.includes(code ?? '');
  if (isTrouble || trouble.kind === 'server-busy') return trouble;
  const named = code ?? `http_${status}`;
  if (isOAuthError(reply)) return problemOf('refused', named, reply);
  if (body === undefined && status < 400)
    return problemOf('server-error', 'unreadable_reply', reply);
  // An address that has worked before is not wrong: something on the way fails for a while.
  if ([401, 404, 405].includes(status) && reply.fromKnownAddress !== true) {
    return problemOf('misconfigured', named, reply);
  }
  // Not OAuth's form, but a sentence all the same: it is the server's reason.
  return trouble.detail !== undefined && status >= 400
    ? problemOf('refused', named, reply)
    : trouble;
}

function lifetimeSeconds(body: Members, wallMs: number): number {
  const seconds = numberMember(body, 'expires_in', 'expiresIn');
  // A code that is over before it is shown would be no code: such a lifetime counts as none.
  if (seconds !== undefined && seconds >= 1) {
    // Some name the moment of the end, in seconds or milliseconds of Unix time.
    const endMs = [seconds * 1000, seconds].find(
      (ms) => ms > wallMs && ms <= wallMs + maxLifetimeSeconds * 1000,
    );
    return seconds > maxLifetimeSeconds && endMs !== undefined ? (endMs - wallMs) / 1000 : seconds;
  }
  const moment = textMember(body, 'expires_in', 'expiresOnUtc', 'expiresIn', 'expires_on');
  const untilMs = moment === undefined ? Number.NaN : Date.parse(moment);
  return untilMs > wallMs ? (untilMs - wallMs) / 1000 : defaultLifetimeSeconds;
}

/** @returns the interval to use: 5 s when none or nonsense is given (RFC 8628 §3.2) */
function intervalSeconds(body: Members): number {
  const interval = numberMember(body, 'interval');
  return interval === undefined || interval <= 0 ? defaultIntervalSeconds : Math.max(interval, 1);
}

/**
 * Understands the reply to a device authorization request (RFC 8628 §3.2) in every spelling met
 * in the field.
 *
 * @param wallMs the wall clock, for servers that name an expiry date
 * @param base the server's own address, which a verification URI may be relative to
 */
export function readDeviceReply(reply: Reply, wallMs: number, base?: string): RequestOutcome {
  const { body } = reply;
  if (reply.status < 200 || reply.status > 299 || body === undefined || errorCode(body)) {
    return { type: 'failed', problem: refusal(reply) };
  }
  const invalid = (code: string, detail: string): RequestOutcome => ({
    type: 'failed',
    problem: {
      ...problemOf('server-error', code, reply),
      detail: plainSentence(detail),
      isOwnDetail: true,
    },
  });
  const deviceCode = textMember(body, 'device_code', 'deviceCode') ?? body['device_code'];
  const isCode = typeof deviceCode === 'string' || Number.isSafeInteger(deviceCode);
  if (!isCode || deviceCode === '') {
    return invalid('device_code_missing', 'The server sent no device_code.');
  }
  const userCode = shownUserCode(body);
  if (userCode.type === 'invalid') return invalid(userCode.code, userCode.detail);
  const uris = shownVerificationUris(body, base);
  if (uris.type === 'invalid') return invalid(uris.code, uris.detail);
  const authorization: DeviceAuthorization = {
    deviceCode: String(deviceCode),
    userCode: userCode.value,
    ...uris.value,
    expiresInSeconds: Math.min(lifetimeSeconds(body, wallMs), maxLifetimeSeconds),
    intervalSeconds: intervalSeconds(body),
  };
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
  // A line end around it could not be sent in a header.
  const accessToken = textMember(body, 'access_token', 'accessToken')?.trim();
  if (accessToken === undefined || accessToken === '') return undefined;
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

/** Error codes by which servers say that a device code means nothing to them (any more). */
const unknownCodeErrors =
  /^invalid_grant$|^(unknown|invalid|bad|incorrect|wrong|used)_((device|user|verification|authorization)_)?(code|code_pair|device)$|^((device|user|verification|authorization)_)?(code|device|authorization|request)_(not_found|unknown|invalid|used|already_used|consumed|revoked)$/;

const deviceGrantName = /\S*grant-type:device_code/gi;

/** What servers that answer with a general code say of a device code, e.g. `invalid_request`. */
function saysCodeIsUnknown(reply: Reply): boolean {
  const code = errorCode(reply.body);
  if (code !== undefined && unknownCodeErrors.test(code)) return true;
  if (reply.status >= 500) return false;
  // What is said of the client or the grant is not said of the code.
  if (code !== undefined && code !== 'invalid_request' && setUpErrors.includes(code)) return false;
  const sentence = (errorSentence(reply.body) ?? '').replace(deviceGrantName, '');
  if (/missing|required/i.test(sentence)) return false;
  if (/no such code|code (not found|(has )?expired|is (unknown|invalid))/i.test(sentence))
    return true;
  if (!/device.?code/i.test(sentence)) return false;
  return (
    code === 'invalid_request' ||
    /unknown|invalid|incorrect|expired|used|no such|not (found|valid|exist)|n.t exist/i.test(
      sentence,
    )
  );
}

/** Errors that ask for something which a device code cannot give (OpenID Connect Core §3.1.2.6). */
const viewerErrors: readonly string[] = [
  'mfa_required',
  'consent_required',
  'interaction_required',
  'login_required',
];

/** Tokens of a type that this app must not use (RFC 6749 §7.1). */
export function unusableTokens(reply: Reply): Extract<PollOutcome, { type: 'failed' }> {
  const body = reply.body ?? {};
  const refreshToken = textMember(body, 'refresh_token', 'refreshToken');
  const problem = problemOf('not-completed', 'unsupported_token_type', reply);
  problem.detail = plainSentence(`token_type: ${textMember(body, 'token_type', 'tokenType')}`);
  problem.isOwnDetail = true;
  return {
    type: 'failed',
    problem,
    unusable: {
      accessToken: textMember(body, 'access_token', 'accessToken'),
      credentials: refreshToken === undefined ? undefined : { type: 'refresh', refreshToken },
    },
  };
}

/**
 * Understands the reply to a poll. The error code decides, not the HTTP status: pending has been
 * seen as 200, 400, 401, 403 and 428. What is not the authorization server's own word about this
 * code, such as the page of a gateway, decides nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5
 */
export function readPollReply(reply: Reply): PollOutcome {
  const { status, body, retryAfterSeconds } = reply;
  const code = errorCode(body);
  // A gateway's “Access denied” is no decision of the viewer.
  const isDecision = isSpelledAsInOAuth(body);
  switch (code) {
    case 'authorization_pending':
      return { type: 'pending', retryAfterSeconds };
    case 'slow_down': {
      const interval = numberMember(body ?? {}, 'interval');
      return { type: 'slow-down', intervalSeconds: interval, retryAfterSeconds };
    }
    case 'access_denied':
    case 'authorization_declined':
      if (isDecision) return { type: 'denied' };
      break;
    case 'expired_token':
    case 'code_expired':
    case 'token_expired':
      if (isDecision) return { type: 'expired' };
      break;
    default:
      break;
  }
  if (status >= 200 && status <= 299 && body !== undefined && code === undefined) {
    const tokens = readTokens(body);
    if (tokens === 'unsupported') return unusableTokens(reply);
    if (tokens !== undefined) return { type: 'approved', tokens };
  }
  return readPollError(reply, code);
}

/** A reply without tokens and without a code of RFC 8628 §3.5. */
function readPollError(reply: Reply, code: string | undefined): PollOutcome {
  const { status } = reply;
  if (saysCodeIsUnknown(reply)) {
    return {
      type: 'unknown-code',
      problem: problemOf('not-completed', code ?? 'unknown_code', reply),
    };
  }
  const transient = { type: 'transient-failure', problem: serviceTrouble(reply) } as const;
  if (transient.problem.kind === 'server-busy' || status === 408 || status >= 500) return transient;
  if (code === undefined || serverErrors.includes(code)) return transient;
  // Only OAuth's own form ends a live code.
  if (typeof reply.body?.['error'] !== 'string' || !isSpelledAsInOAuth(reply.body))
    return transient;
  if (setUpErrors.includes(code)) return { type: 'failed', problem: setUpProblem(code, reply) };
  if (viewerErrors.includes(code)) {
    return { type: 'failed', problem: problemOf('refused', code, reply) };
  }
  return isOAuthError(reply)
    ? { type: 'refused', problem: problemOf('refused', code, reply) }
    : transient;
}
