import { assertNever } from '../assert-never';
import { pendingId } from '../oauth/claims';
import { type Credentials, sameCredentials } from '../oauth/credentials';
import type { Account } from '../oauth/outcome';
import {
  asRecord,
  isNewer,
  type KeptAccount,
  postponedOf,
  type RecordContent,
  type RecordReading,
  type StoredRecord,
} from './record-form';
import { createRecordReader, type RecordReader } from './record-reader';
import { countStart, deleteOrphans, deleteSharedKey } from './record-upkeep';
import type { Seal } from './seal';
import type { RecordStore } from './store';

export type RecordWriting =
  /** Read back and found right. */
  | { type: 'written'; revision: string }
  /** The record is no longer the one that was to be replaced. */
  | { type: 'overtaken' };

/** What lies in the store at the start. */
export interface RecordListing {
  kept: KeptAccount[];
  /** Ids of accounts whose sign-out the server has not heard of. */
  signedOut: string[];
  quarantined: number;
  /** Records of a later release of the app. */
  newer: number;
  /** Records beside ones of a later release that can be read after all: to be revoked. */
  superseded: SupersededRecord[];
}

export interface PostponeOptions {
  /** It is a start of the app that the server could not be told at. */
  countsStart: boolean;
  /** Waits under the account's own id; else under one that says nothing of the account. */
  keepsId: boolean;
}

/** A record of an older release, for an account that is kept by this one. */
export interface SupersededRecord {
  key: string;
  credentials: Credentials;
}

/**
 * The kept accounts of one client at one server: a record each. Every call rejects when the storage
 * fails, and only then.
 */
export interface AccountRecords {
  list(): Promise<RecordListing>;
  read(accountId: string): Promise<RecordReading>;
  /**
   * Writes, reads back and compares.
   * @param replaces revision that must still be there; undefined replaces any
   */
  write(account: Account, credentials: Credentials, replaces?: string): Promise<RecordWriting>;
  /**
   * The server has renewed access with the credentials as they are.
   * @param revision of the record that holds them
   */
  noteRenewed(accountId: string, revision: string): Promise<void>;
  /**
   * From here on no tab uses the account. A sealed record stays until the server has heard of the
   * sign-out; an unsealed one is deleted at once.
   * @returns the newest credentials, for revocation
   */
  markSignedOut(accountId: string): Promise<Credentials | undefined>;
  /**
   * Writes the record of a new sign-in, and in the same step keeps the grant that it replaces for
   * revocation. Read back and compared like any record.
   * @param isReplaced says of the grant in the old record whether it is to be revoked
   * @returns also where the replaced grant waits; undefined when there is none
   */
  writeNew(
    account: Account,
    credentials: Credentials,
    isReplaced: (before: Credentials) => boolean,
  ): Promise<RecordWriting & { replacedId?: string | undefined }>;
  /** @param replaces revision that must still be there; undefined removes any */
  remove(accountId: string, replaces?: string): Promise<void>;
  /** The server has been told of a superseded record, or will not be. */
  removeSuperseded(record: SupersededRecord): Promise<void>;
  /** Deletes the record of a sign-out; one of a sign-in that came meanwhile stays. */
  forgetSignedOut(accountId: string): Promise<void>;
  /**
   * The server could not be told yet: the credentials wait. After ten starts they are deleted.
   * @returns the id under which they wait; undefined when they do not
   */
  postpone(accountId: string, options: PostponeOptions): Promise<string | undefined>;
  /** @see deleteSharedKey in `record-upkeep.ts` */
  deleteSharedKey(): Promise<void>;
  /** @see countStart in `record-upkeep.ts` */
  countStart(): Promise<number>;
  /** @see deleteOrphans in `record-upkeep.ts` */
  deleteOrphans(): Promise<'in-use' | 'pending' | 'empty'>;
}

const maxPostponements = 10;

