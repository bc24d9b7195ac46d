import ky from 'ky';
import { assertNever } from '../assert-never';
import { hasDotSegments } from '../settings/settings';
import { maxBodyBytes, readBytes } from './body';
import {
  browserRefused,
  createDiagnosis,
  cutOff,
  type Diagnosis,
  type DiagnosisDependencies,
} from './diagnosis';
import { errorCode } from './error-reply';
import { readJwt } from './jwt';
import { createKnownServers, type KnownServers } from './known-servers';
import type { Members } from './members';
import { type Problem, unexpectedProblem } from './problem';
import { keyOf, type ProofKey, type ProofSource } from './proof';
import type { WireRequest } from './providers/provider';
import { isRedirect, type Redirect, readRedirect } from './redirect';
import { type NoReply, type Reply, readBody, readRetryAfter } from './reply';
import { encodeRequest, type HeaderFields, type SettingTexts } from './request-encoding';
import { withTimeLimit } from './time-limit';

/** What HTTP needs from outside. */
export interface HttpDependencies extends DiagnosisDependencies {
  /**
   * Called when a request has ended, unless it was aborted or not sent.
   *
   * @param answered false when no reply came: no connection, or a time-out
   */
  onRequestEnded?: ((answered: boolean) => void) | undefined;
}

/** How requests are sent. */
export interface HttpOptions {
  dependencies: HttpDependencies;
  /** Base address of a relay that carries the calls, for servers that refuse browsers. */
  relay?: string | undefined;
  proofs?: ProofSource | undefined;
  /** Texts of the settings, to name the one that cannot be sent. */
  settingTexts?: SettingTexts | undefined;
}

/** One call: what to send, and how it may end early. */
export interface Call {
  request: WireRequest;
  signal: AbortSignal;
  /**
   * Sends a proof made with this key, or nothing: the call is never sent without it.
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-5
   */
  proofKey?: ProofKey | undefined;
  /** Failures may lead to an attempt without proofs: it takes more to believe them. */
  mayGiveUpProof?: boolean | undefined;
  /** Key of the setting that holds the address, to name what has to be changed. */
  setting?: string | undefined;
  /** The address is known to have given JSON to this app, in this run or one before. */
  hasServed?: boolean | undefined;
}

/** Sends requests. */
export interface Http {
  /** Never rejects. */
  send(call: Call): Promise<Reply | NoReply>;
  /**
   * An earlier run could read the issuer's metadata.
   * @param endpoints what that run is taken to have called
   */
  answeredBefore(issuer: string, endpoints: readonly string[]): void;
  /** An attempt to sign in begins. */
  attemptStarted(): void;
  /** The server's time in ms, as far as its replies tell; undefined where browsers hide it. */
  serverTimeMs(): number | undefined;
}

/** What the parts of one HTTP client share. */
interface Parts extends HttpOptions {
  known: KnownServers;
  diagnosis: Diagnosis;
  /** The newest `Date` of a reply, and the monotonic time at which it came, both in ms. */
  serverDate: { dateMs: number; receivedAtMs: number } | undefined;
}

/** What came back: a reply, or a redirect; a nonce may be asked for (RFC 9449 §8). */
type Received =
  | { type: 'received'; reply: Reply | NoReply; nonce: 'given' | 'hidden' | 'not-asked-for' }
  | Redirect;

/** Long enough for servers that hold a poll for some seconds before they answer. */
const timeOutMs = 15_000;
/** Signatures of a TV that is busy take seconds. */
const proofTimeOutMs = 5000;

const noReply = (problem: Problem): NoReply => ({ type: 'no-reply', problem });

/** The same call by way of the relay: its path is the target's scheme, host and path, as parsed. */
function relayedUrl(url: string, relay: string): string {
  const { protocol, host, pathname, search } = new URL(url);
  return `${relay.replace(/\/$/, '')}/${protocol.slice(0, -1)}/${host}${pathname}${search}`;
}

const isHtml = (text: string, contentType: string): boolean =>
  /^\s*(<!--[\s\S]*?-->\s*)?<(!doctype\s+html|html|head|body|script|meta)\b/i.test(text) ||
  (/^(text\/html|application\/xhtml)/i.test(contentType) && /^\s*</.test(text));

/** The members of a body: JSON, a form, or the claims of a JWT (OpenID Connect Core §5.3.2). */
function membersOf(text: string, contentType: string): Members | undefined {
  const isJwt =
    /^application\/jwt\b/i.test(contentType) || /^\s*eyJ[\w-]+\.[\w-]+\.[\w-]*\s*$/.test(text);
  return isJwt ? readJwt(text.trim())?.claims : readBody(text, contentType);
}

