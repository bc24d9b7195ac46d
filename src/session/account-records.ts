import { assertNever } from '../assert-never';
import type { Account } from '../oauth/outcome';
import type { Opening, Seal } from './seal';
import type { RecordStore } from './store';

/** Version of the record's form. 1 held account and token in the clear. */
export const schemaVersion = 2;

/** One account as it is kept. */
export interface KeptAccount {
  account: Account;
  refreshToken: string;
  /** Changes with every write: whoever writes says which one it replaces. */
  revision: string;
}

export type RecordReading =
  | ({ type: 'kept' } & KeptAccount)
  /** Signed out here, but the server has not heard of it yet. */
  | { type: 'signed-out'; refreshToken: string }
  | { type: 'absent' }
  /** Damaged, foreign, or sealed with a key that is gone: now under another key. */
  | { type: 'quarantined' };

export type RecordWriting =
  /** Read back and found right. */
  | { type: 'written'; revision: string }
  /** The record is no longer the one that was to be replaced. */
  | { type: 'overtaken' };

/**
 * The kept accounts of one client at one server: a record each. Every call rejects when the storage
 * fails, and only then.
 */
export interface AccountRecords {
  list(): Promise<{ kept: KeptAccount[]; signedOut: string[]; quarantined: number }>;
  read(accountId: string): Promise<RecordReading>;
  /**
   * Writes, reads back and compares.
   * @param replaces revision that must still be there; undefined replaces whatever is
   */
  write(account: Account, refreshToken: string, replaces?: string): Promise<RecordWriting>;
  /**
   * From here on no tab uses the account. A sealed token stays until the server has heard of the
   * sign-out; an unsealed one goes at once.
   * @returns the newest refresh token, for revocation
   */
  markSignedOut(accountId: string): Promise<string | undefined>;
  /** @param replaces revision that must still be there; undefined removes whatever is */
  remove(accountId: string, replaces?: string): Promise<void>;
  /** The server could not be told yet: after some starts there is no point in trying further. */
  postpone(accountId: string): Promise<void>;
  /**
   * Counts a start of the app. Accounts of servers and clients that the settings no longer name grow
   * old with it and are forgotten in the end; nobody can revoke or use them here. Until then another
   * app of the same origin, or a return to the old settings, finds them.
   * @returns how many were forgotten
   */
  countStart(): Promise<number>;
  /**
   * Deletes what was set aside, once the store holds no account of any server any more.
   * @returns whether anybody is kept, or only waits for the server to hear of a sign-out
   */
  deleteOrphans(): Promise<'in-use' | 'pending' | 'empty'>;
}

