import { assertNever } from '../assert-never';
import type { UnboundReason } from '../oauth/proof';
import type { DpopMode } from '../settings/settings';
import type { AccountSession } from './account-session';

/** Whether a session is bound to a key of this TV, and why it is not. */
export type DpopState =
  | 'on'
  | UnboundReason
  /** No one is signed in, or the server has not been asked yet. */
  | 'undecided'
  /** The key cannot be read any more: the viewer has to sign in again. */
  | 'key-lost';

/** @param current the account that is signed in */
export function dpopState(mode: DpopMode, current: AccountSession | undefined): DpopState {
  const binding = current?.binding;
  switch (binding?.type) {
    case 'bound':
      return 'on';
    case 'unbound':
      return binding.reason;
    case 'key-lost':
      return binding.type;
    case 'shared':
      if (current?.access?.proofKey !== undefined) return 'on';
      return mode === 'off' ? 'off' : 'undecided';
    case undefined:
      return mode === 'off' ? 'off' : 'undecided';
    default:
      return assertNever(binding);
  }
}
