import type { Credentials, TokenTarget } from '../oauth/credentials';
import type { Account } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { Binding } from '../oauth/proof';
import type { ConnectionState, Keeping } from '../sign-in/states';
import type { Access } from './access';
import type { UnavailableAccess } from './api';

/** How a renewal of access went. */
export type RefreshResult =
  | { type: 'renewed' }
  | { type: 'ended' }
  /** Nothing is decided, or the server refuses: the account's connection says which. */
  | { type: 'failed'; problem: Problem };

/** Access for one API. */
export interface TargetAccess {
  access?: Access | undefined;
  renewing?: Promise<void> | undefined;
  /** Why there was none at the last try, and when it may be tried again, monotonic ms. */
  failure?: { outcome: UnavailableAccess; notBeforeMs: number } | undefined;
}

/** Names a target within an account. */
export const targetKey = ({ resource, audience }: TokenTarget): string =>
  JSON.stringify([resource, audience]);

/** An account of this run. */
export interface AccountSession {
  account: Account;
  keeping: Keeping;
  /** Its grant comes of a sign-in of this run and was never kept. */
  isNewGrant?: boolean | undefined;
  /** The server has said in this run that the id is whole. */
  hasWholeId?: boolean | undefined;
  /** In memory for the run; for a kept account the record counts. */
  credentials?: Credentials | undefined;
  access?: Access | undefined;
  /** What the session is bound to, as far as it is known. */
  binding?: Binding | undefined;
  /** Access for single APIs, by {@link targetKey}. */
  targets: Map<string, TargetAccess>;
  renewing?: Promise<RefreshResult> | undefined;
  /** Renewals in a row that decided nothing. */
  failureCount: number;
  connection: ConnectionState;
  /** The server has renewed access in this run. */
  hasRenewed: boolean;
  /** After a failure, monotonic ms: when the session tries again by itself… */
  retryAtMs: number;
  /** …and when it may on demand: the server's `Retry-After`, or a moment. */
  notBeforeMs: number;
  /** When an API's refusal last made the session look for a better token, monotonic ms. */
  doubtedAtMs?: number | undefined;
  /**
   * No longer part of this run. What still arrives for a signed-out account is revoked; for a
   * replaced one only what is no part of its successor's grant.
   */
  endedBy?: 'signed-out' | 'replaced' | undefined;
}

/** An account that nothing has happened to yet. */
export const newAccountSession = (
  account: Account,
  keeping: Keeping,
  binding: Binding | undefined,
): AccountSession => ({
  account,
  keeping,
  binding,
  targets: new Map(),
  connection: { type: 'online' },
  hasRenewed: false,
  failureCount: 0,
  retryAtMs: 0,
  notBeforeMs: 0,
});
