import type { ProblemKind } from '../oauth/problem';

const problemInitials: Record<ProblemKind, string> = {
  offline: 'OF',
  'server-unreachable': 'SU',
  'server-error': 'SE',
  'server-busy': 'SB',
  'time-out': 'TO',
  'clock-wrong': 'CW',
  misconfigured: 'MC',
  'untrusted-address': 'UA',
  'browser-calls-refused': 'BR',
  'not-completed': 'NC',
  refused: 'RF',
  'network-sign-in': 'NS',
  'not-sendable': 'NT',
  'storage-unreadable': 'SR',
  'key-lost': 'KL',
};

/** Letters and digits that cannot be mistaken for one another when read out. */
const referenceAlphabet = '23456789ACDEFHJKMNPRTVWXY';

/**
 * A short code for a conversation with support: what went wrong, and four signs that tell one
 * failure from the next.
 *
 * @param random in [0, 1)
 */
export function supportReference(kind: ProblemKind, random: number): string {
  let rest = Math.floor(random * referenceAlphabet.length ** 4);
  let letters = '';
  for (let place = 0; place < 4; place++) {
    letters += referenceAlphabet[rest % referenceAlphabet.length];
    rest = Math.floor(rest / referenceAlphabet.length);
  }
  return `${problemInitials[kind]}-${letters}`;
}