async function list(store: RecordStore, reader: RecordReader): Promise<RecordListing> {
  const listing: RecordListing = {
    kept: [],
    signedOut: [],
    quarantined: 0,
    newer: 0,
    superseded: [],
  };
  const entries = await store.entries();
  const newer = entries.filter(([, value]) => isNewer(value)).map(([key]) => key);
  for (const [key, value] of entries) {
    if (!reader.isOwn(key)) continue;
    const reading = await reader.interpret(key, value);
    if (reader.isBeside(key) && !newer.includes(reader.besideWhich(key))) {
      if (reading.type === 'kept' || reading.type === 'signed-out') {
        listing.superseded.push({ key, credentials: reading.credentials });
      }
      continue;
    }
    switch (reading.type) {
      case 'kept':
        listing.kept.push(reading);
        break;
      case 'signed-out':
        listing.signedOut.push(reader.accountIdOf(key));
        break;
      case 'quarantined':
        listing.quarantined++;
        break;
      case 'newer':
        listing.newer++;
        break;
      case 'absent':
        break;
      default:
        assertNever(reading);
    }
  }
  return listing;
}

/** Whether credentials came back as they were written; a key that did not is lost. */
const isSame = (back: Credentials, written: Credentials): boolean =>
  sameCredentials(back, written) && back.binding?.type === (written.binding?.type ?? 'shared');

async function write(
  store: RecordStore,
  reader: RecordReader,
  { account, credentials }: RecordContent,
  replaces: string | undefined,
): Promise<RecordWriting> {
  const key = await reader.locate(account.id);
  const record = await reader.sealed(key, { account, credentials });
  let overtaken = false;
  await store.update(key, (old) => {
    const before = asRecord(old);
    overtaken =
      replaces !== undefined && (before?.revision !== replaces || before.postponed !== undefined);
    // Credentials that replace others came of a renewal.
    const renewed = replaces !== undefined || before?.renewed === true;
    return overtaken ? old : { ...record, renewed };
  });
  return overtaken ? { type: 'overtaken' } : readBack(reader, { account, credentials }, record);
}

/** Whether the store holds what was written. */
async function readBack(
  reader: RecordReader,
  { account, credentials }: RecordContent,
  record: StoredRecord,
): Promise<RecordWriting> {
  const back = await reader.read(account.id);
  switch (back.type) {
    case 'kept':
      // Another revision means that another tab has already gone on from this one.
      if (back.revision !== record.revision || isSame(back.credentials, credentials)) {
        return { type: 'written', revision: back.revision };
      }
      break;
    case 'signed-out':
    case 'absent':
      // Another tab has signed out meanwhile.
      return { type: 'overtaken' };
    case 'quarantined':
    case 'newer':
      break;
    default:
      assertNever(back);
  }
  throw new Error('The record did not read back as it was written');
}

/** What is kept of a grant that is over. A revocation needs no proof: its key goes now. */
const pendingContent = (id: string, credentials: Credentials): RecordContent => ({
  account: { id, name: '' },
  credentials: { ...credentials, binding: undefined },
});

/** The record of credentials that wait for their revocation; undefined where it cannot be sealed. */
async function pendingRecord(
  reader: RecordReader,
  credentials: Credentials,
  postponed: number,
  id = pendingId(reader.unique()),
) {
  const key = await reader.locate(id);
  const sealed = await reader.sealed(key, pendingContent(id, credentials));
  return sealed.content.type === 'plain'
    ? undefined
    : { id, key, record: { ...sealed, postponed } };
}

async function writeNew(
  store: RecordStore,
  reader: RecordReader,
  kept: RecordContent,
  isReplaced: (before: Credentials) => boolean,
): Promise<RecordWriting & { replacedId?: string | undefined }> {
  const { account, credentials } = kept;
  const key = await reader.locate(account.id);
  for (;;) {
    const before = await reader.interpret(key, await store.get(key));
    const replaced =
      (before.type === 'kept' || before.type === 'signed-out') && isReplaced(before.credentials)
        ? await pendingRecord(reader, before.credentials, 0)
        : undefined;
    const revision =
      before.type === 'kept' ? before.revision : asRecord(await store.get(key))?.revision;
    const record = await reader.sealed(key, { account, credentials });
    let isOvertaken = false;
    await store.update(
      key,
      (old) => {
        // A refresh in another tab may just have changed the token: then that one is replaced.
        isOvertaken = asRecord(old)?.revision !== revision;
        return isOvertaken ? old : { ...record, renewed: asRecord(old)?.renewed };
      },
      replaced && [replaced.key, replaced.record],
    );
    if (!isOvertaken)
      return { ...(await readBack(reader, kept, record)), replacedId: replaced?.id };
  }
}

