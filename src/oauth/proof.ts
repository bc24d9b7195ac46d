import type { Problem } from './problem';

/**
 * Makes DPoP proofs; the session holds the key.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4
 */
export interface ProofSource {
  /**
   * @param request.url address of the request; query and fragment are left out of the proof
   * @param request.accessToken bound into the proof as `ath` for calls that carry one
   * @returns the value of the DPoP header, or undefined where this device cannot make one
   */
  proof(request: {
    method: string;
    url: string;
    accessToken?: string | undefined;
  }): Promise<string | undefined>;
  /** Remembers the newest nonce of an origin (RFC 9449 §8). */
  nonceReceived(url: string, nonce: string): void;
  /** Learns the server's time from a `Date` header, for TVs whose clock is off. */
  serverTimeReceived(date: string): void;
  /** Learns `dpop_signing_alg_values_supported` of the server's metadata (RFC 9449 §5.1). */
  algorithmsAdvertised(algorithms: readonly string[] | undefined): void;
  /** @returns why signing in cannot begin: proofs are required and this device can make none */
  unavailableReason(): Promise<Problem | undefined>;
}
