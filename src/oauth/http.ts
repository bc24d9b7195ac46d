import ky from 'ky';
import type { Clock } from './clock';
import type { Problem, ProblemKind } from './problem';
import type { ProofSource } from './proof';
import type { WireRequest } from './providers/provider';
import { errorCode, type NoReply, type Reply, readBody, readRetryAfter } from './reply';
import { withTimeLimit } from './time-limit';

/** What HTTP needs from outside. */
export interface HttpDependencies {
  fetch: typeof fetch;
  clock: Clock;
  /** What the device believes about its network. */
  isOnline(): boolean;
  /** Origin of the page; undefined outside a browser. */
  pageOrigin?: string | undefined;
}

export interface HttpOptions {
  dependencies: HttpDependencies;
  /** Base address of a relay that carries the calls, for servers that refuse browsers. */
  relay?: string | undefined;
  proofs?: ProofSource | undefined;
}

/** One call: what to send, and how it may end early. */
export interface Call {
  request: WireRequest;
  signal: AbortSignal;
  /** Sends a DPoP proof (RFC 9449). */
  dpop?: boolean;
}

type HeaderFields = Readonly<Record<string, string>>;

/** The server is there for calls without a proof only. */
const proofRefused = 'dpop_refused';

/** Long enough for servers that hold a poll for some seconds before they answer. */
const timeOutMs = 15_000;
const probeTimeOutMs = 5_000;
/** A reply of this flow has a few hundred bytes; what is longer is not one. */
const maxBodyChars = 256 * 1024;
/** No correct clock shows an earlier time than the one at which this was written: 2025-01-01. */
const minPlausibleWallMs = 1_735_689_600_000;

const noReply = (problem: Problem): NoReply => ({ type: 'no-reply', problem });

/** The same call by way of the relay: its path is the target's scheme, host and path. */
export function relayedUrl(url: string, relay: string): string {
  const target = /^(https?):\/\/(.*)$/i.exec(url);
  return target === null ? url : `${relay.replace(/\/$/, '')}/${target[1]}/${target[2]}`;
}

