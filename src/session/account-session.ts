import type { Account } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { Access } from './access';

/** How a renewal of access went. */
export type RefreshResult = { type: 'renewed' } | { type: 'ended' } | { type: 'transient-failure' };

/** An account of this run. */
export interface AccountSession {
  account: Account;
  kept: boolean;
  /** In memory for the run; for a kept account the store's word counts. */
  refreshToken?: string;
  access?: Access;
  renewing?: Promise<RefreshResult>;
  /** Renewals in a row that decided nothing. */
  failureCount: number;
  problem?: Problem;
  /** After trouble, monotonic ms: when the session tries again by itself… */
  retryAtMs: number;
  /** …and when it may on demand: the server's `Retry-After`, or a moment. */
  notBeforeMs: number;
  /** When an API's refusal last made the session look for a better token, monotonic ms. */
  doubtedAtMs?: number;
  /**
   * No longer part of this run. What still arrives for a signed-out account is given back; a replaced
   * one may share its grant with its successor, so nothing of it is revoked.
   */
  endedBy?: 'signed-out' | 'replaced';
}

/** An account that nothing has happened to yet. */
export const newAccountSession = (account: Account, kept: boolean): AccountSession => ({
  account,
  kept,
  failureCount: 0,
  retryAtMs: 0,
  notBeforeMs: 0,
});