interface StoredRecord {
  schema: typeof schemaVersion;
  revision: string;
  /** Set on a signed-out account: starts at which the server could not be told. */
  postponed?: number;
  content: unknown;
  /** Starts since the settings last named this account's server. */
  unused?: number;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const asRecord = (value: unknown): StoredRecord | undefined =>
  isObject(value) && value['schema'] === schemaVersion && typeof value['revision'] === 'string'
    ? (value as unknown as StoredRecord)
    : undefined;

function asContent(value: unknown): { account: Account; refreshToken: string } | undefined {
  if (!isObject(value) || typeof value['refreshToken'] !== 'string') return undefined;
  const account = value['account'];
  if (!isObject(account)) return undefined;
  const { id, name, email } = account;
  if (typeof id !== 'string' || typeof name !== 'string') return undefined;
  return {
    account: typeof email === 'string' ? { id, name, email } : { id, name },
    refreshToken: value['refreshToken'],
  };
}

const prefix = 'account/';
const quarantinePrefix = 'aside/';
const maxPostponements = 10;
const maxUnusedStarts = 30;

/** @param owner whose records: accounts of other servers and clients in the same store stay unseen */
export function createAccountRecords(
  store: RecordStore,
  seal: Seal,
  owner: { serverId: string; clientId: string },
  random: () => number,
): AccountRecords {
  const own = `${prefix}${encodeURIComponent(owner.serverId)}/${encodeURIComponent(owner.clientId)}/`;
  const keyOf = (accountId: string) => own + encodeURIComponent(accountId);
  const newRevision = () => `${random()}`.slice(2) + `${random()}`.slice(2);

  const quarantined = async (key: string, value: unknown): Promise<RecordReading> => {
    try {
      await store.set(quarantinePrefix + key, value);
      const revision = asRecord(value)?.revision;
      // Somebody may have signed in over it in another tab meanwhile: that record stays.
      await store.update(key, (now) => (asRecord(now)?.revision === revision ? undefined : now));
    } catch {
      // No room to move it: it stays where it is and is passed over again at the next start.
    }
    return { type: 'quarantined' };
  };

  const sealed = async (key: string, content: unknown): Promise<StoredRecord> => ({
    schema: schemaVersion,
    revision: newRevision(),
    content: await seal.seal(key, content),
  });

  /** Brings a record of an earlier schema up to date. */
  const migrated = async (key: string, old: unknown): Promise<unknown> => {
    const content = asContent(old);
    if (!isObject(old) || old['schema'] !== 1 || content === undefined) return old;
    const record = await sealed(key, content);
    let current: unknown;
    await store.update(key, (now) => {
      // Another tab may have done it, or gone further, in the meantime.
      current = isObject(now) && now['schema'] === 1 ? record : now;
      return current;
    });
    return current;
  };

  const interpret = async (key: string, stored: unknown): Promise<RecordReading> => {
    const value = await migrated(key, stored);
    if (value === undefined) return { type: 'absent' };
    const record = asRecord(value);
    if (record === undefined) return quarantined(key, value);
    const opening: Opening = await seal.open(key, record.content);
    if (opening.type === 'unreadable') return quarantined(key, value);
    const content = asContent(opening.content);
    if (content === undefined || keyOf(content.account.id) !== key) return quarantined(key, value);
    const { refreshToken } = content;
    return record.postponed === undefined
      ? { type: 'kept', ...content, revision: record.revision }
      : { type: 'signed-out', refreshToken };
  };

  const read = async (accountId: string): Promise<RecordReading> => {
    const key = keyOf(accountId);
    return interpret(key, await store.get(key));
  };

  return {
    async list() {
      const kept: KeptAccount[] = [];
      const signedOut: string[] = [];
      let count = 0;
      for (const [key, value] of await store.entries()) {
        if (key.indexOf(own) !== 0) continue;
        const reading = await interpret(key, value);
        switch (reading.type) {
          case 'kept':
            kept.push(reading);
            break;
          case 'signed-out':
            signedOut.push(decodeURIComponent(key.slice(own.length)));
            break;
          case 'quarantined':
            count++;
            break;
          case 'absent':
            break;
          default:
            assertNever(reading);
        }
      }
      return { kept, signedOut, quarantined: count };
    },

    read,

    async write(account, refreshToken, replaces) {
      const key = keyOf(account.id);
      const record = await sealed(key, { account, refreshToken });
      let overtaken = false;
      await store.update(key, (old) => {
        const before = asRecord(old);
        overtaken =
          replaces !== undefined &&
          (before?.revision !== replaces || before.postponed !== undefined);
        return overtaken ? old : record;
      });
      if (overtaken) return { type: 'overtaken' };
      const back = await read(account.id);
      if (back.type === 'kept') {
        const { revision } = back;
        // Another revision means that another tab has already gone on from ours.
        if (back.refreshToken === refreshToken || revision !== record.revision) {
          return { type: 'written', revision };
        }
      }
      // A sign-out in another tab is a reason to find something else; anything else is a bad store.
      if (back.type === 'signed-out' || back.type === 'absent') {
        return { type: 'overtaken' };
      }
      throw new Error('The record did not read back as it was written');
    },

    async markSignedOut(accountId) {
      const key = keyOf(accountId);
      for (;;) {
        const reading = await read(accountId);
        if (reading.type === 'signed-out') return reading.refreshToken;
        if (reading.type !== 'kept') return undefined;
        const { refreshToken, revision } = reading;
        const account: Account = { id: accountId, name: '' };
        const content = await seal.seal(key, { account, refreshToken });
        const record: StoredRecord = {
          schema: schemaVersion,
          revision: newRevision(),
          postponed: 0,
          content,
        };
        let marked = false;
        await store.update(key, (old) => {
          // A refresh in another tab may just have changed the token: then the newer one is revoked.
          marked = asRecord(old)?.revision === revision;
          if (!marked) return old;
          return content.sealed === 'no' ? undefined : record;
        });
        if (marked) return refreshToken;
      }
    },

    async remove(accountId, replaces) {
      await store.update(keyOf(accountId), (old) =>
        replaces === undefined || asRecord(old)?.revision === replaces ? undefined : old,
      );
    },

    async postpone(accountId) {
      await store.update(keyOf(accountId), (old) => {
        const record = asRecord(old);
        if (record?.postponed === undefined) return old;
        const postponed = record.postponed + 1;
        return postponed < maxPostponements ? { ...record, postponed } : undefined;
      });
    },

    async countStart() {
      let forgotten = 0;
      for (const [key] of await store.entries()) {
        if (key.indexOf(prefix) !== 0) continue;
        const inUse = key.indexOf(own) === 0;
        let isOver = false;
        await store.update(key, (old) => {
          if (!isObject(old)) return old;
          const { unused, ...record } = old;
          if (inUse) return unused === undefined ? old : record;
          const starts = (typeof unused === 'number' ? unused : 0) + 1;
          isOver = starts >= maxUnusedStarts;
          return isOver ? undefined : { ...record, unused: starts };
        });
        if (isOver) forgotten++;
      }
      return forgotten;
    },

    async deleteOrphans() {
      const all = await store.entries();
      const ours = all.filter(([key]) => key.indexOf(prefix) === 0);
      if (ours.length > 0) {
        const pending = ours.every(([, value]) => asRecord(value)?.postponed !== undefined);
        return pending ? 'pending' : 'in-use';
      }
      for (const [key] of all) {
        if (key.indexOf(quarantinePrefix) === 0) await store.delete(key);
      }
      return 'empty';
    },
  };
}
