import type { Clock } from './clock';
import { type KnownServers, originOf } from './known-servers';
import type { Problem } from './problem';
import type { HeaderFields } from './request-encoding';
import { withTimeLimit } from './time-limit';

/** The code of calls that browsers may make, but not with a DPoP proof. */
export const proofRefused = 'dpop_refused';

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
  /** A refusal of the proof may lead to calls without one: it takes more to believe it. */
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
 * Calls with a proof that fail before a refusal of the proof is believed: a browser shows a refused
 * header and a cut connection alike. The last of them comes after a good plain exchange. To name
 * what may be wrong takes fewer than to go on without proofs, which a bad network must not bring
 * about.
 */
const refusalsToName = 2;
const refusalsToGiveUp = 6;

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
  /** Failed calls with a proof, by address; they count as long as none has been answered. */
  const failedProofs: Record<string, number> = {};

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

  const isProofRefused = async (failed: FailedRequest): Promise<boolean> => {
    const { url, headers, signal, mayGiveUpProof } = failed;
    const count = (failedProofs[url] ?? 0) + 1;
    failedProofs[url] = count;
    if (count < (mayGiveUpProof ? refusalsToGiveUp : refusalsToName) - 1) return false;
    const { DPoP: _proof, 'Content-Type': _type, ...plain } = headers;
    const isAnsweredBefore = findings[`cors ${url}`]?.answered === true;
    return (await isAnswered(url, signal, { mode: 'cors', headers: plain })) && isAnsweredBefore;
  };

  async function problemInBrowser(failed: FailedRequest): Promise<Problem> {
    const { url, headers, signal } = failed;
    const hasReplied = known.hasReplied(url, false);
    if (hasReplied && headers['DPoP'] !== undefined && !known.hasReplied(url, true)) {
      return (await isProofRefused(failed))
        ? browserRefused(url, proofRefused, 'does not let browsers send DPoP')
        : unreachable;
    }
    if (!(await isAnswered(`${originOf(url)}/`, signal, { mode: 'no-cors' }))) return unreachable;
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
    },
  };
}
