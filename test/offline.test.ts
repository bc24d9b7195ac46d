import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import type { Tv } from './tv';

const harness = tvHarness();

/** A TV that takes a network without internet for none: `navigator.onLine` is always false. */
async function saysOffline(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
  });
}

const notice = (tv: Tv) => tv.page.locator('[data-notice]');

async function showingCode(): Promise<Tv> {
  const tv = await harness.switchOn({ before: saysOffline });
  await tv.seesScreen('signed-out');
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  return tv;
}

describe('a TV that says it is offline on a network without internet', () => {
  it('signs in at a server of that network, and never says that it is offline', async () => {
    const tv = await showingCode();
    expect(await notice(tv).count()).toBe(0);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
    expect(await notice(tv).count()).toBe(0);
  });

  it('says that it is offline once the server no longer answers, until it answers again', async () => {
    const tv = await showingCode();
    await tv.page.context().setOffline(true);
    await expect.poll(() => notice(tv).textContent()).toBe('This TV is offline');
    await tv.page.context().setOffline(false);
    await expect.poll(() => notice(tv).count(), { timeout: 30_000 }).toBe(0);
    expect(await tv.screen()).toBe('showing-code');
  });

  it('fails as offline when the server does not answer at all', async () => {
    const tv = await harness.switchOn({ before: saysOffline });
    await tv.seesScreen('signed-out');
    await tv.page.context().setOffline(true);
    await tv.press('Enter');
    await tv.seesScreen('failed');
    expect(await tv.page.locator('[data-problem]').getAttribute('data-problem')).toBe('offline');
  });
});
