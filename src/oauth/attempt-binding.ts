import type { SignInSettings } from '../settings/settings';
import type { Clock } from './clock';
import type { Discovery } from './discovery';
import { proofFailed } from './http';
import type { Problem } from './problem';
import type { Binding, ProofKey, ProofSource, UnboundReason } from './proof';
import { withTimeLimit } from './time-limit';

/** What the tokens of an attempt are to be bound to, or why that cannot be told now. */
export type Decision =
  | Extract<Binding, { type: 'bound' | 'unbound' }>
  | { type: 'undecided'; problem: Problem };

/** Decides for each attempt whether its tokens are bound, and to which key. */
export interface AttemptBinding {
  /** An attempt begins: it decides anew, and gets a key of its own. */
  started(): void;
  /**
   * @param discovery what is known of the server's metadata; undefined where it publishes none
   * @returns undefined where there is no source of proofs at all
   */
  decide(discovery: Discovery | undefined, signal: AbortSignal): Promise<Decision | undefined>;
  /** True where the settings let an attempt go on without proofs. */
  readonly mayGiveUp: boolean;
  /** An answer has shown that this attempt's proofs do not get through. */
  giveUp(reason: UnboundReason): void;
  /** @returns why an attempt cannot begin: proofs are required, and this device can make none */
  unavailableReason(signal: AbortSignal): Promise<Problem | undefined>;
}

/** Keys and signatures of a TV that is busy take seconds. */
const keyTimeOutMs = 5000;

const unavailable: Problem = {
  kind: 'misconfigured',
  code: 'dpop_unavailable',
  detail:
    'The settings require DPoP, and this device offers no WebCrypto here. Serve the app over https, or set dpop to "auto".',
};

/**
 * Makes what decides on binding. In mode `auto` tokens are bound where the server's metadata names
 * ES256, and only an answer can say that it does not: while there is none, nothing is decided.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-5.1
 */
export function createAttemptBinding(
  mode: SignInSettings['dpop'],
  proofs: ProofSource | undefined,
  clock: Clock,
): AttemptBinding {
  let key: Promise<ProofKey | undefined> | undefined;
  let givenUp: UnboundReason | undefined;

  const bound = async (signal: AbortSignal): Promise<Decision> => {
    let made: ProofKey | undefined;
    try {
      const makeKey = () => {
        key ??= Promise.resolve(proofs?.createKey());
        return key;
      };
      made = await withTimeLimit(clock, keyTimeOutMs, makeKey, signal);
    } catch {
      key = undefined;
      const problem: Problem = signal.aborted ? { kind: 'time-out', code: 'aborted' } : proofFailed;
      return { type: 'undecided', problem };
    }
    if (made !== undefined) return { type: 'bound', key: made };
    return mode === 'required'
      ? { type: 'undecided', problem: unavailable }
      : { type: 'unbound', reason: 'no-crypto' };
  };

  return {
    started() {
      key = undefined;
      givenUp = undefined;
    },
    async decide(discovery, signal) {
      if (proofs === undefined) return undefined;
      if (mode === 'off') return { type: 'unbound', reason: 'off' };
      if (mode === 'required') return bound(signal);
      if (givenUp !== undefined) return { type: 'unbound', reason: givenUp };
      if (discovery?.type === 'failed' && discovery.isSilent) {
        return { type: 'undecided', problem: discovery.problem };
      }
      const isAdvertised =
        discovery?.type === 'found' && discovery.metadata.dpopAlgorithms?.includes('ES256');
      return isAdvertised ? bound(signal) : { type: 'unbound', reason: 'not-advertised' };
    },
    mayGiveUp: mode === 'auto',
    giveUp(reason) {
      givenUp = reason;
    },
    async unavailableReason(signal) {
      if (proofs === undefined || mode !== 'required') return undefined;
      const decision = await bound(signal);
      return decision.type === 'undecided' ? decision.problem : undefined;
    },
  };
}