/** Learns what a response's headers tell; a source of proofs that fails is no reason to lose it. */
function learn(parts: Parts, url: string, { headers }: Response): void {
  const { proofs, dependencies } = parts;
  const nonce = headers.get('DPoP-Nonce');
  const date = headers.get('Date');
  const dateMs = Date.parse(date ?? '');
  if (!Number.isNaN(dateMs)) {
    parts.serverDate = { dateMs, receivedAtMs: dependencies.clock.monotonicMs() };
  }
  try {
    if (nonce !== null) proofs?.nonceReceived(url, nonce);
    if (date !== null) proofs?.serverTimeReceived(date);
  } catch {
    // The next proof may be refused, and then asked for anew.
  }
}

/** Whether the response is that of a captive portal (RFC 6585 §6), or HTML in JSON's place. */
const isPortal = ({ status }: Response, html: boolean, gaveJson: boolean): boolean =>
  status === 511 || (html && gaveJson && status >= 200 && status <= 299);

async function readResponse(
  { dependencies, known }: Parts,
  { request: { url }, hasServed = false }: Call,
  response: Response,
): Promise<Reply | NoReply> {
  const { bytes, isWhole } = await readBytes(response, maxBodyBytes).catch(() => {
    const error = new Error('The reply ended early');
    error.name = cutOff;
    throw error;
  });
  const text = new TextDecoder().decode(bytes);
  const { headers, status } = response;
  const contentType = headers.get('Content-Type') ?? '';
  const html = isHtml(text, contentType);
  const gaveJson = known.hasGivenJson(url);
  if (isPortal(response, html, gaveJson || hasServed)) {
    const detail = `${new URL(url).host} was answered with a web page where JSON is due.`;
    return noReply({ kind: 'network-sign-in', code: 'captive_portal', status, detail });
  }
  const body = isWhole ? membersOf(text, contentType) : undefined;
  // A foreign error in JSON does not show that the address is the right one.
  if (body !== undefined && (response.ok || typeof body['error'] === 'string')) known.gaveJson(url);
  const reply: Reply = { type: 'reply', status, body };
  if (gaveJson) reply.fromKnownAddress = true;
  if (text === '') reply.empty = true;
  if (html) reply.html = true;
  const wallMs = dependencies.clock.wallMs();
  const retryAfter = readRetryAfter(headers.get('Retry-After'), headers.get('Date'), wallMs);
  if (retryAfter !== undefined) reply.retryAfterSeconds = retryAfter;
  return reply;
}

/** Sends a request that is ready to be sent, and reads what comes back. */
async function exchange(
  parts: Parts,
  call: Call,
  content: { headers: HeaderFields; body: string | undefined },
  signal: AbortSignal,
): Promise<Received> {
  const { dependencies, known, relay } = parts;
  const { request, setting = 'the address in appSettings.signIn' } = call;
  const { method, url } = request;
  const { headers, body } = content;
  const response = await ky(relay === undefined ? url : relayedUrl(url, relay), {
    method,
    headers,
    body: body ?? null,
    signal,
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'manual',
    fetch: dependencies.fetch,
  });
  const withProof = headers['DPoP'] !== undefined;
  if (response.type === 'error') throw new TypeError('No response');
  if (isRedirect(response)) {
    return readRedirect(request, response, known.hasGivenJson(url), setting);
  }
  known.replied(url, false);
  if (withProof) known.replied(url, true);
  learn(parts, url, response);
  const reply = await readResponse(parts, call, response);
  const wantsNonce =
    withProof &&
    ((reply.type === 'reply' && errorCode(reply.body) === 'use_dpop_nonce') ||
      /use_dpop_nonce/.test(response.headers.get('WWW-Authenticate') ?? ''));
  if (!wantsNonce) return { type: 'received', reply, nonce: 'not-asked-for' };
  const nonce = response.headers.get('DPoP-Nonce') === null ? 'hidden' : 'given';
  return { type: 'received', reply, nonce };
}

/** The code of a demand for a nonce that pages may not read. */
export const nonceHidden = 'dpop_nonce_hidden';

/** The problem of a call whose proof cannot be made. */
export const proofFailed: Problem = {
  kind: 'not-sendable',
  code: 'proof_failed',
  detail: 'This TV could not sign the DPoP proof of the request.',
};

/** The proof that a call needs; undefined when it needs none. */
async function proofOf(
  { proofs, dependencies }: Parts,
  { request, proofKey, signal }: Call,
): Promise<string | undefined | NoReply> {
  const { method, url, authorization } = request;
  const key = proofKey ?? keyOf(authorization?.binding);
  if (proofKey === undefined && authorization?.tokenType !== 'DPoP') return undefined;
  if (proofs === undefined || key === undefined) return noReply(proofFailed);
  const make = () => proofs.proof(key, { method, url, accessToken: authorization?.accessToken });
  try {
    return await withTimeLimit(dependencies.clock, proofTimeOutMs, make, signal);
  } catch {
    if (signal.aborted) return noReply({ kind: 'time-out', code: 'aborted' });
    return noReply(proofFailed);
  }
}

