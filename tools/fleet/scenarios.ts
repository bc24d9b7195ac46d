import {
  type ControllableClock,
  createControllableClock,
} from '../../src/oauth/testing/controllable-clock.ts';
import { createModelServer, type ModelServer } from './model-server.ts';
import { createFleetTv, type FleetTv } from './tv.ts';

/** What came of one scenario. */
export interface Outcome {
  tvs: number;
  /** How many TVs ended where they should. */
  arrived: number;
  /** How long each of those waited, ms. */
  waitsMs: readonly number[];
  /** Requests in each second of the scenario. */
  load: readonly number[];
  turnedAway: number;
  earlyPolls: number;
  /** Refresh tokens used twice: the server would have ended these sessions as stolen. */
  reuses: number;
}

/** True when every TV arrived and the server had nothing to complain of. */
export const keepsTheRules = ({ tvs, arrived, earlyPolls, reuses }: Outcome): boolean =>
  arrived === tvs && earlyPolls === 0 && reuses === 0;

/** One thing that happens to a whole fleet. */
export interface Scenario {
  name: string;
  /** What happens, and what is waited for. */
  story: string;
  /**
   * @param count how many TVs
   * @param random in [0, 1); the same chances give the same outcome
   */
  run(count: number, random: () => number): Promise<Outcome>;
}

interface Fleet {
  time: ControllableClock;
  server: ModelServer;
  tvs: readonly FleetTv[];
}

const second = 1000;
const minute = 60 * second;

function fleetOf(count: number, random: () => number): Fleet {
  const time = createControllableClock();
  const server = createModelServer({ clock: time });
  const tvs = Array.from({ length: count }, (_, tv) =>
    createFleetTv({ server: server.seenBy(tv), clock: time, random }),
  );
  return { time, server, tvs };
}

/** Does something with each TV at a moment of its own within a span of time. */
function within(
  { time, tvs }: Fleet,
  spanMs: number,
  random: () => number,
  what: (tv: FleetTv, index: number, atMs: number) => void,
): void {
  tvs.forEach((tv, index) => {
    const delayMs = random() * spanMs;
    time.setTimer(delayMs, () => what(tv, index, time.monotonicMs()));
  });
}

function outcome(
  { server, time, tvs }: Fleet,
  fromMs: number,
  waits: readonly (number | undefined)[],
): Outcome {
  const waitsMs = waits.filter((wait) => wait !== undefined).sort((one, other) => one - other);
  const load = server.load.slice(Math.floor(fromMs / second));
  while (load.length < Math.ceil((time.monotonicMs() - fromMs) / second)) load.push(0);
  return {
    tvs: tvs.length,
    arrived: waitsMs.length,
    waitsMs,
    load,
    turnedAway: server.turnedAway,
    earlyPolls: server.earlyPolls,
    reuses: server.reuses,
  };
}

/** How long after a moment each TV was signed in; undefined for those that are not. */
function signedInAfter({ tvs }: Fleet, moments: ReadonlyMap<number, number>) {
  return tvs.map((tv, index) => {
    const from = moments.get(index);
    const at = tv.enteredAtMs('signedIn');
    return tv.state().type === 'signedIn' && from !== undefined && at !== undefined
      ? at - from
      : undefined;
  });
}

/** Lets time pass until a moment of the clock, in ms. */
const passUntil = (time: ControllableClock, endMs: number) => time.pass(endMs - time.monotonicMs());

/** Every TV shows a code that was asked for within a minute. */
async function showingCodes(fleet: Fleet, random: () => number): Promise<void> {
  for (const tv of fleet.tvs) tv.switchOn();
  await fleet.time.pass(second);
  within(fleet, minute, random, (tv) => tv.press({ type: 'signInRequested' }));
}