function encodedForm(form: Readonly<Record<string, string | undefined>>): string {
  const fields: string[] = [];
  for (const name of Object.keys(form)) {
    const value = form[name];
    // RFC 8628 §3.1: a parameter without a value counts as omitted.
    if (value === undefined || value === '') continue;
    fields.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
  return fields.join('&').replace(/%20/g, '+');
}

/**
 * Sends requests; never rejects. Time-outs, DPoP nonces, the relay and the question why nothing
 * came back are settled here, so that providers only deal in requests and replies.
 */
export function createHttp(options: HttpOptions): (call: Call) => Promise<Reply | NoReply> {
  const { dependencies, proofs, relay } = options;
  const { clock } = dependencies;
  /** Endpoints that have answered, with and without a proof: a failure there cannot be CORS. */
  const answered: Record<string, true> = {};
  const contact = (url: string, proof?: string) =>
    (proof === undefined ? '' : 'DPoP ') + url.replace(/[?#].*$/, '');

  async function headersOf({ request, dpop }: Call): Promise<HeaderFields> {
    const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
    const { authorization } = request;
    if (authorization !== undefined) {
      headers['Authorization'] = `${authorization.tokenType} ${authorization.accessToken}`;
    }
    if (proofs !== undefined && (dpop || authorization?.tokenType === 'DPoP')) {
      const proof = await proofs.proof({
        method: request.method,
        url: request.url,
        accessToken: authorization?.accessToken,
      });
      if (proof !== undefined) headers['DPoP'] = proof;
    }
    if (request.form !== undefined) {
      headers['Content-Type'] = 'application/x-www-form-urlencoded;charset=UTF-8';
    } else if (request.json !== undefined) headers['Content-Type'] = 'application/json';
    return headers;
  }

  function bodyOf(request: WireRequest): string | undefined {
    if (request.form !== undefined) return encodedForm(request.form);
    return request.json === undefined ? undefined : JSON.stringify(request.json);
  }

  async function exchange(
    request: WireRequest,
    headers: HeaderFields,
    signal: AbortSignal,
  ): Promise<{ reply: Reply; nonce: 'given' | 'hidden' | 'not-asked-for' }> {
    const body = bodyOf(request);
    const response = await ky(relay === undefined ? request.url : relayedUrl(request.url, relay), {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      fetch: dependencies.fetch,
    });
    const text = response.status === 0 ? '' : await response.text();
    const proof = headers['DPoP'];
    answered[contact(request.url)] = answered[contact(request.url, proof)] = true;
    const newNonce = response.headers.get('DPoP-Nonce');
    if (newNonce !== null) proofs?.nonceReceived(request.url, newNonce);
    const date = response.headers.get('Date');
    if (date !== null) proofs?.serverTimeReceived(date);
    const reply: Reply = {
      type: 'reply',
      status: response.status,
      body:
        text.length > maxBodyChars
          ? undefined
          : readBody(text, response.headers.get('Content-Type') ?? ''),
    };
    if (text === '') reply.empty = true;
    const retryAfter = readRetryAfter(response.headers.get('Retry-After'), date, clock.wallMs());
    if (retryAfter !== undefined) reply.retryAfterSeconds = retryAfter;
    const wantsNonce =
      proof !== undefined &&
      (errorCode(reply.body) === 'use_dpop_nonce' ||
        /use_dpop_nonce/.test(response.headers.get('WWW-Authenticate') ?? ''));
    if (!wantsNonce) return { reply, nonce: 'not-asked-for' };
    return { reply, nonce: newNonce === null ? 'hidden' : 'given' };
  }

  /** Whether a harmless request is answered at all. */
  const answers = (url: string, signal: AbortSignal, init: RequestInit): Promise<boolean> =>
    withTimeLimit(
      clock,
      probeTimeOutMs,
      (probeSignal) =>
        dependencies.fetch(url, {
          ...init,
          credentials: 'omit',
          cache: 'no-store',
          signal: probeSignal,
        }),
      signal,
    ).then(
      () => true,
      () => false,
    );

  const refused = (url: string, code: string, what: string): Problem => ({
    kind: 'browser-calls-refused',
    code,
    detail: `Set appSettings.signIn.relay: ${new URL(url).host} ${what} (CORS).`,
  });

  /** Why the network gave no reply: browsers hide it, so it is found out by elimination. */
  async function diagnosed({ request, signal }: Call, headers: HeaderFields): Promise<Problem> {
    const { url, method } = request;
    const problem = (kind: ProblemKind, code: string): Problem => ({ kind, code });
    if (!dependencies.isOnline()) return problem('offline', 'offline');
    if (clock.wallMs() < minPlausibleWallMs) return problem('clock-wrong', 'clock_wrong');
    const { pageOrigin } = dependencies;
    const crossOrigin = pageOrigin !== undefined && new URL(url).origin !== pageOrigin;
    const { DPoP: proof, ...plain } = headers;
    if (relay === undefined && crossOrigin && !answered[contact(url, proof)]) {
      // The call without its content: whether browsers ask for leave goes by method and headers.
      const readable = (sent: HeaderFields) =>
        answers(url, signal, { mode: 'cors', redirect: 'manual', method, headers: sent });
      // An answer that can be read proves that the server lets browsers in; one that cannot still
      // proves that it is there. The proof comes last: a network that just came back is no refusal.
      if (await readable(plain)) {
        if (proof !== undefined && !(await readable(headers))) {
          return refused(url, proofRefused, 'does not let browsers send DPoP');
        }
      } else if (!answered[contact(url)] && (await answers(url, signal, { mode: 'no-cors' }))) {
        return refused(url, 'cors_refused', 'does not answer browsers');
      }
    }
    return problem('server-unreachable', 'unreachable');
  }

  /** The call without a proof, where the settings demand none; else the problem stands. */
  async function sendProofless(call: Call, problem: Problem): Promise<Reply | NoReply> {
    if (!call.dpop) return noReply(problem);
    // A server whose proofs do not get through is one that has none.
    proofs?.algorithmsAdvertised(undefined);
    return (await headersOf(call))['DPoP'] === undefined ? send(call) : noReply(problem);
  }

  async function send(call: Call): Promise<Reply | NoReply> {
    const { request, signal } = call;
    let headers: HeaderFields = {};
    const once = () =>
      withTimeLimit(
        clock,
        timeOutMs,
        async (inner) => {
          headers = await headersOf(call);
          return exchange(request, headers, inner);
        },
        signal,
      );
    try {
      let result = await once();
      if (result.nonce === 'given') result = await once();
      if (result.nonce !== 'hidden') return result.reply;
    } catch (error) {
      if (signal.aborted) return noReply({ kind: 'time-out', code: 'aborted' });
      if (error instanceof Error && error.name === 'TimeoutError') {
        return noReply({ kind: 'time-out', code: 'timed_out' });
      }
      const problem = await diagnosed(call, headers);
      return problem.code === proofRefused ? sendProofless(call, problem) : noReply(problem);
    }
    const what = 'does not let browsers read DPoP-Nonce';
    return sendProofless(call, refused(request.url, 'dpop_nonce_hidden', what));
  }

  return send;
}
