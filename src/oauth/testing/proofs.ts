import type { ProofKey, ProofSource } from '../proof';

/** A key that only stands for one. */
export const proofKey: ProofKey = {
  privateKey: {} as CryptoKey,
  jwk: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' },
};

/** Proofs that say what they were made for: method, address and nonce. */
export function readableProofs(changes: Partial<ProofSource> = {}): ProofSource {
  let nonce = 'none';
  return {
    createKey: () => Promise.resolve(proofKey),
    sharedKey: () => Promise.resolve(undefined),
    proof: (_key, { method, url }) => Promise.resolve(`${method} ${url} ${nonce}`),
    nonceReceived: (_url, newest) => {
      nonce = newest;
    },
    serverTimeReceived: () => undefined,
    ...changes,
  };
}
