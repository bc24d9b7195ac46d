/** A key that tokens are bound to (RFC 9449): scripts can use its private half, but not read it. */
export interface ProofKey {
  privateKey: CryptoKey;
  /** The public half (RFC 7517), as a proof carries it. */
  jwk: { crv: string; kty: string; x: string; y: string };
}

/** Why tokens are bound to no key. */
export type UnboundReason =
  /** The settings say so. */
  | 'off'
  /** The server's metadata does not offer it. */
  | 'not-advertised'
  /** This device has no WebCrypto here. */
  | 'no-crypto'
  /** The server does not let browsers send the header (CORS). */
  | 'header-refused'
  /** The server demands a nonce that it does not let browsers read (CORS). */
  | 'nonce-hidden';

/** What tokens are bound to. Refresh tokens share this with the access tokens they give. */
export type Binding =
  | { type: 'bound'; key: ProofKey }
  | { type: 'unbound'; reason: UnboundReason }
  /** Bound, and the key cannot be read any more: the tokens are worth nothing. */
  | { type: 'key-lost' }
  /** Kept by a release that had one key for all accounts: bound to that key, if to any. */
  | { type: 'shared' };

/**
 * Makes DPoP proofs and the keys for them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4
 */
export interface ProofSource {
  /** @returns a new key; undefined where this device can make none */
  createKey(): Promise<ProofKey | undefined>;
  /** @returns the key of releases that had one for all accounts; undefined when there is none */
  sharedKey(): Promise<ProofKey | undefined>;
  /**
   * @param request.url address of the request; query and fragment are left out of the proof
   * @param request.accessToken bound into the proof as `ath` for calls that carry one
   * @returns the value of the DPoP header
   * @throws where the key cannot be used
   */
  proof(
    key: ProofKey,
    request: { method: string; url: string; accessToken?: string | undefined },
  ): Promise<string>;
  /** Remembers the newest nonce of an origin (RFC 9449 §8). */
  nonceReceived(url: string, nonce: string): void;
  /** Learns the server's time from a `Date` header, for TVs whose clock is off. */
  serverTimeReceived(date: string): void;
}

/** The key that tokens are bound to, when it is known. */
export const keyOf = (binding: Binding | undefined): ProofKey | undefined =>
  binding?.type === 'bound' ? binding.key : undefined;