/** A fleet in which every viewer has signed in, switched off. */
async function signedInAndOff(count: number, random: () => number): Promise<Fleet> {
  const fleet = fleetOf(count, random);
  await showingCodes(fleet, random);
  await passUntil(fleet.time, 2 * minute);
  for (const index of fleet.tvs.keys()) fleet.server.approve(index);
  await passUntil(fleet.time, 3 * minute);
  for (const tv of fleet.tvs) tv.switchOff();
  return fleet;
}

const premiereScenario: Scenario = {
  name: 'premiere',
  story:
    'every viewer signs in within a minute and takes 20–120 s to allow; wait: from the allowing',
  async run(count, random) {
    const fleet = fleetOf(count, random);
    const allowed = new Map<number, number>();
    await showingCodes(fleet, random);
    within(fleet, 0, random, (_tv, index) => {
      fleet.time.setTimer(minute + (20 + 100 * random()) * second, () => {
        allowed.set(index, fleet.time.monotonicMs());
        fleet.server.approve(index);
      });
    });
    await passUntil(fleet.time, 5 * minute);
    return outcome(fleet, 0, signedInAfter(fleet, allowed));
  },
};

const outageScenario: Scenario = {
  name: 'server lost',
  story:
    'while every TV shows a code, the server is away for two minutes, and then answers a tenth of them a second; wait: from its return',
  async run(count, random) {
    const fleet = fleetOf(count, random);
    const returned = new Map<number, number>();
    await showingCodes(fleet, random);
    await passUntil(fleet.time, 2 * minute);
    fleet.server.up = false;
    for (const index of fleet.tvs.keys()) fleet.server.approve(index);
    await passUntil(fleet.time, 4 * minute);
    fleet.server.up = true;
    fleet.server.perSecond = Math.max(1, Math.ceil(count / 10));
    for (const index of fleet.tvs.keys()) returned.set(index, fleet.time.monotonicMs());
    await passUntil(fleet.time, 7 * minute);
    return outcome(fleet, 0, signedInAfter(fleet, returned));
  },
};

const powerScenario: Scenario = {
  name: 'power cut',
  story:
    'signed-in TVs start within one second; the server answers a fiftieth of them a second and turns the rest away; wait: from the start to access',
  async run(count, random) {
    const fleet = await signedInAndOff(count, random);
    const { server, time, tvs } = fleet;
    const fromMs = time.monotonicMs();
    const started = new Map<number, number>();
    server.perSecond = Math.max(1, Math.ceil(count / 50));
    within(fleet, 1 * second, random, (tv, index, atMs) => {
      started.set(index, atMs);
      tv.switchOn();
    });
    await time.pass(10 * minute);
    const waits = tvs.map((tv, index) => {
      const from = started.get(index);
      const granted = server.grantedAtMs(index);
      const has = from !== undefined && granted !== undefined && granted > from;
      return has && tv.state().type === 'signedIn' ? granted - from : undefined;
    });
    return outcome(fleet, fromMs, waits);
  },
};

const dayScenario: Scenario = {
  name: 'six hours on',
  story:
    'every viewer signed in within the same minutes, access lasts an hour; wait: since the last renewal',
  async run(count, random) {
    const fleet = fleetOf(count, random);
    const { server, time, tvs } = fleet;
    await showingCodes(fleet, random);
    await passUntil(time, 2 * minute);
    for (const index of tvs.keys()) server.approve(index);
    await passUntil(time, 3 * minute);
    const fromMs = time.monotonicMs();
    await time.pass(360 * minute);
    const nowMs = time.monotonicMs();
    const waits = tvs.map((tv, index) => {
      const granted = server.grantedAtMs(index);
      const fresh = granted !== undefined && nowMs - granted < 60 * minute;
      return fresh && tv.state().type === 'signedIn' ? nowMs - granted : undefined;
    });
    return outcome(fleet, fromMs, waits);
  },
};

/** What a fleet goes through. */
export const scenarios: readonly Scenario[] = [
  premiereScenario,
  outageScenario,
  powerScenario,
  dayScenario,
];
