import type { Clock } from './clock';
import { type KnownServers, originOf } from './known-servers';
import type { Problem } from './problem';
import type { HeaderFields } from './request-encoding';
import { withTimeLimit } from './time-limit';

/** The code of calls that browsers may make, but not with a DPoP proof. */
export const proofRefused = 'dpop_refused';

/** The code of a call with a proof that failed while the server answers plain ones. */
export const proofInDoubt = 'dpop_in_doubt';

/** Names the error of a reply that a page may read, and that ended early. */
export const cutOff = 'CutOffError';

/** What finding out why nothing came back works with. */
export interface DiagnosisDependencies {
  fetch: typeof fetch;
  clock: Clock;
  /** What the device believes about its network. */
  isOnline(): boolean;
  /** Origin of the page; undefined outside a browser. */
  pageOrigin?: string | undefined;
}

/** A request that got no reply. */
export interface FailedRequest {
  url: string;
  headers: HeaderFields;
  signal: AbortSignal;
  /** What `fetch` rejected with. */
  error: unknown;
  /** Failures may lead to an attempt without proofs: it takes more to believe them. */
  mayGiveUpProof?: boolean | undefined;
}

/** Finds out why requests get no reply. */
export interface Diagnosis {
  /** Costs at most one request of its own to an origin in an attempt; never rejects. */
  problemOf(failed: FailedRequest): Promise<Problem>;
  /** An attempt begins: what was found out in the last one is asked anew. */
  attemptStarted(): void;
}

const probeTimeOutMs = 5000;
/** What was found out is believed for this long outside of attempts. */
const findingLastsMs = 1_800_000;
/** No correct clock shows an earlier time than the one at which this was written: 2025-01-01. */
const minPlausibleWallMs = 1_735_689_600_000;

/**
 * Calls in a row that fail, around a good plain exchange, until an attempt goes on without proofs: a
 * browser shows a refused header, a reply without CORS headers and a cut connection alike, and a bad
 * network must not bring that about.
 */
export const refusalsToGiveUp = 7;

/** How Node says that no connection came about: the request has not reached the server. */
const notConnectedCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

function isNotConnected(error: unknown): boolean {
  let cause: unknown = error;
  for (let depth = 0; depth < 4 && typeof cause === 'object' && cause !== null; depth++) {
    const { code, cause: next } = cause as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && notConnectedCodes.test(code)) return true;
    cause = next;
  }
  return false;
}

const unreachable: Problem = { kind: 'server-unreachable', code: 'unreachable' };

/** A problem of a server that does not let this page's browser do what the call needs. */
export const browserRefused = (url: string, code: string, what: string): Problem => ({
  kind: 'browser-calls-refused',
  code,
  detail: `Set appSettings.signIn.relay: ${new URL(url).host} ${what} (CORS).`,
});

/**
 * Makes what finds out why the network gave no reply: browsers hide it, so that it has to be found
 * out by elimination. No probe repeats a call, since servers count those.
 *
 * @param known what earlier replies tell
 */
export function createDiagnosis(
  { fetch, clock, isOnline, pageOrigin }: DiagnosisDependencies,
  known: KnownServers,
): Diagnosis {
  let findings: Record<string, { answered: boolean; atMs: number } | undefined> = {};
  /** Calls with a proof that failed while plain ones were answered, in a row, by address. */
  const refusedProofs: Record<string, number> = {};

  /** Whether a harmless request is answered; asked once an attempt. */
  async function isAnswered(
    url: string,
    signal: AbortSignal,
    init: { mode: 'cors' | 'no-cors'; headers?: HeaderFields },
  ): Promise<boolean> {
    const name = `${init.mode} ${url}`;
    const found = findings[name];
    const nowMs = clock.monotonicMs();
    if (found !== undefined && nowMs - found.atMs < findingLastsMs) return found.answered;
    const sent = {
      ...init,
      method: 'HEAD',
      redirect: init.mode === 'cors' ? 'manual' : 'follow',
      credentials: 'omit',
      cache: 'no-store',
    } as const;
    const ask = (inner: AbortSignal) => fetch(url, { ...sent, signal: inner });
    const answered = await withTimeLimit(clock, probeTimeOutMs, ask, signal).then(
      () => true,
      () => false,
    );
    if (!signal.aborted) findings[name] = { answered, atMs: nowMs };
    return answered;
  }

  /** Why a call with a proof failed, on a server that has answered this page without one. */
  async function problemOfProof(failed: FailedRequest): Promise<Problem> {
    const { url, headers, signal, mayGiveUpProof = false } = failed;
    const { DPoP: _proof, 'Content-Type': _type, ...plain } = headers;
    const wasAnswered = findings[`cors ${url}`]?.answered === true;
    const probe = { mode: 'cors', headers: plain } as const;
    const answered = await isAnswered(url, signal, probe);
    const refused = browserRefused(url, proofRefused, 'does not let browsers send DPoP');
    if (!mayGiveUpProof) return answered && wasAnswered ? refused : unreachable;
    const count = answered ? (refusedProofs[url] ?? 0) + 1 : 0;
    refusedProofs[url] = count;
    if (!answered) return unreachable;
    return wasAnswered && count >= refusalsToGiveUp ? refused : { ...refused, code: proofInDoubt };
  }

  async function problemInBrowser(failed: FailedRequest): Promise<Problem> {
    const { url, headers, signal } = failed;
    const hasReplied = known.hasReplied(url, false);
    if (hasReplied && headers['DPoP'] !== undefined && !known.hasReplied(url, true)) {
      return problemOfProof(failed);
    }
    const probe = { mode: 'no-cors' } as const;
    if (!(await isAnswered(`${originOf(url)}/`, signal, probe))) return unreachable;
    if (!hasReplied) return browserRefused(url, 'cors_refused', 'does not answer browsers');
    return {
      kind: 'server-error',
      code: 'reply_without_cors',
      detail: `${new URL(url).host} answers, but not so that a browser may read it: look for an error of a gateway, or at the web origins (CORS) that it allows this client.`,
    };
  }

  async function foundOut(failed: FailedRequest): Promise<Problem> {
    if (clock.wallMs() < minPlausibleWallMs) return { kind: 'clock-wrong', code: 'clock_wrong' };
    if (isNotConnected(failed.error)) {
      return { kind: 'server-unreachable', code: 'connection_refused' };
    }
    const isCrossOrigin = pageOrigin !== undefined && originOf(failed.url) !== pageOrigin;
    const isReadable = failed.error instanceof Error && failed.error.name === cutOff;
    return isCrossOrigin && !isReadable ? problemInBrowser(failed) : unreachable;
  }

  return {
    async problemOf(failed) {
      try {
        const problem = await foundOut(failed);
        const { kind } = problem;
        const isProven = kind !== 'server-unreachable' && kind !== 'clock-wrong';
        // Some TVs say that they are offline on every network without internet: an answer refutes it.
        return isProven || isOnline() ? problem : { kind: 'offline', code: 'offline' };
      } catch {
        // What cannot be found out stays unknown.
        return unreachable;
      }
    },
    attemptStarted() {
      findings = {};
      for (const url of Object.keys(refusedProofs)) {
        // What has not been shown in one attempt does not count in the next.
        if ((refusedProofs[url] ?? 0) < refusalsToGiveUp) delete refusedProofs[url];
      }
    },
  };
}
