import type { Clock } from './clock';
import {
  type Discovery,
  discover,
  type Metadata,
  type MetadataCache,
  readMetadata,
} from './discovery';
import type { Problem } from './problem';
import type { Send } from './providers/provider';

/**
 * What metadata is to a call: nothing can be done without it, the call cannot do all it should,
 * it may need a proof that only metadata allows, or it has all it needs.
 */
export type MetadataNeed = 'cannot-do-without' | 'worth-waiting' | 'worth-a-moment' | 'not-needed';

/** What a source of metadata works with. */
export interface MetadataSourceDependencies {
  issuer: string;
  allowInsecureHttp: boolean;
  clock: Clock;
  send: Send;
  /** Keeps metadata between runs. */
  cache?: MetadataCache | undefined;
  /** Metadata has come, for the first time or anew. */
  onMetadata(metadata: Metadata): void;
}

/** A server without metadata is not asked again before this, by calls that can do without. */
const failureLastsMs = 180_000;
const momentMs = 2000;

/**
 * Keeps an issuer's metadata for the calls of this run; asks for it once at a time.
 *
 * @returns a function that tells what is known, or why there is nothing; undefined while it is asked for
 */
export function createMetadataSource(
  dependencies: MetadataSourceDependencies,
): (need: MetadataNeed) => Promise<Discovery | undefined> {
  const { issuer, allowInsecureHttp, clock, send, cache, onMetadata } = dependencies;
  let metadata: Metadata | undefined;
  let failure: { problem: Problem; atMs: number } | undefined;
  let asked: Promise<Discovery> | undefined;
  /** Ends with the question, or a moment after its beginning. */
  let moment: Promise<unknown> | undefined;

  function learn(found: Metadata): void {
    metadata = found;
    onMetadata(found);
  }

  async function answer(): Promise<Discovery> {
    const result = await discover(issuer, allowInsecureHttp, send, cache);
    asked = undefined;
    if (result.type === 'found') learn(result.metadata);
    else failure = { problem: result.problem, atMs: clock.monotonicMs() };
    return result;
  }

  function ask(): Promise<Discovery> {
    if (asked !== undefined) return asked;
    const asking = answer();
    asked = asking;
    moment = new Promise<void>((resolve) => {
      const cancelTimer = clock.setTimer(momentMs, resolve);
      void asking.then(cancelTimer).then(resolve);
    });
    return asking;
  }

  return async (need) => {
    if (metadata === undefined) {
      const kept = await cache?.get(issuer).catch(() => undefined);
      const fromCache = readMetadata(kept, issuer, allowInsecureHttp);
      if (fromCache?.endpoints.token !== undefined) {
        learn(fromCache);
        // Used as it is, renewed behind the scenes: an expiry date would trust the TV's clock.
        void ask();
      }
    }
    if (metadata !== undefined) return { type: 'found', metadata };
    if (need === 'cannot-do-without') return ask();
    if (failure !== undefined && clock.monotonicMs() - failure.atMs < failureLastsMs) {
      return { type: 'failed', problem: failure.problem };
    }
    const asking = ask();
    if (need === 'worth-waiting') return asking;
    if (need === 'worth-a-moment') await moment;
    return metadata === undefined ? undefined : { type: 'found', metadata };
  };
}
