import { expect } from 'vitest';
import { difference, sameBut, settledPicture } from './picture';
import type { Tv } from './tv';

/**
 * Takes the graphics context away from a TV and expects the same picture again, with the same focus.
 *
 * @param screen what to call the screen when it fails
 */
export async function showsTheSameAfterContextLoss(tv: Tv, screen: string): Promise<void> {
  const before = await settledPicture(tv);
  const focus = await tv.focused();
  const name = await tv.screen();
  const lost = await tv.page.evaluate(async () => {
    const canvas = document.querySelector('canvas');
    const context = canvas?.getContext('webgl');
    const extension = context?.getExtension('WEBGL_lose_context');
    if (!canvas || !extension) return 'no context to lose';
    const gone = new Promise<string>((resolve) => {
      canvas.addEventListener('webglcontextlost', () => resolve('lost'));
    });
    extension.loseContext();
    return gone;
  });
  expect(lost, screen).toBe('lost');
  await expect
    .poll(async () => difference(before, await tv.page.screenshot()), {
      message: `the picture of ${screen} after its context was lost`,
    })
    .toBeLessThan(sameBut);
  expect(await tv.focused(), screen).toBe(focus);
  expect(await tv.screen(), screen).toBe(name);
  expect(await tv.page.locator('canvas').count(), screen).toBe(1);
}