async function postpone(
  store: RecordStore,
  reader: RecordReader,
  accountId: string,
  { countsStart, keepsId }: PostponeOptions,
): Promise<string | undefined> {
  const key = await reader.locate(accountId);
  const reading = await reader.read(accountId);
  if (reading.type !== 'signed-out') return undefined;
  const old = asRecord(await store.get(key));
  const postponed = (old?.postponed ?? 0) + (countsStart ? 1 : 0);
  const id = keepsId ? accountId : undefined;
  const waiting =
    postponed < maxPostponements
      ? await pendingRecord(reader, reading.credentials, postponed, id)
      : undefined;
  const stays = waiting?.key === key;
  let isCurrent = false;
  await store.update(
    key,
    (now) => {
      // A sign-in that came meanwhile stays; it has seen to the old grant itself.
      isCurrent = old !== undefined && asRecord(now)?.revision === old.revision;
      if (!isCurrent) return now;
      return stays ? waiting?.record : undefined;
    },
    waiting === undefined || stays ? undefined : [waiting.key, waiting.record],
  );
  return isCurrent ? waiting?.id : undefined;
}

async function markSignedOut(
  store: RecordStore,
  reader: RecordReader,
  accountId: string,
): Promise<Credentials | undefined> {
  const key = await reader.locate(accountId);
  for (;;) {
    const reading = await reader.read(accountId);
    if (reading.type === 'signed-out') return reading.credentials;
    if (reading.type !== 'kept') return undefined;
    const { account, credentials } = pendingContent(accountId, reading.credentials);
    const { revision } = reading;
    const sealed = await reader.sealed(key, { account, credentials });
    let marked = false;
    await store.update(key, (old) => {
      // A refresh in another tab may just have changed the token: then the newer one is revoked.
      marked = asRecord(old)?.revision === revision;
      if (!marked) return old;
      return sealed.content.type === 'plain' ? undefined : { ...sealed, postponed: 0 };
    });
    if (marked) return credentials;
  }
}

/** @param owner whose records: accounts of other servers and clients in the same store stay unseen */
export function createAccountRecords(
  store: RecordStore,
  seal: Seal,
  owner: { serverId: string; clientId: string },
  random: () => number,
): AccountRecords {
  const reader = createRecordReader(store, seal, owner, random);
  return {
    list: () => list(store, reader),
    read: reader.read,
    write: (account, credentials, replaces) =>
      write(store, reader, { account, credentials }, replaces),
    writeNew: (account, credentials, isReplaced) =>
      writeNew(store, reader, { account, credentials }, isReplaced),
    markSignedOut: (accountId) => markSignedOut(store, reader, accountId),
    async noteRenewed(accountId, revision) {
      await store.update(await reader.locate(accountId), (old) => {
        const record = asRecord(old);
        return record?.revision === revision ? { ...record, renewed: true } : old;
      });
    },
    async remove(accountId, replaces) {
      await store.update(await reader.locate(accountId), (old) =>
        replaces === undefined || asRecord(old)?.revision === replaces ? undefined : old,
      );
    },
    removeSuperseded: ({ key }) => store.delete(key),
    async forgetSignedOut(accountId) {
      await store.update(await reader.locate(accountId), (old) =>
        postponedOf(old) === undefined ? old : undefined,
      );
    },
    postpone: (accountId, options) => postpone(store, reader, accountId, options),
    deleteSharedKey: () => deleteSharedKey(store),
    countStart: () => countStart(store, reader.own),
    deleteOrphans: () => deleteOrphans(store),
  };
}
