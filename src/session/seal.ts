import type { RecordStore } from './store';

/** Content as it lies in the store. */
export type SealedContent =
  | { sealed: 'aes-gcm'; iv: Uint8Array; data: ArrayBuffer }
  /** Readable by whoever gets at the storage of the TV. */
  | { sealed: 'no'; content: unknown };

/** Whether records are sealed at rest, and what speaks against it. */
export type SealState = 'untried' | 'sealed' | 'no-crypto' | 'key-cannot-be-kept';

export type Opening = { type: 'opened'; content: unknown } | { type: 'unreadable' };

/**
 * Seals what is kept, with a key that scripts can use but not read. That protects a copy of the
 * disk; against scripts of the same origin nothing in a browser does.
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

const asSealed = (value: unknown): SealedContent | undefined => {
  const found = value as Partial<Record<'sealed' | 'iv' | 'data', unknown>> | null | undefined;
  if (found?.sealed === 'no') return value as SealedContent;
  return found?.sealed === 'aes-gcm' && ArrayBuffer.isView(found.iv) && found.data instanceof Object
    ? (value as SealedContent)
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
        return { sealed: 'no', content };
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
        return { sealed: 'aes-gcm', iv, data };
      } catch {
        // What lies under the name is no key of ours, or came back from the store as a dead object.
        state = 'key-cannot-be-kept';
        return { sealed: 'no', content };
      }
    },

    async open(context, value) {
      const sealed = asSealed(value);
      if (sealed === undefined) return { type: 'unreadable' };
      if (sealed.sealed === 'no') return { type: 'opened', content: sealed.content };
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
