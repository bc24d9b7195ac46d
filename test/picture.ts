import { PNG } from 'pngjs';
import { expect } from 'vitest';
import type { Tv } from './tv';

/** More than this of a picture differs only when something else is on it: the time that is left moves on. */
export const sameBut = 0.0015;

/** Share of a picture's pixels that clearly differ from another's. */
export function difference(one: Buffer, other: Buffer): number {
  const [first, second] = [PNG.sync.read(one), PNG.sync.read(other)];
  let different = 0;
  for (let at = 0; at < first.data.length; at += 4) {
    const far = [0, 1, 2].some(
      (channel) =>
        Math.abs((first.data[at + channel] ?? 0) - (second.data[at + channel] ?? 0)) > 40,
    );
    if (far) different++;
  }
  return different / (first.data.length / 4);
}

/** Waits for a picture that stands still, but for the time that is left. */
export async function settledPicture(tv: Tv): Promise<Buffer> {
  let last = await tv.page.screenshot();
  await expect
    .poll(
      async () => {
        const next = await tv.page.screenshot();
        const moved = difference(last, next);
        last = next;
        return moved;
      },
      { timeout: 10_000 },
    )
    .toBeLessThan(sameBut);
  return last;
}
