import { describe, expect, it } from 'vitest';
import {
  type ControllableClock,
  createControllableClock,
} from '../../src/oauth/testing/controllable-clock.ts';
import { createModelServer } from './model-server.ts';
import { keepsTheRules, scenarios } from './scenarios.ts';
import { seededRandom } from './seeded-random.ts';

describe('a fleet of TVs', () => {
  it.each(scenarios)(
    'every TV of a fleet signs in and keeps the server’s rules: $name',
    async ({ run }) => {
      const outcome = await run(80, seededRandom(7));
      expect(outcome).toMatchObject({ tvs: 80, arrived: 80, earlyPolls: 0, reuses: 0 });
      expect(keepsTheRules(outcome)).toBe(true);
    },
  );

  it.each(scenarios)(
    'a fleet does the same for the same random numbers: $name',
    async ({ run }) => {
      expect(await run(20, seededRandom(3))).toEqual(await run(20, seededRandom(3)));
    },
  );
});

describe('virtual time', () => {
  it('virtual time runs timers in their order, those of one moment as they were set', async () => {
    const time = createControllableClock();
    const random = seededRandom(1);
    const set = Array.from({ length: 500 }, (_, order) => ({
      atMs: Math.floor(random() * 50),
      order,
    }));
    const ran: typeof set = [];
    for (const timer of set) time.setTimer(timer.atMs, () => ran.push(timer));
    await time.pass(50);
    expect(ran).toEqual([...set].sort((a, b) => a.atMs - b.atMs || a.order - b.order));
  });

  it('virtual time forgets timers that were cancelled, and stops where it is told to', async () => {
    const time = createControllableClock();
    const ran: string[] = [];
    time.setTimer(10, () => ran.push('first'));
    time.setTimer(20, () => ran.push('cancelled'))();
    time.setTimer(31, () => ran.push('later'));
    await time.pass(30);
    expect(ran).toEqual(['first']);
    expect(time.monotonicMs()).toBe(30);
  });
});

describe('the fleet’s server', () => {
  const never = new AbortController().signal;

  async function asked<Value>(time: ControllableClock, call: Promise<Value>): Promise<Value> {
    await time.pass(1000);
    return call;
  }

  it('the fleet’s server counts a poll that comes too early, and slows it down', async () => {
    const time = createControllableClock();
    const server = createModelServer({ clock: time });
    const seen = server.seenBy(0);
    const issued = await asked(time, seen.requestCode(never));
    if (issued.type !== 'issued') throw new Error('There is no code.');
    expect(await asked(time, seen.poll(issued.authorization, never))).toEqual({
      type: 'slow-down',
    });
    expect(server.earlyPolls).toBe(1);
  });

  it('the fleet’s server counts a refresh token that comes twice, and refuses requests above its capacity', async () => {
    const time = createControllableClock();
    const server = createModelServer({ clock: time });
    const seen = server.seenBy(0);
    const { credentials } = server.grant(0);
    if (credentials === undefined) throw new Error('There are no credentials.');
    expect((await asked(time, seen.refresh(credentials, never))).type).toBe('renewed');
    expect((await asked(time, seen.refresh(credentials, never))).type).toBe('ended');
    expect(server.reuses).toBe(1);
    server.perSecond = 0;
    expect((await asked(time, seen.refresh(credentials, never))).type).toBe('transient-failure');
    expect(server.turnedAway).toBe(1);
  });
});
