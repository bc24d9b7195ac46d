import { base64url } from '../oauth/base64url';
import type { Clock } from '../oauth/clock';
import type { ProofSource } from '../oauth/proof';
import { withTimeLimit } from '../oauth/time-limit';
import type { DpopMode } from '../settings/settings';
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

const recordKey = 'dpop-key';
const storageLimitMs = 2000;
/** A difference beyond this is a clock that was set, not a TV that slept. */
const maxSleepMs = 30 * 24 * 3600 * 1000;

interface Key {
  pair: CryptoKeyPair;
  jwk: { crv: string; kty: string; x: string; y: string };
}

const asKeyPair = (value: unknown): CryptoKeyPair | undefined => {
  const pair = value as Partial<CryptoKeyPair> | null | undefined;
  return pair?.privateKey && pair.publicKey
    ? { privateKey: pair.privateKey, publicKey: pair.publicKey }
    : undefined;
};

/** Makes the app's source of proofs; one key serves all accounts of this TV. */
export function createProofs(dependencies: ProofDependencies): Proofs {
  const { mode, store, clock } = dependencies;
  const subtle = dependencies.crypto?.subtle;
  const nonces = new Map<string, string>();
  let advertised = false;
  let unable = subtle === undefined;
  let key: Promise<Key | undefined> | undefined;
  let serverTime: { dateMs: number; monotonicMs: number; wallMs: number } | undefined;

  const describe = async (pair: CryptoKeyPair): Promise<Key> => {
    if (subtle === undefined) throw new Error('No WebCrypto');
    const { crv, kty, x, y } = await subtle.exportKey('jwk', pair.publicKey);
    if (!crv || !kty || !x || !y) throw new Error('Not an elliptic curve key');
    return { pair, jwk: { crv, kty, x, y } };
  };

  const stored = async (): Promise<Key | undefined> => {
    const pair = asKeyPair(await withTimeLimit(clock, storageLimitMs, store.get(recordKey)));
    return pair === undefined ? undefined : describe(pair);
  };

  const make = async (): Promise<Key | undefined> => {
    if (subtle === undefined) return undefined;
    const found = await stored().catch(() => undefined);
    if (found !== undefined) return found;
    try {
      const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
        'sign',
        'verify',
      ]);
      const made = await describe(pair);
      // Another tab may have been faster: the stored key is the one that counts.
      await withTimeLimit(
        clock,
        storageLimitMs,
        store.update(recordKey, (old) => (asKeyPair(old) === undefined ? pair : old)),
      ).catch(() => undefined);
      return (await stored().catch(() => undefined)) ?? made;
    } catch {
      unable = true;
      return undefined;
    }
  };

  const currentKey = () => {
    key ??= make();
    return key;
  };

  const wanted = () => mode === 'required' || (mode === 'auto' && advertised);

  const nowSeconds = (): number => {
    const wallMs = clock.wallMs();
    if (serverTime === undefined) return Math.floor(wallMs / 1000);
    const monotonicElapsedMs = clock.monotonicMs() - serverTime.monotonicMs;
    const wallElapsedMs = wallMs - serverTime.wallMs;
    // The monotonic clock may stand still in standby; the wall clock may be set at any moment.
    const sleptMs = wallElapsedMs - monotonicElapsedMs;
    const elapsedMs = sleptMs > 0 && sleptMs < maxSleepMs ? wallElapsedMs : monotonicElapsedMs;
    return Math.floor((serverTime.dateMs + elapsedMs) / 1000);
  };

  const encoder = () => new TextEncoder();

  return {
    mode,
    async proof({ method, url, accessToken }) {
      if (!wanted() || subtle === undefined || dependencies.crypto === undefined) return undefined;
      const found = await currentKey();
      if (found === undefined) return undefined;
      const { origin, pathname } = new URL(url);
      const claims: Record<string, string | number> = {
        jti: base64url(dependencies.crypto.getRandomValues(new Uint8Array(16))),
        htm: method.toUpperCase(),
        htu: origin + pathname,
        iat: nowSeconds(),
      };
      const nonce = nonces.get(origin);
      if (nonce !== undefined) claims['nonce'] = nonce;
      try {
        if (accessToken !== undefined) {
          claims['ath'] = base64url(await subtle.digest('SHA-256', encoder().encode(accessToken)));
        }
        const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: found.jwk };
        const part = (content: unknown) => base64url(encoder().encode(JSON.stringify(content)));
        const signed = `${part(header)}.${part(claims)}`;
        const signature = await subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          found.pair.privateKey,
          encoder().encode(signed),
        );
        return `${signed}.${base64url(signature)}`;
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
    serverTimeReceived(date) {
      const dateMs = Date.parse(date);
      if (Number.isNaN(dateMs)) return;
      serverTime = { dateMs, monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    },
    async unavailableReason() {
      if (mode !== 'required' || (await currentKey()) !== undefined) return undefined;
      return {
        kind: 'misconfigured',
        code: 'dpop_unavailable',
        detail:
          'The settings require DPoP, and this device offers no WebCrypto here. Serve the app over https, or set dpop to "auto".',
      };
    },
    async keep() {
      const used = await key;
      if (used === undefined) return true;
      try {
        await withTimeLimit(
          clock,
          storageLimitMs,
          store.update(recordKey, (old) => (asKeyPair(old) === undefined ? used.pair : old)),
        );
        return (await stored())?.jwk.x === used.jwk.x;
      } catch {
        return false;
      }
    },
    async forget() {
      key = undefined;
      await store.delete(recordKey);
    },
    state() {
      if (mode === 'off') return 'off';
      if (!wanted()) return 'not-advertised';
      return unable ? 'no-crypto' : 'on';
    },
  };
}
