import type { Clock } from '../oauth/clock';
import { withTimeLimit } from '../oauth/time-limit';
import type { RecordStore } from './store';

/** A key for proofs (RFC 9449): its private half cannot be read, not even here. */
export interface DpopKey {
  pair: CryptoKeyPair;
  jwk: { crv: string; kty: string; x: string; y: string };
}

export interface DpopKeyDependencies {
  store: RecordStore;
  clock: Clock;
  /** Absent where the engine has no WebCrypto. */
  subtle: SubtleCrypto | undefined;
}

/** The one key for proofs of this TV, made when it is first needed. Nothing but `forget` rejects. */
export interface DpopKeys {
  /** @returns undefined where no key can be made */
  current(): Promise<DpopKey | undefined>;
  /** @returns true when the key in use is in the store, or none is in use */
  keep(): Promise<boolean>;
  /** Deletes the key, here and in the store. */
  forget(): Promise<void>;
}

const recordKey = 'dpop-key';
const storageLimitMs = 2000;

const asKeyPair = (value: unknown): CryptoKeyPair | undefined => {
  const pair = value as Partial<CryptoKeyPair> | null | undefined;
  return pair?.privateKey && pair.publicKey
    ? { privateKey: pair.privateKey, publicKey: pair.publicKey }
    : undefined;
};

async function describe(subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<DpopKey> {
  const { crv, kty, x, y } = await subtle.exportKey('jwk', pair.publicKey);
  if (!crv || !kty || !x || !y) throw new Error('Not an elliptic curve key');
  return { pair, jwk: { crv, kty, x, y } };
}

/** Makes the keeper of the key. */
export function createDpopKeys({ store, clock, subtle }: DpopKeyDependencies): DpopKeys {
  let key: Promise<DpopKey | undefined> | undefined;

  const stored = async (): Promise<DpopKey | undefined> => {
    const pair = asKeyPair(await withTimeLimit(clock, storageLimitMs, store.get(recordKey)));
    return pair && subtle && describe(subtle, pair);
  };

  /** Writes a key unless another tab has been faster: the stored one counts. */
  const write = (pair: CryptoKeyPair) =>
    withTimeLimit(
      clock,
      storageLimitMs,
      store.update(recordKey, (old) => (asKeyPair(old) === undefined ? pair : old)),
    );

  const make = async (): Promise<DpopKey | undefined> => {
    if (subtle === undefined) return undefined;
    const found = await stored().catch(() => undefined);
    if (found !== undefined) return found;
    try {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      const pair = await subtle.generateKey(algorithm, false, ['sign', 'verify']);
      const made = await describe(subtle, pair);
      await write(pair).catch(() => undefined);
      return (await stored().catch(() => undefined)) ?? made;
    } catch {
      return undefined;
    }
  };

  return {
    current() {
      key ??= make();
      return key;
    },
    async keep() {
      const used = await key;
      if (used === undefined) return true;
      try {
        await write(used.pair);
        return (await stored())?.jwk.x === used.jwk.x;
      } catch {
        return false;
      }
    },
    async forget() {
      key = undefined;
      await store.delete(recordKey);
    },
  };
}
