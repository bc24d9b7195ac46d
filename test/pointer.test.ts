import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import type { Tv } from './tv';

const harness = tvHarness();

/** Moves the pointer to a place of the picture, given in shares of its width and height. */
async function pointAt(tv: Tv, x: number, y: number): Promise<void> {
  const { width, height } = tv.page.viewportSize() ?? { width: 0, height: 0 };
  await tv.page.mouse.move(x * width, y * height);
}

describe.each([
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
])('a pointer remote on a TV of $width × $height', (viewport) => {
  it('moves the focus to the control that a pointer points at, and presses it', async () => {
    const tv = await harness.switchOn({ viewport });
    await tv.seesScreen('signed-out');
    expect(await tv.focused()).toBe('sign-in');
    await pointAt(tv, 0.28, 0.655);
    await expect.poll(() => tv.focused()).toBe('language');
    await pointAt(tv, 0.1, 0.655);
    await expect.poll(() => tv.focused()).toBe('sign-in');
    await tv.page.mouse.down();
    await tv.page.mouse.up();
    await tv.seesScreen('showing-code');
  });

  it('does nothing when a pointer presses where there is no control', async () => {
    const tv = await harness.switchOn({ viewport });
    await tv.seesScreen('signed-out');
    for (const [x, y] of [
      [0.28, 0.55],
      [0.28, 0.75],
      [0.28, 0.95],
      [0.6, 0.655],
      [0.7, 0.4],
    ] as const) {
      await pointAt(tv, x, y);
      await tv.page.mouse.down();
      await tv.page.mouse.up();
    }
    expect(await tv.focused()).toBe('sign-in');
    expect(await tv.screen()).toBe('signed-out');
  });
});
