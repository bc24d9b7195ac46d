import { assertNever } from '../../src/assert-never.ts';
import type { ProblemKind } from '../../src/oauth/problem.ts';
import type { Fault, Meaning } from './faults.ts';
import type { Situation } from './situations.ts';

/** What may be said of a fault; `none` when the app simply goes on. */
export type Told = ProblemKind | 'none';

/** OAuth errors that only a change of the settings can cure. */
const settingsErrors = [
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_client',
  'invalid_request',
];

/** The words for each meaning, the same at every endpoint. */
const words: Record<Exclude<Meaning, 'works' | 'odd'>, readonly ProblemKind[]> = {
  unanswered: ['server-unreachable'],
  unreadable: ['server-unreachable', 'server-error'],
  'too-late': ['time-out'],
  busy: ['server-busy'],
  trouble: ['server-error'],
  page: ['network-sign-in', 'server-error'],
  // A page of another origin does not see where it leads: a portal's, or a wrong address.
  redirect: ['network-sign-in', 'misconfigured'],
  'foreign-refusal': ['server-error'],
  refusal: ['refused'],
};

/** Calls whose faults the app may not even mention: it goes on without their answer. */
const quietCalls = ['userinfo', 'revoke', 'api'];

/** The request was carried out, and nothing or nonsense came back: an approval is used up by it. */
function usesUpApproval({ delivery }: Fault): boolean {
  switch (delivery.type) {
    case 'reset':
    case 'hang':
      return delivery.when !== 'before';
    case 'drip':
    case 'altered':
      return true;
    case 'refused-connection':
    case 'answer':
    case 'redirect':
      return false;
    default:
      return assertNever(delivery);
  }
}

function wordsFor(fault: Fault, situation: Situation): readonly Told[] | undefined {
  const { meaning, code } = fault;
  if (meaning === 'odd') return undefined;
  if (meaning === 'works') return [];
  if (meaning === 'unreadable' && !situation.knowsServer) {
    return [...words.unreadable, 'browser-calls-refused'];
  }
  if (code !== undefined && settingsErrors.includes(code)) return ['misconfigured', 'refused'];
  return words[meaning];
}

/**
 * What the viewer may be told when a call meets a fault, beside nothing at all: one request that
 * failed may be repeated before anyone is told.
 *
 * @returns the kinds of problem that are right; undefined when the campaign does not judge the words
 */
export function expectedWords(
  fault: Fault,
  situation: Situation,
  duration: 'once' | 'lasting',
): readonly Told[] | undefined {
  if (quietCalls.includes(situation.call)) return undefined;
  const expected = wordsFor(fault, situation);
  if (expected === undefined) return undefined;
  const told = new Set(expected);
  if (situation.name === 'approved meanwhile' && usesUpApproval(fault)) told.add('not-completed');
  // A look at a server that answers again looks like an answer that a page may not read.
  if (fault.meaning === 'unanswered' && duration === 'once') {
    for (const one of wordsFor({ ...fault, meaning: 'unreadable' }, situation) ?? []) told.add(one);
  }
  return Array.from(told);
}
