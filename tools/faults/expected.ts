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
const words: Record<
  Exclude<Meaning, 'works' | 'odd' | 'foreign-refusal'>,
  readonly ProblemKind[]
> = {
  unanswered: ['server-unreachable'],
  unreadable: ['server-unreachable', 'server-error'],
  'too-late': ['time-out'],
  busy: ['server-busy'],
  trouble: ['server-error'],
  page: ['network-sign-in', 'server-error'],
  // A page of another origin does not see where it leads: a portal's, or a wrong address.
  redirect: ['network-sign-in', 'misconfigured'],
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

/** Statuses that an address gives when it is not the one that was meant. */
const wrongAddressStatuses = [401, 404, 405, 410];

/**
 * A 4xx that does not speak OAuth: a wrong address where nothing has answered before; with a sentence
 * of its own in JSON a refusal; else trouble.
 */
function foreignWords({ delivery }: Fault, { call, knowsEndpoint }: Situation): readonly Told[] {
  if (delivery.type !== 'answer') return ['server-error'];
  const isWrong = wrongAddressStatuses.includes(delivery.status);
  const told: Told[] = ['server-error'];
  if (delivery.body?.startsWith('{')) told.push('refused');
  // While a code is live its endpoint is the right one.
  if (isWrong && !knowsEndpoint && call !== 'poll') told.push('misconfigured');
  return told;
}

/** Statuses by which an issuer says that it publishes no metadata. */
const isAbsence = ({ delivery, withoutCors }: Fault) =>
  delivery.type === 'answer' &&
  withoutCors !== true &&
  (delivery.status === 404 || delivery.status === 410);

function wordsFor(fault: Fault, situation: Situation): readonly Told[] | undefined {
  const { meaning, code } = fault;
  if (situation.call === 'metadata' && isAbsence(fault)) return ['misconfigured'];
  if (meaning === 'odd') return undefined;
  if (meaning === 'works') return [];
  if (meaning === 'unreadable' && !situation.knowsServer) {
    return [...words.unreadable, 'browser-calls-refused'];
  }
  if (meaning === 'foreign-refusal') return foreignWords(fault, situation);
  if (code !== undefined && settingsErrors.includes(code)) return ['misconfigured', 'refused'];
  // Of a code on the screen this is clear: another one helps.
  if (code === 'device_not_found' && situation.call === 'poll') return ['not-completed'];
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
  // In a poll this code speaks of the code: a new one helps.
  if (situation.call === 'poll' && fault.code === 'device_not_found') told.add('not-completed');
  // A look at a server that answers again looks like an answer that a page may not read.
  if (fault.meaning === 'unanswered' && duration === 'once') {
    for (const one of wordsFor({ ...fault, meaning: 'unreadable' }, situation) ?? []) told.add(one);
  }
  return Array.from(told);
}