/** Why an address is not called: it is none, or a part of its path, e.g. a device code, leads out of it. */
function checkedUrl(url: string, setting: string | undefined): NoReply | undefined {
  let shown = url;
  try {
    if (!hasDotSegments(url)) return void new URL(url);
    shown = new URL(url).origin;
  } catch {
    // No address at all: shown as it is.
  }
  const detail = `“${shown}” is not an address: check ${setting ?? 'the addresses in appSettings.signIn'}.`;
  return noReply({ kind: 'misconfigured', code: 'address_invalid', detail });
}

/** Why a call brought no reply, from what it threw. */
async function problemOf(
  { diagnosis }: Parts,
  { request: { url }, signal, mayGiveUpProof }: Call,
  headers: HeaderFields,
  error: unknown,
): Promise<Problem> {
  if (signal.aborted) return { kind: 'time-out', code: 'aborted' };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'time-out', code: 'timed_out' };
  }
  return diagnosis.problemOf({ url, headers, signal, error, mayGiveUpProof });
}

/** Sends once with the newest nonce. */
async function sendOnce(
  parts: Parts,
  call: Call,
): Promise<Received | { type: 'failed'; problem: Problem }> {
  const encoded = encodeRequest(call.request, parts.settingTexts ?? {});
  if (encoded.type === 'not-sendable') return { type: 'failed', problem: encoded.problem };
  const { body } = encoded;
  const proof = await proofOf(parts, call);
  if (typeof proof === 'object') return { type: 'failed', problem: proof.problem };
  const headers = proof === undefined ? encoded.headers : { ...encoded.headers, DPoP: proof };
  try {
    return await withTimeLimit(
      parts.dependencies.clock,
      timeOutMs,
      (signal) => exchange(parts, call, { headers, body }, signal),
      call.signal,
    );
  } catch (error) {
    return { type: 'failed', problem: await problemOf(parts, call, headers, error) };
  }
}

async function send(parts: Parts, call: Call, mayFollow = true): Promise<Reply | NoReply> {
  const { request } = call;
  const invalid = checkedUrl(request.url, call.setting);
  if (invalid !== undefined) return invalid;
  if (call.hasServed) parts.known.replied(request.url, false);
  let received = await sendOnce(parts, call);
  if (received.type === 'received' && received.nonce === 'given') {
    received = await sendOnce(parts, call);
  }
  switch (received.type) {
    case 'received': {
      if (received.nonce !== 'hidden') return received.reply;
      const what = 'does not let browsers read DPoP-Nonce';
      return noReply(browserRefused(request.url, nonceHidden, what));
    }
    case 'followed':
      if (mayFollow) {
        return send(parts, { ...call, request: { ...request, url: received.url } }, false);
      }
      return noReply({
        kind: 'misconfigured',
        code: 'redirected',
        detail: `${request.url} redirects to ${received.url} and back.`,
      });
    case 'refused':
    case 'failed':
      return noReply(received.problem);
    default:
      return assertNever(received);
  }
}

/** Whether a reply came; undefined when that cannot be known from this call. */
function wasAnswered(result: Reply | NoReply): boolean | undefined {
  if (result.type === 'reply') return true;
  const { kind, code } = result.problem;
  const failed = kind === 'offline' || kind === 'server-unreachable' || kind === 'time-out';
  return failed && code !== 'aborted' ? false : undefined;
}

/**
 * Makes an HTTP client. Time-outs, DPoP nonces, redirects, captive portals, the relay and the
 * question why nothing came back are settled here, so that providers only deal in requests and
 * replies.
 */
export function createHttp(options: HttpOptions): Http {
  const known = createKnownServers();
  const { dependencies, relay } = options;
  // A call by way of a relay goes to the page's own origin, or to one that lets it in.
  const { pageOrigin } = relay === undefined ? dependencies : {};
  const diagnosis = createDiagnosis({ ...dependencies, pageOrigin }, known);
  const parts: Parts = { ...options, known, diagnosis, serverDate: undefined };
  return {
    send: (call) =>
      send(parts, call)
        .catch((error: unknown) => noReply(unexpectedProblem(error)))
        .then((result) => {
          const answered = wasAnswered(result);
          if (answered !== undefined) dependencies.onRequestEnded?.(answered);
          return result;
        }),
    answeredBefore(issuer, endpoints) {
      known.replied(issuer, false);
      endpoints.forEach(known.gaveJson);
    },
    attemptStarted: diagnosis.attemptStarted,
    serverTimeMs() {
      const { serverDate } = parts;
      return (
        serverDate && serverDate.dateMs + dependencies.clock.monotonicMs() - serverDate.receivedAtMs
      );
    },
  };
}
