import ky from 'ky';
import type { Clock } from './clock';
import type { Problem, ProblemKind } from './problem';
import type { ProofSource } from './proof';
import type { WireRequest } from './providers/provider';
import { errorCode, type Reply, readBody, readRetryAfter } from './reply';

/** What HTTP needs from outside. */
export interface HttpSurroundings {
  fetch: typeof fetch;
  clock: Clock;
  /** What the device believes about its network. */
  isOnline(): boolean;
  /** Origin of the page; undefined outside a browser. */
  pageOrigin?: string;
}

export interface HttpOptions {
  surroundings: HttpSurroundings;
  /** Base address of a relay that carries the calls, for servers that refuse browsers. */
  relay?: string;
  proofs?: ProofSource;
}

/** One call: what to send, and how it may end early. */
export interface Call {
  request: WireRequest;
  signal: AbortSignal;
  /** Sends a DPoP proof (RFC 9449). */
  dpop?: boolean;
}

/** Long enough for servers that hold a poll for some seconds before they answer. */
const timeOutMs = 15_000;
const probeTimeOutMs = 5_000;
/** A reply of this flow has a few hundred bytes; what is longer is not one. */
const longestBody = 256 * 1024;
/** No correct clock shows an earlier time than the one at which this was written: 2025-01-01. */
const earliestPlausibleWallMs = 1_735_689_600_000;

/** Tells a reply from a reason why there is none. */
export const isReply = (result: Reply | Problem): result is Reply => 'body' in result;

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
 * came back are settled here, so that dialects only deal in requests and replies.
 */
export function createHttp(options: HttpOptions): (call: Call) => Promise<Reply | Problem> {
  const { surroundings, proofs, relay } = options;
  const { clock } = surroundings;
  /** Endpoints that have answered: a failure there cannot be CORS. */
  const answered: Record<string, true> = {};
  const withoutQuery = (url: string) => url.replace(/[?#].*$/, '');

  async function headersOf({ request, dpop }: Call): Promise<Record<string, string>> {
    const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
    const { authorization } = request;
    if (authorization !== undefined) {
      headers['Authorization'] = `${authorization.tokenType} ${authorization.accessToken}`;
    }
    if (proofs !== undefined && (dpop || authorization?.tokenType === 'DPoP')) {
      const proof = await proofs.proof({
        method: request.method,
        url: request.url,
        ...(authorization === undefined ? {} : { accessToken: authorization.accessToken }),
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
    call: Call,
    signal: AbortSignal,
  ): Promise<{ reply: Reply; nonce: boolean }> {
    const { request } = call;
    const body = bodyOf(request);
    const response = await ky(relay === undefined ? request.url : relayedUrl(request.url, relay), {
      method: request.method,
      headers: await headersOf(call),
      ...(body === undefined ? {} : { body }),
      signal,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      fetch: surroundings.fetch,
    });
    const text = response.status === 0 ? '' : await response.text();
    answered[withoutQuery(request.url)] = true;
    const newNonce = response.headers.get('DPoP-Nonce');
    if (newNonce !== null) proofs?.nonceReceived(request.url, newNonce);
    const date = response.headers.get('Date');
    if (date !== null) proofs?.serverTimeReceived(date);
    const reply: Reply = {
      status: response.status,
      body:
        text.length > longestBody
          ? undefined
          : readBody(text, response.headers.get('Content-Type') ?? ''),
    };
    if (text === '') reply.empty = true;
    const retryAfter = readRetryAfter(response.headers.get('Retry-After'), clock.wallMs());
    if (retryAfter !== undefined) reply.retryAfterSeconds = retryAfter;
    const wantsNonce =
      errorCode(reply.body) === 'use_dpop_nonce' ||
      /use_dpop_nonce/.test(response.headers.get('WWW-Authenticate') ?? '');
    return { reply, nonce: wantsNonce && newNonce !== null };
  }

  /** A call that is cut off from outside or by time, even where the engine cannot abort it. */
  function bounded<Result>(
    limitMs: number,
    outer: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController();
      const stop = (reason: 'aborted' | 'timed-out') => {
        controller.abort();
        reject(new Error(reason));
      };
      const onAbort = () => stop('aborted');
      const cancelTimer = clock.setTimer(limitMs, () => stop('timed-out'));
      const finish = () => {
        cancelTimer();
        outer?.removeEventListener('abort', onAbort);
      };
      outer?.addEventListener('abort', onAbort);
      if (outer?.aborted) onAbort();
      run(controller.signal).then(
        (result) => {
          finish();
          resolve(result);
        },
        (error: unknown) => {
          finish();
          reject(error);
        },
      );
    });
  }

  /** Whether a harmless request is answered at all. */
  const answers = (url: string, mode: RequestMode, signal: AbortSignal): Promise<boolean> =>
    bounded(probeTimeOutMs, signal, (probeSignal) =>
      surroundings.fetch(url, {
        mode,
        credentials: 'omit',
        cache: 'no-store',
        signal: probeSignal,
      }),
    ).then(
      () => true,
      () => false,
    );

  /** Why the network gave no reply: browsers hide it, so it is found out by elimination. */
  async function diagnosed(url: string, signal: AbortSignal): Promise<Problem> {
    const problem = (kind: ProblemKind, code: string): Problem => ({ kind, code });
    if (!surroundings.isOnline()) return problem('offline', 'offline');
    if (clock.wallMs() < earliestPlausibleWallMs) return problem('clock-wrong', 'clock_wrong');
    const { pageOrigin } = surroundings;
    const crossOrigin = pageOrigin !== undefined && new URL(url).origin !== pageOrigin;
    const firstContact = relay === undefined && crossOrigin && !answered[withoutQuery(url)];
    // An answer that cannot be read still proves that the server is there; one that can be read
    // proves that it lets browsers in, and that only this one call was lost.
    const refused =
      firstContact &&
      !(await answers(url, 'cors', signal)) &&
      (await answers(url, 'no-cors', signal));
    return refused
      ? {
          ...problem('browser-calls-refused', 'cors_refused'),
          detail: `Set appSettings.signIn.relay: ${new URL(url).host} does not answer browsers (CORS).`,
        }
      : problem('server-unreachable', 'unreachable');
  }

  return async function send(call) {
    const { request, signal } = call;
    try {
      const first = await bounded(timeOutMs, signal, (inner) => exchange(call, inner));
      if (!first.nonce) return first.reply;
      return (await bounded(timeOutMs, signal, (inner) => exchange(call, inner))).reply;
    } catch (error) {
      if (signal.aborted) return { kind: 'time-out', code: 'aborted' };
      if (error instanceof Error && error.message === 'timed-out') {
        return { kind: 'time-out', code: 'timed_out' };
      }
      return diagnosed(request.url, signal);
    }
  };
}
