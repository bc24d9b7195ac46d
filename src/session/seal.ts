import type { RecordStore } from './store';

/** Content as it lies in the store. */
export type SealedContent =
  | { type: 'aes-gcm'; iv: Uint8Array; data: ArrayBuffer }
  /** The record alone gives it away. */
  | { type: 'plain'; content: unknown };

/** Whether records are sealed at rest, and what speaks against it. */
export type SealState = 'untried' | 'sealed' | 'no-crypto' | 'key-cannot-be-kept';

export type Opening = { type: 'opened'; content: unknown } | { type: 'unreadable' };

/**
 * Seals what is kept, with a key that scripts can use but not export. That protects records that are
 * taken without the key: by a script that copies the database, or in a dump of the records alone. It
 * does not protect a copy of the TV's storage, because browsers keep keys in the clear in the files of
 * IndexedDB; nor does anything in a browser protect from scripts that use the key on the same origin.
 */
export interface Seal {
  /**
   * @param context key of the record: sealed content moved elsewhere does not open
   * @throws when the storage fails
   */
  seal(context: string, content: unknown): Promise<SealedContent>;
  /** @throws when the storage fails; anything wrong with the content is an outcome */
  open(context: string, sealed: unknown): Promise<Opening>;
  /** Deletes the key: everything sealed with it is lost. */
  forget(): Promise<void>;
  state(): SealState;
}

const recordKey = 'seal-key';

/** Reads sealed content; until schema 2 its marker was `sealed`, with `no` for plain content. */
const asSealed = (value: unknown): SealedContent | undefined => {
  const { type, sealed, iv, data, content } = (value ?? {}) as Partial<Record<string, unknown>>;
  const marker = type ?? sealed;
  if (marker === 'plain' || marker === 'no') return { type: 'plain', content };
  return marker === 'aes-gcm' && ArrayBuffer.isView(iv) && data instanceof Object
    ? { type: 'aes-gcm', iv: iv as Uint8Array, data: data as ArrayBuffer }
    : undefined;
};

/** @param crypto WebCrypto; without `subtle` records stay readable and `state` says so */
export function createSeal(store: RecordStore, crypto: Crypto | undefined): Seal {
  const subtle = crypto?.subtle;
  let state: SealState = subtle === undefined ? 'no-crypto' : 'untried';

  /** Read anew each time: another tab may have deleted or replaced it. */
  const storedKey = async () => (await store.get(recordKey)) as CryptoKey | undefined;

  const keyForSealing = async (): Promise<CryptoKey | undefined> => {
    if (subtle === undefined) {
      state = 'no-crypto';
      return undefined;
    }
    const found = await storedKey();
    if (found !== undefined) return found;
    let made: CryptoKey;
    try {
      made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ]);
    } catch {
      state = 'no-crypto';
      return undefined;
    }
    try {
      await store.update(recordKey, (old) => old ?? made);
    } catch (error) {
      // Some engines cannot clone a key into a store that takes everything else.
      if ((error as { name?: unknown } | null)?.name !== 'DataCloneError') throw error;
    }
    const kept = await storedKey();
    if (kept === undefined) state = 'key-cannot-be-kept';
    return kept;
  };

  return {
    async seal(context, content) {
      const key = await keyForSealing();
      if (key === undefined || crypto === undefined || subtle === undefined) {
        return { type: 'plain', content };
      }
      try {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const encoder = new TextEncoder();
        const data = await subtle.encrypt(
          { name: 'AES-GCM', iv, additionalData: encoder.encode(context) },
          key,
          encoder.encode(JSON.stringify(content)),
        );
        state = 'sealed';
        return { type: 'aes-gcm', iv, data };
      } catch {
        // The stored key is not usable: it is something else, or the engine could not restore it.
        state = 'key-cannot-be-kept';
        return { type: 'plain', content };
      }
    },

    async open(context, value) {
      const sealed = asSealed(value);
      if (sealed === undefined) return { type: 'unreadable' };
      if (sealed.type === 'plain') return { type: 'opened', content: sealed.content };
      if (subtle === undefined) return { type: 'unreadable' };
      const key = await storedKey();
      if (key === undefined) return { type: 'unreadable' };
      try {
        const text = await subtle.decrypt(
          {
            name: 'AES-GCM',
            iv: sealed.iv as Uint8Array<ArrayBuffer>,
            additionalData: new TextEncoder().encode(context),
          },
          key,
          sealed.data,
        );
        state = 'sealed';
        return { type: 'opened', content: JSON.parse(new TextDecoder().decode(text)) };
      } catch {
        return { type: 'unreadable' };
      }
    },

    forget: () => store.delete(recordKey),
    state: () => state,
  };
}
