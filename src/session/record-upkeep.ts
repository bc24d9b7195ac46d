import { sharedKeyName } from './dpop-key';
import { isNewer, isObject, needsSharedKey, postponedOf } from './record-form';
import type { RecordStore } from './store';

/** Accounts are kept under this prefix, those of all servers and clients. */
export const accountPrefix = 'account/';
/** Records that could not be used lie here, under their old key. */
export const quarantinePrefix = 'quarantine/';
/** What the quarantine was called until schema 2. */
const formerQuarantinePrefix = 'aside/';

const maxUnusedStarts = 30;

const startsWith = (key: string, prefix: string) => key.indexOf(prefix) === 0;

/**
 * Counts a start of the app. Accounts of servers and clients that the settings no longer name are
 * forgotten after thirty starts; nothing here could revoke or use them. Until then another app of
 * the same origin, or a return to the old settings, finds them.
 *
 * @param own prefix of the keys that belong to the server and client of the settings
 * @returns how many were forgotten
 * @throws when the storage fails
 */
export async function countStart(store: RecordStore, own: string): Promise<number> {
  let forgotten = 0;
  for (const [key] of await store.entries()) {
    if (!startsWith(key, accountPrefix)) continue;
    let isOver = false;
    await store.update(key, (old) => {
      // A later release has its own ways; going forward again has to find its records.
      if (!isObject(old) || isNewer(old)) return old;
      const { unused, ...record } = old;
      if (startsWith(key, own)) return unused === undefined ? old : record;
      const starts = (typeof unused === 'number' ? unused : 0) + 1;
      isOver = starts >= maxUnusedStarts;
      return isOver ? undefined : { ...record, unused: starts };
    });
    if (isOver) forgotten++;
  }
  return forgotten;
}

/**
 * Empties the quarantine, once the store holds no account of any server any more.
 *
 * @returns whether an account is kept, or one only waits for the server to hear of its sign-out
 * @throws when the storage fails
 */
export async function deleteOrphans(store: RecordStore): Promise<'in-use' | 'pending' | 'empty'> {
  const all = await store.entries();
  const kept = all.filter(([key]) => startsWith(key, accountPrefix));
  if (kept.length > 0) {
    return kept.every(([, value]) => postponedOf(value) !== undefined) ? 'pending' : 'in-use';
  }
  for (const [key] of all) {
    if (startsWith(key, quarantinePrefix) || startsWith(key, formerQuarantinePrefix)) {
      await store.delete(key);
    }
  }
  return 'empty';
}

/**
 * Deletes the key that all accounts shared until schema 4, once no record may need it. The caller sees
 * to it that no record is being written.
 *
 * @throws when the storage fails
 */
export async function deleteSharedKey(store: RecordStore): Promise<void> {
  const all = await store.entries();
  const isNeeded = all.some(
    ([key, value]) => startsWith(key, accountPrefix) && needsSharedKey(value),
  );
  if (!isNeeded && all.some(([key]) => key === sharedKeyName)) await store.delete(sharedKeyName);
}
