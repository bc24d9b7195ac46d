import type { Clock } from '../oauth/clock';
import type { ProofKey } from '../oauth/proof';
import { withTimeLimit } from '../oauth/time-limit';
import type { RecordStore } from './store';

export interface DpopKeyDependencies {
  store: RecordStore;
  clock: Clock;
  /** Absent where the engine has no WebCrypto. */
  subtle: SubtleCrypto | undefined;
}

/** Until schema 4 of the records one key for all accounts lay here, as a `CryptoKeyPair`. */
export const sharedKeyName = 'dpop-key';

const storageLimitMs = 2000;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether a stored value is a key that proofs can be made with. */
export function isProofKey(value: unknown): value is ProofKey {
  const { privateKey, jwk } = (value ?? {}) as Partial<ProofKey>;
  const { crv, kty, x, y } = (isObject(jwk) ? jwk : {}) as Partial<ProofKey['jwk']>;
  return isObject(privateKey) && [crv, kty, x, y].every((member) => typeof member === 'string');
}

async function asProofKey(subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<ProofKey> {
  const { crv, kty, x, y } = await subtle.exportKey('jwk', pair.publicKey);
  if (!crv || !kty || !x || !y) throw new Error('Not an elliptic curve key');
  return { privateKey: pair.privateKey, jwk: { crv, kty, x, y } };
}

/** Makes a key whose private half cannot be exported; undefined where that fails. */
export async function createProofKey(
  subtle: SubtleCrypto | undefined,
): Promise<ProofKey | undefined> {
  if (subtle === undefined) return undefined;
  try {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    return await asProofKey(subtle, await subtle.generateKey(algorithm, false, ['sign', 'verify']));
  } catch {
    return undefined;
  }
}

/**
 * Reads the key that all accounts shared.
 *
 * @returns undefined when there is none that can be used
 * @throws when the storage fails
 */
export async function readSharedKey({
  store,
  clock,
  subtle,
}: DpopKeyDependencies): Promise<ProofKey | undefined> {
  const pair = await withTimeLimit(clock, storageLimitMs, store.get(sharedKeyName));
  const { privateKey, publicKey } = (pair ?? {}) as Partial<CryptoKeyPair>;
  if (subtle === undefined || privateKey === undefined || publicKey === undefined) return undefined;
  return asProofKey(subtle, { privateKey, publicKey }).catch(() => undefined);
}
