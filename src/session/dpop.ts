import { base64url } from '../oauth/base64url';
import type { Clock } from '../oauth/clock';
import type { ProofSource } from '../oauth/proof';
import type { DpopMode } from '../settings/settings';
import { createDpopKeys, type DpopKey } from './dpop-key';
import type { RecordStore } from './store';

/** Why no proof is made, or that one is. */
export type DpopState = 'on' | 'off' | 'not-advertised' | 'no-crypto';

/**
 * Proofs of possession (RFC 9449) with a key that never leaves this TV. In mode `auto` there are none
 * before the server's metadata names ES256: the header alone would make the browser's calls to a
 * server without DPoP fail.
 */
export interface Proofs extends ProofSource {
  readonly mode: DpopMode;
  /** @returns true when the key in use is in the store, so that what is bound to it can be kept */
  keep(): Promise<boolean>;
  /** Deletes the key, here and in the store. */
  forget(): Promise<void>;
  state(): DpopState;
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
async function sign(subtle: SubtleCrypto, key: DpopKey, claims: object): Promise<string> {
  const encoder = new TextEncoder();
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk };
  const part = (content: object) => base64url(encoder.encode(JSON.stringify(content)));
  const signed = `${part(header)}.${part(claims)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await subtle.sign(algorithm, key.pair.privateKey, encoder.encode(signed));
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

/** Makes the app's source of proofs; one key serves all accounts of this TV. */
export function createProofs(dependencies: ProofDependencies): Proofs {
  const { mode, store, clock, crypto } = dependencies;
  const subtle = crypto?.subtle;
  const keys = createDpopKeys({ store, clock, subtle });
  const serverTime = createServerTime(clock);
  const nonces = new Map<string, string>();
  let advertised = false;
  let unable = subtle === undefined;

  const wanted = () => mode === 'required' || (mode === 'auto' && advertised);

  const currentKey = async (): Promise<DpopKey | undefined> => {
    const key = await keys.current();
    if (key === undefined) unable = true;
    return key;
  };

  return {
    mode,
    async proof({ method, url, accessToken }) {
      if (!wanted() || subtle === undefined || crypto === undefined) return undefined;
      const key = await currentKey();
      if (key === undefined) return undefined;
      const { origin, pathname } = new URL(url);
      try {
        const token = accessToken && new TextEncoder().encode(accessToken);
        return await sign(subtle, key, {
          jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
          htm: method.toUpperCase(),
          htu: origin + pathname,
          iat: serverTime.nowSeconds(),
          nonce: nonces.get(origin),
          ath: token && base64url(await subtle.digest('SHA-256', token)),
        });
      } catch {
        unable = true;
        return undefined;
      }
    },
    nonceReceived(url, nonce) {
      nonces.set(new URL(url).origin, nonce);
    },
    algorithmsAdvertised(algorithms) {
      advertised = algorithms?.includes('ES256') ?? false;
    },
    serverTimeReceived: serverTime.received,
    async unavailableReason() {
      if (mode !== 'required' || (await currentKey()) !== undefined) return undefined;
      return {
        kind: 'misconfigured',
        code: 'dpop_unavailable',
        detail:
          'The settings require DPoP, and this device offers no WebCrypto here. Serve the app over https, or set dpop to "auto".',
      };
    },
    keep: keys.keep,
    forget: keys.forget,
    state() {
      if (mode === 'off') return 'off';
      if (!wanted()) return 'not-advertised';
      return unable ? 'no-crypto' : 'on';
    },
  };
}
