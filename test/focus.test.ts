import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';

const harness = tvHarness();

describe('the real focus', () => {
  it('comes back with the next key after Tab has led out of the page', async () => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    await tv.press('Tab');
    expect(await tv.focused()).toBeNull();
    await tv.press('ArrowUp');
    expect(await tv.focused()).toBe('sign-in');
    await tv.press('Tab', 'Enter');
    await tv.seesScreen('showing-code');
    expect(await tv.focused()).toBe('cancel');
  });

  it('takes the picture’s along when a screen reader moves it: OK presses what was read out', async () => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    await tv.page.locator('[data-control=language]').focus();
    await tv.press('ArrowLeft');
    expect(await tv.focused()).toBe('sign-in');
    await tv.page.locator('[data-control=language]').focus();
    await tv.press('Enter');
    await expect.poll(() => tv.focused()).toBe('language-en');
  });
});
