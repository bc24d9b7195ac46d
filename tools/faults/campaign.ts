import { assertNever } from '../../src/assert-never.ts';
import { en } from '../../src/i18n/en.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { expectedWords, type Told } from './expected.ts';
import { type Fault, faults } from './faults.ts';
import type { Sent } from './network.ts';
import { serverFacts } from './server-model.ts';
import { type Situation, situations } from './situations.ts';
import { type ChangeClient, createWorld, type World } from './world.ts';

/** How long a fault lasts. */
export type Duration = 'once' | 'lasting';

/** One fault, met in one situation. */
export interface Case {
  /** Reproduces it: `npm run faults -- --only NAME`. */
  name: string;
  fault: Fault;
  situation: Situation;
  duration: Duration;
}

/** What came of a case. */
export interface Result {
  case: Case;
  /** What the viewer or the app's own screens were told. */
  told: readonly Told[];
  /** The sentence on the screen for the first of it. */
  sentence?: string | undefined;
  /** Requests that left the TV. */
  requests: number;
  /** How long it took to be signed in once the fault was over, virtual ms. */
  recoveredAfterMs?: number | undefined;
  /** What was wrong, in whole sentences; empty when the case passed. */
  failures: readonly string[];
}

const durations: readonly Duration[] = ['once', 'lasting'];

/** Every fault in every situation, each once and for as long as the situation lasts. */
export const cases: readonly Case[] = situations.flatMap((situation) =>
  faults.flatMap((fault) =>
    durations.map((duration) => ({
      name: `${situation.call} / ${situation.name} / ${fault.name} / ${duration}`,
      fault,
      situation,
      duration,
    })),
  ),
);

/** After a fault the viewer gives up sooner than this. */
const maxRecoveryMs = 2 * 3600_000;
const lookEveryMs = 5000;

/** A viewer who has allowed a code, and sees it for longer than this, asks for another. */
const maxCodeMs = 10 * 60_000;

/** Does what a viewer would: presses what is offered, and allows the code with the phone. */
async function recover(world: World): Promise<number | undefined> {
  const fromMs = world.time.monotonicMs();
  let codeSinceMs = fromMs;
  while (world.time.monotonicMs() - fromMs < maxRecoveryMs) {
    const state = world.tv.state();
    if (state.type !== 'showingCode') codeSinceMs = world.time.monotonicMs();
    switch (state.type) {
      case 'signedIn': {
        const session = world.tv.session();
        const access =
          session === undefined ? undefined : await world.within(2000, session.accessToken());
        if (access?.type === 'ready') return world.time.monotonicMs() - fromMs;
        break;
      }
      case 'choosingAccount':
        await world.press({ type: 'accountChosen', accountId: state.accounts[0]?.id ?? '' });
        break;
      case 'signedOut':
      case 'failed':
      case 'denied':
      case 'expired':
      case 'authorized':
        await world.press({ type: 'signInRequested' });
        break;
      case 'showingCode':
        world.server.approve('ada');
        if (world.time.monotonicMs() - codeSinceMs > maxCodeMs) {
          await world.press({ type: 'cancelled' });
        }
        break;
      case 'starting':
      case 'requesting':
      case 'approved':
        break;
      default:
        assertNever(state);
    }
    await world.pass(lookEveryMs);
  }
  return undefined;
}

/** Requests of a kind that were sent sooner after the one before than they may be. */
function early(sent: readonly Sent[], waitMs: number): number {
  let count = 0;
  for (const [at, request] of sent.entries()) {
    const before = sent[at - 1];
    if (before !== undefined && request.atMs - before.atMs < waitMs) count++;
  }
  return count;
}

/** The server's rules: its interval for polls, and the time that it asked to be left alone. */
function paceFailures({ network }: World, { fault, situation }: Case, met: readonly Sent[]) {
  const failures: string[] = [];
  const polls = network.sent.filter(({ call }) => call === 'poll');
  const earlyPolls = early(polls, serverFacts.interval * 1000);
  if (earlyPolls > 0) failures.push(`${earlyPolls} polls came before the interval was over`);
  if (fault.retryAfterSeconds !== undefined) {
    const same = met.filter(({ call }) => call === situation.call);
    const hasty = early(same, fault.retryAfterSeconds * 1000);
    if (hasty > 0) failures.push(`${hasty} requests came before Retry-After was over`);
  }
  return failures;
}

/** A repetition of the same request within this time is not one of the client's own schedule. */
const atOnceMs = 1000;

