import { base64url } from '../oauth/base64url';
import type { Clock } from '../oauth/clock';
import type { ProofKey, ProofSource } from '../oauth/proof';
import type { DpopMode } from '../settings/settings';
import { createProofKey, readSharedKey } from './dpop-key';
import type { RecordStore } from './store';

/**
 * Proofs of possession (RFC 9449). Each sign-in gets a key of its own, which lies in the account's
 * record. Scripts cannot export its private half; a copy of the TV's storage holds it, because
 * browsers keep keys in the clear in the files of IndexedDB.
 */
export interface Proofs extends ProofSource {
  /** What the settings say. */
  readonly mode: DpopMode;
}

export interface ProofDependencies {
  mode: DpopMode;
  store: RecordStore;
  clock: Clock;
  crypto?: Crypto | undefined;
}

/** A difference beyond this is a clock that was set, not a TV that slept. */
const maxSleepMs = 30 * 24 * 3600 * 1000;

/** The claims of a proof, signed. */
async function sign(
  subtle: SubtleCrypto,
  { privateKey, jwk }: ProofKey,
  claims: object,
): Promise<string> {
  const encoder = new TextEncoder();
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
  const part = (content: object) => base64url(encoder.encode(JSON.stringify(content)));
  const signed = `${part(header)}.${part(claims)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await subtle.sign(algorithm, privateKey, encoder.encode(signed));
  return `${signed}.${base64url(signature)}`;
}

/** The server's time, as far as its replies tell; the device's before the first one. */
function createServerTime(clock: Clock) {
  let known: { dateMs: number; monotonicMs: number; wallMs: number } | undefined;
  return {
    /** @param date of a `Date` header; one that is no date is ignored */
    received(date: string): void {
      const dateMs = Date.parse(date);
      if (Number.isNaN(dateMs)) return;
      known = { dateMs, monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    },
    nowSeconds(): number {
      const wallMs = clock.wallMs();
      if (known === undefined) return Math.floor(wallMs / 1000);
      const monotonicElapsedMs = clock.monotonicMs() - known.monotonicMs;
      const wallElapsedMs = wallMs - known.wallMs;
      // The monotonic clock may stand still in standby; the wall clock may be set at any moment.
      const sleptMs = wallElapsedMs - monotonicElapsedMs;
      const elapsedMs = sleptMs > 0 && sleptMs < maxSleepMs ? wallElapsedMs : monotonicElapsedMs;
      return Math.floor((known.dateMs + elapsedMs) / 1000);
    },
  };
}

/** Makes the app's source of proofs. */
export function createProofs({ mode, store, clock, crypto }: ProofDependencies): Proofs {
  const subtle = crypto?.subtle;
  const serverTime = createServerTime(clock);
  const nonces = new Map<string, string>();
  let shared: Promise<ProofKey | undefined> | undefined;

  return {
    mode,
    createKey: () => createProofKey(subtle),
    sharedKey() {
      shared ??= readSharedKey({ store, clock, subtle }).catch((error: unknown) => {
        // Storage that fails for a moment must not make the key look lost.
        shared = undefined;
        throw error;
      });
      return shared;
    },
    async proof(key, { method, url, accessToken }) {
      if (subtle === undefined || crypto === undefined) throw new Error('No WebCrypto');
      const { origin, pathname } = new URL(url);
      const token = accessToken && new TextEncoder().encode(accessToken);
      return sign(subtle, key, {
        jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
        htm: method.toUpperCase(),
        htu: origin + pathname,
        iat: serverTime.nowSeconds(),
        nonce: nonces.get(origin),
        ath: token && base64url(await subtle.digest('SHA-256', token)),
      });
    },
    nonceReceived(url, nonce) {
      nonces.set(new URL(url).origin, nonce);
    },
    serverTimeReceived: serverTime.received,
  };
}
