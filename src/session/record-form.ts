import { assertNever } from '../assert-never';
import { asCredentials, type Credentials } from '../oauth/credentials';
import type { Account } from '../oauth/outcome';
import type { Binding } from '../oauth/proof';
import { isProofKey } from './dpop-key';

/**
 * Version of the record's form. 1 held account and token in the clear, 2 all credentials in one text
 * and sealed content by the marker `sealed`, 3 no key. A record without a key of its own still is of
 * schema 3, so that an older release can use it.
 */
export const schemaVersion = 4;
const keylessSchema = 3;

/** A record as it lies in the store. */
export interface StoredRecord {
  schema: typeof schemaVersion | typeof keylessSchema;
  /** Changes with every write: each writer says which revision it replaces. */
  revision: string;
  /** Set on a signed-out account: starts at which the server could not be told. */
  postponed?: number | undefined;
  /** A {@link SealedContent} of {@link RecordContent}. */
  content: unknown;
  /** Starts since the settings last named this account's server. */
  unused?: number | undefined;
  /** The server has renewed this account's access at least once. */
  renewed?: boolean | undefined;
  /**
   * What the credentials are bound to; absent in records of releases with one key for all accounts.
   * A key cannot be sealed: sealing takes text, and its private half cannot be exported.
   */
  binding?: Exclude<Binding, { type: 'shared' }> | undefined;
}

/** What is sealed, all but what the credentials are bound to. */
export interface RecordContent {
  account: Account;
  credentials: Credentials;
}

/** One account as it is kept. */
export interface KeptAccount {
  account: Account;
  credentials: Credentials;
  /** Changes with every write: each writer says which revision it replaces. */
  revision: string;
  /** The server has renewed this account's access at least once, in this run or an earlier one. */
  renewed: boolean;
}

export type RecordReading =
  | ({ type: 'kept' } & KeptAccount)
  /** Signed out here, but the server has not heard of it yet. */
  | { type: 'signed-out'; credentials: Credentials }
  | { type: 'absent' }
  /** Written by a later release of the app: left alone. */
  | { type: 'newer' }
  /** Damaged, foreign, or sealed with a key that is gone: now under another key. */
  | { type: 'quarantined' };

type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null;

/** @returns the schema of a stored value; undefined when it has none */
export const schemaOf = (value: unknown): number | undefined =>
  isObject(value) && typeof value['schema'] === 'number' ? value['schema'] : undefined;

/** @returns the starts for which the server could not be told of a sign-out, in any schema */
export const postponedOf = (value: unknown): number | undefined =>
  isObject(value) && typeof value['postponed'] === 'number' ? value['postponed'] : undefined;

/** Whether a later release of the app wrote a value. */
export const isNewer = (value: unknown): boolean => (schemaOf(value) ?? 0) > schemaVersion;

const hasForm = (value: unknown, schema: number): boolean =>
  schemaOf(value) === schema && isObject(value) && typeof value['revision'] === 'string';

export const asRecord = (value: unknown): StoredRecord | undefined =>
  hasForm(value, schemaVersion) || hasForm(value, keylessSchema)
    ? (value as StoredRecord)
    : undefined;

/** The members of a record that say what its credentials are bound to. */
export function bindingMembers(
  binding: Binding | undefined,
): Pick<StoredRecord, 'schema' | 'binding'> {
  switch (binding?.type) {
    case 'bound':
    case 'key-lost':
      return { schema: schemaVersion, binding };
    case 'unbound':
      return { schema: keylessSchema, binding };
    case 'shared':
    case undefined:
      return { schema: keylessSchema };
    default:
      return assertNever(binding);
  }
}

/** What the credentials of a record are bound to. */
export function bindingOf({ schema, binding }: Pick<StoredRecord, 'schema' | 'binding'>): Binding {
  if (schema === schemaVersion) {
    return binding?.type === 'bound' && isProofKey(binding.key) ? binding : { type: 'key-lost' };
  }
  return binding?.type === 'unbound' ? binding : { type: 'shared' };
}

/** Whether the key that all accounts shared may still be needed for a stored value. */
export function needsSharedKey(value: unknown): boolean {
  const record = asRecord(value);
  if (record === undefined) return true;
  return record.postponed === undefined && bindingOf(record).type === 'shared';
}

/** A record of the second schema: the same but for what its content holds. */
export const asSecondSchema = (value: unknown): Omit<StoredRecord, 'schema'> | undefined =>
  hasForm(value, 2) ? (value as StoredRecord) : undefined;

/** Until schema 2 a lasting access token was kept as a refresh token with this in front. */
const lastingPrefix = 'access-token:';

/** The credentials in the one text that schemas 1 and 2 kept. */
function credentialsOfText(text: string): Credentials {
  if (text.indexOf(lastingPrefix) === 0) {
    return { type: 'lasting', accessToken: text.slice(lastingPrefix.length) };
  }
  try {
    const bound = asCredentials({ ...(JSON.parse(text) as object), type: 'bound' });
    if (bound !== undefined) return bound;
  } catch {
    // Not JSON: a refresh token as the server made it.
  }
  return { type: 'refresh', refreshToken: text };
}

/** @returns the content of a record of any schema up to this one; undefined when it is damaged */
export function asContent(value: unknown): RecordContent | undefined {
  if (!isObject(value)) return undefined;
  const { account, refreshToken } = value;
  const credentials =
    typeof refreshToken === 'string'
      ? credentialsOfText(refreshToken)
      : asCredentials(value['credentials']);
  if (credentials === undefined || !isObject(account)) return undefined;
  const { id, name, email } = account;
  if (typeof id !== 'string' || typeof name !== 'string') return undefined;
  return {
    account: typeof email === 'string' ? { id, name, email } : { id, name },
    credentials,
  };
}
