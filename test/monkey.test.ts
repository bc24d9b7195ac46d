import { expect, inject, it } from 'vitest';
import { runMonkey } from '../tools/monkey/run.ts';

it('keeps one focus, a picture, a way out by Back and its size through 2,000 random deeds', async () => {
  const { failures, steps, screens } = await runMonkey({
    seed: 7,
    steps: 2000,
    site: inject('site'),
  });
  expect(failures).toEqual([]);
  expect(steps).toBe(2000);
  // A monkey that never got anywhere would prove nothing.
  expect(Object.keys(screens)).toEqual(
    expect.arrayContaining(['signed-out', 'showing-code', 'signed-in']),
  );
}, 240_000);
