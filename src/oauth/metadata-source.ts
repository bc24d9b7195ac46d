import type { Clock } from './clock';
import {
  type Discovery,
  discover,
  type Metadata,
  type MetadataCache,
  type MetadataRules,
  readMetadata,
} from './discovery';
import { type Problem, unexpectedProblem } from './problem';
import type { Send } from './providers/provider';
import { withTimeLimit } from './time-limit';

/**
 * What metadata is to a call: nothing can be done without it, it decides on what tokens are bound to,
 * the call cannot do all it should without it, or it has all it needs.
 */
export type MetadataNeed =
  | 'cannot-do-without'
  | 'cannot-decide-without'
  | 'worth-waiting'
  | 'not-needed';

/** What a source of metadata works with. */
export interface MetadataSourceDependencies {
  issuer: string;
  rules: MetadataRules;
  clock: Clock;
  send: Send;
  /** Keeps metadata between runs. */
  cache?: MetadataCache | undefined;
  /** False for metadata with which nothing can be called: it is not kept, but asked for again. */
  isEnough(metadata: Metadata): boolean;
  /** Metadata has come, for the first time or anew. */
  onMetadata(metadata: Metadata, from: 'cache' | 'server'): void;
}

/** Keeps an issuer's metadata for the calls of this run. */
export type MetadataSource = (need: MetadataNeed) => Promise<Discovery | undefined>;

/** A server without metadata is not asked again before this, by calls that can do without. */
const failureLastsMs = 180_000;
const cacheTimeOutMs = 2000;

/** Whether the issuer itself has answered: with its document, or with one of another issuer. */
const isWord = (result: Discovery): boolean =>
  result.type === 'found' || result.problem.code === 'issuer_mismatch';

/**
 * Whether a failure leaves it open what the metadata says: the network or a gateway was in the way.
 * Whatever the server itself answers, short of metadata, says that there is none.
 */
const isSilence = ({ kind, status = 500 }: Problem): boolean =>
  kind !== 'misconfigured' &&
  (status >= 500 || status === 408 || kind === 'server-busy' || kind === 'network-sign-in');

/**
 * Metadata that a page may not read, so often in a row, counts as none: where the settings name the
 * endpoints, a server without CORS at its metadata is common, and polls wait for this.
 */
const unreadableToBelieve = 4;

/** Replies that a page may not read, of a server that is there. */
export const isUnreadable = ({ kind, code }: Problem): boolean =>
  kind === 'browser-calls-refused' || code === 'reply_without_cors';

/** The problem, with what is left of the time that the server asked to be left alone. */
function remaining(problem: Problem, sinceMs: number): Problem {
  const { retryAfterSeconds = 0 } = problem;
  return { ...problem, retryAfterSeconds: Math.ceil(retryAfterSeconds - sinceMs / 1000) };
}

/**
 * Makes a source of metadata; it asks for it once at a time.
 *
 * @returns a function that tells what is known, or why there is nothing; undefined while it is asked for
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 */
export function createMetadataSource(dependencies: MetadataSourceDependencies): MetadataSource {
  const { issuer, rules, clock, send, cache, isEnough, onMetadata } = dependencies;
  let metadata: Metadata | undefined;
  let failure: { problem: Problem; isSilent: boolean; atMs: number } | undefined;
  /** In a row: a cut connection and a reply without CORS headers look alike. */
  let unreadableCount = 0;
  let asked: Promise<Discovery> | undefined;
  /** A cache that has failed once would hold up every call anew, and an old word counts no more. */
  let isCacheOver = false;

  function learn(found: Metadata, from: 'cache' | 'server'): void {
    metadata = found;
    onMetadata(found, from);
  }

  async function answer(): Promise<Discovery> {
    let result: Discovery;
    try {
      result = await discover(issuer, rules, send, cache);
      if (result.type === 'found' && isEnough(result.metadata)) learn(result.metadata, 'server');
      // What the issuer says now is not overruled by what it has said before.
      else if (isWord(result)) {
        metadata = undefined;
        isCacheOver = true;
      }
    } catch (error) {
      result = { type: 'failed', problem: unexpectedProblem(error) };
    }
    asked = undefined;
    failure = undefined;
    if (result.type === 'found') {
      unreadableCount = 0;
      return result;
    }
    const { problem } = result;
    unreadableCount = isUnreadable(problem) ? unreadableCount + 1 : 0;
    const isSilent =
      unreadableCount > 0 ? unreadableCount < unreadableToBelieve : isSilence(problem);
    failure = { problem, isSilent, atMs: clock.monotonicMs() };
    return { type: 'failed', problem, isSilent };
  }

  function ask(): Promise<Discovery> {
    if (asked !== undefined) return asked;
    const asking = answer();
    asked = asking;
    return asking;
  }

  async function readCache(): Promise<void> {
    if (cache === undefined || isCacheOver) return;
    const kept = await withTimeLimit(clock, cacheTimeOutMs, () => cache.get(issuer)).catch(() => {
      isCacheOver = true;
      return undefined;
    });
    const found = readMetadata(kept, issuer, rules);
    if (found === undefined || !isEnough(found) || metadata !== undefined) return;
    learn(found, 'cache');
    // Used as it is, renewed behind the scenes: an expiry date would trust the TV's clock.
    void ask();
  }

  return async (need) => {
    if (metadata === undefined) await readCache();
    if (metadata !== undefined) return { type: 'found', metadata };
    if (failure !== undefined) {
      const { problem, isSilent, atMs } = failure;
      const sinceMs = clock.monotonicMs() - atMs;
      if (sinceMs < (problem.retryAfterSeconds ?? 0) * 1000) {
        return { type: 'failed', problem: remaining(problem, sinceMs), isSilent };
      }
      const mayRest = need === 'cannot-decide-without' ? !isSilent : need !== 'cannot-do-without';
      if (mayRest && sinceMs < failureLastsMs) return { type: 'failed', problem, isSilent };
    }
    const asking = ask();
    return need === 'not-needed' ? undefined : asking;
  };
}
