import {
  asContent,
  asRecord,
  asSecondSchema,
  bindingMembers,
  bindingOf,
  isNewer,
  isObject,
  type RecordContent,
  type RecordReading,
  type StoredRecord,
  schemaOf,
} from './record-form';
import { accountPrefix, quarantinePrefix } from './record-upkeep';
import type { Seal, SealedContent } from './seal';
import type { RecordStore } from './store';

/** Finds, opens and migrates the records of one client at one server. All calls may reject. */
export interface RecordReader {
  /** Prefix of the keys of this client at this server. */
  readonly own: string;
  isOwn(key: string): boolean;
  /** Where the account's record lies: beside one of a later release, where there is one. */
  locate(accountId: string): Promise<string>;
  accountIdOf(key: string): string;
  /** Whether a key is for a record beside one of a later release. */
  isBeside(key: string): boolean;
  /** The key of the record that a record lies beside. */
  besideWhich(key: string): string;
  /** A text that is not twice the same; no secret. */
  unique(): string;
  /** A new record, sealed, under a new revision. */
  sealed(
    key: string,
    content: RecordContent,
  ): Promise<StoredRecord & { readonly content: SealedContent }>;
  read(accountId: string): Promise<RecordReading>;
  /** What a stored value is; migrates an older one and quarantines one that cannot be used. */
  interpret(key: string, stored: unknown): Promise<RecordReading>;
}

/** Ends the key of a record that lies beside one of a later release; no id has it: it is encoded. */
const besideSuffix = '/beside';

async function quarantine(store: RecordStore, key: string, value: unknown): Promise<RecordReading> {
  try {
    await store.set(quarantinePrefix + key, value);
    const revision = asRecord(value)?.revision;
    // A sign-in in another tab may have replaced it meanwhile: that record stays.
    await store.update(key, (now) => (asRecord(now)?.revision === revision ? undefined : now));
  } catch {
    // No room to move it: it stays where it is and is passed over again at the next start.
  }
  return { type: 'quarantined' };
}

const isBeside = (key: string) => key.slice(-besideSuffix.length) === besideSuffix;
const besideWhich = (key: string) => (isBeside(key) ? key.slice(0, -besideSuffix.length) : key);

/** @param owner whose records they are */
export function createRecordReader(
  store: RecordStore,
  seal: Seal,
  owner: { serverId: string; clientId: string },
  random: () => number,
): RecordReader {
  const own = `${accountPrefix}${encodeURIComponent(owner.serverId)}/${encodeURIComponent(owner.clientId)}/`;
  const keyOf = (accountId: string) => own + encodeURIComponent(accountId);

  const unique = () => `${random()}`.slice(2) + `${random()}`.slice(2);

  const sealed: RecordReader['sealed'] = async (key, { account, credentials }) => {
    const { binding, ...secret } = credentials;
    return {
      ...bindingMembers(binding),
      revision: unique(),
      content: await seal.seal(key, { account, credentials: secret }),
    };
  };

  /** The content of the record under this key; undefined when it is damaged or of another account. */
  const contentFor = (key: string, value: unknown): RecordContent | undefined => {
    const content = asContent(value);
    return content !== undefined && keyOf(content.account.id) === besideWhich(key)
      ? content
      : undefined;
  };

  const opened = async (key: string, content: unknown): Promise<RecordContent | undefined> => {
    const opening = await seal.open(key, content);
    return opening.type === 'opened' ? contentFor(key, opening.content) : undefined;
  };

  /** The same in this schema; undefined when it is of no earlier one, or damaged. */
  const inThisSchema = async (key: string, old: unknown): Promise<StoredRecord | undefined> => {
    if (schemaOf(old) === 1) {
      const content = contentFor(key, old);
      return content && sealed(key, content);
    }
    const second = asSecondSchema(old);
    const content = second && (await opened(key, second.content));
    // The revision stays: other tabs may have read it already.
    return content && { ...second, ...(await sealed(key, content)), revision: second.revision };
  };

  const migrated = async (key: string, old: unknown): Promise<unknown> => {
    const record = await inThisSchema(key, old);
    if (record === undefined) return old;
    let current: unknown;
    await store.update(key, (now) => {
      // Another tab may have done it, or gone further, in the meantime.
      const unchanged =
        schemaOf(now) === schemaOf(old) &&
        asSecondSchema(now)?.revision === asSecondSchema(old)?.revision;
      current = isObject(now) && unchanged ? record : now;
      return current;
    });
    return current;
  };

  const interpret = async (key: string, stored: unknown): Promise<RecordReading> => {
    const value = await migrated(key, stored);
    if (value === undefined) return { type: 'absent' };
    if (isNewer(value)) return { type: 'newer' };
    const record = asRecord(value);
    if (record === undefined) return quarantine(store, key, value);
    const content = await opened(key, record.content);
    if (content === undefined) return quarantine(store, key, value);
    const { account, credentials } = content;
    if (record.postponed !== undefined) return { type: 'signed-out', credentials };
    return {
      type: 'kept',
      account,
      credentials: { ...credentials, binding: bindingOf(record) },
      revision: record.revision,
      renewed: record.renewed === true,
    };
  };

  const locate = async (accountId: string): Promise<string> => {
    const key = keyOf(accountId);
    return isNewer(await store.get(key)) ? key + besideSuffix : key;
  };

  return {
    own,
    isOwn: (key) => key.indexOf(own) === 0,
    locate,
    accountIdOf: (key) => decodeURIComponent(besideWhich(key).slice(own.length)),
    isBeside,
    besideWhich,
    unique,
    sealed,
    async read(accountId) {
      const key = await locate(accountId);
      return interpret(key, await store.get(key));
    },
    interpret,
  };
}