/** Requests that nothing but the fault explains, and how many the rules allow. */
function extraRequests({ situation, duration }: Case, met: readonly Sent[]) {
  const probes = met.filter(({ call }) => call === 'probe').length;
  const urls = Array.from(new Set(met.map(({ url }) => url)));
  const same = met.filter(({ call }) => call === situation.call);
  const repeated = urls
    .map((url) =>
      early(
        same.filter((request) => request.url === url),
        atOnceMs,
      ),
    )
    .reduce((sum, count) => sum + count, 0);
  // One for each attempt of the viewer, one for each try of a renewal.
  const tries = situation.call === 'poll' || duration === 'once' ? 1 : same.length - repeated;
  return { extra: probes + repeated, allowed: Math.max(1, tries) };
}

/** The fault says nothing of this code: it lives on. */
const codeMustLive = ({ fault, situation }: Case) =>
  situation.call === 'poll' &&
  situation.name.startsWith('code waits') &&
  fault.meaning !== 'refusal' &&
  fault.meaning !== 'odd';

/** The same request would have been answered rightly before the fault, and will be after it. */
const isTemporary = ({ meaning }: Fault) =>
  ['works', 'unanswered', 'unreadable', 'too-late', 'busy'].includes(meaning);

/** The fault says nothing of the session: it lives on. */
const sessionMustLive = ({ fault }: Case) => fault.meaning !== 'refusal';

/** What was told, in the order in which it was first told. */
const toldIn = (problems: readonly Problem[]): Told[] =>
  problems.length === 0 ? ['none'] : Array.from(new Set(problems.map(({ kind }) => kind)));

function wordFailures({ fault, situation, duration }: Case, told: readonly Told[]): string[] {
  const expected = expectedWords(fault, situation, duration);
  if (expected === undefined) return [];
  return told
    .filter((one) => one !== 'none' && !expected.includes(one))
    .map((one) => `"${one}" was shown; expected: ${expected.join(' or ')}`);
}

async function play(world: World, one: Case): Promise<Omit<Result, 'case'>> {
  const { situation, fault, duration } = one;
  const failures: string[] = [];
  await situation.prepare(world);
  world.problems.length = 0;
  const before = await world.keptAccounts();
  const lost = situation.accounts.filter((id) => !before.includes(id));
  if (lost.length > 0) failures.push(`the situation has no account ${lost.join(', ')}`);
  const from = world.network.sent.length;
  world.server.failAt(situation.call, fault, duration === 'once' ? 1 : undefined);
  await situation.meet(world);
  const met = world.network.sent.slice(from);
  const told = toldIn(world.problems);
  if (!met.some(({ call }) => call === situation.call)) failures.push('the call was never made');
  world.server.failAt(undefined);
  // Before the viewer signs in again, and with the same account.
  const during = await world.keptAccounts();
  const devicesBefore = world.network.sent.filter(({ call }) => call === 'device').length;
  const recoveredAfterMs = await recover(world);
  if (recoveredAfterMs === undefined) failures.push('the app does not get to signed in');
  const devices = world.network.sent.filter(({ call }) => call === 'device').length;
  if (codeMustLive(one) && devices !== devicesBefore) failures.push('the code was given up');
  const after = await world.keptAccounts();
  const gone = situation.accounts.filter((id) => !during.includes(id) || !after.includes(id));
  if (gone.length > 0 && sessionMustLive(one)) failures.push(`${gone.join(', ')} is not kept`);
  const { extra, allowed } = extraRequests(one, met);
  if (extra > allowed) failures.push(`${extra} extra requests, ${allowed} allowed`);
  failures.push(...paceFailures(world, one, met), ...wordFailures(one, told));
  if (recoveredAfterMs !== undefined && isTemporary(fault)) {
    const left = await situation.aftermath?.(world);
    if (left !== undefined) failures.push(left);
  }
  const [first] = told;
  return {
    told,
    sentence: first === undefined || first === 'none' ? undefined : en[first],
    requests: world.network.sent.length,
    recoveredAfterMs,
    failures,
  };
}

/**
 * Plays one case on the real client, over a real network, in virtual time.
 *
 * @param closedPort port of this machine on which connections are refused
 * @param changeClient puts a broken client in its place, to see that the campaign notices
 */
export async function runCase(
  one: Case,
  closedPort: number,
  changeClient?: ChangeClient,
): Promise<Result> {
  const rejections: string[] = [];
  const onRejection = (reason: unknown) =>
    rejections.push(`unhandled rejection: ${String(reason)}`);
  process.on('unhandledRejection', onRejection);
  const sealed = one.situation.sealed === true;
  const world = await createWorld(seededRandom(1), closedPort, sealed, changeClient);
  try {
    const result = await play(world, one);
    return { case: one, ...result, failures: [...result.failures, ...rejections] };
  } finally {
    process.off('unhandledRejection', onRejection);
    await world.close();
  }
}

/** How many cases the small size has: about one in thirty, in every situation. */
const smallStep = 29;

/** The small size: every fault and every situation comes up in it. */
export const smallCampaign: readonly Case[] = cases.filter((_case, at) => at % smallStep === 0);
