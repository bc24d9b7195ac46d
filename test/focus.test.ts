import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';

const harness = tvHarness();

describe('the real focus', () => {
  it('the real focus stays on the focused control when Tab leads out of the page, forwards and backwards', async () => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    for (const key of ['Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await tv.press(key);
      await expect.poll(() => tv.focused()).toBe('sign-in');
    }
    await tv.press('Tab', 'ArrowUp');
    expect(await tv.focused()).toBe('sign-in');
    await tv.press('Tab', 'Enter');
    await tv.seesScreen('showing-code');
    expect(await tv.focused()).toBe('cancel');
  });

  it.each([
    ['a script blurs the control', () => (document.activeElement as HTMLElement).blur()],
    [
      'a script focuses the body',
      () => {
        document.body.tabIndex = -1;
        document.body.focus();
      },
    ],
  ])('the real focus comes back by itself after %s', async (_what, takeFocus) => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    await tv.press('ArrowRight');
    await tv.page.evaluate(takeFocus);
    await expect.poll(() => tv.focused()).toBe('language');
  });

  it('the real focus comes back with the next key after a click beside every control and after an iframe had it', async () => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    await tv.page.mouse.click(900, 60);
    expect(await tv.focused()).toBe('sign-in');
    await tv.page.evaluate(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.focus();
    });
    expect(await tv.focused()).toBeNull();
    await tv.pressCode(39);
    expect(await tv.focused()).toBe('language');
    await tv.page.evaluate(() => {
      const frame = document.querySelector('iframe') as HTMLIFrameElement;
      frame.focus();
      frame.remove();
    });
    await tv.pressCode(37);
    expect(await tv.focused()).toBe('sign-in');
  });

  it('the picture’s focus follows a screen reader’s, so that OK presses what was read out', async () => {
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
