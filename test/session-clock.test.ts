import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import {
  renewals,
  setWallClock,
  shiftWallClock,
  signIn,
  smallScreen,
  wakeTogether,
} from './session-steps';
import { openTvIn, type Tv } from './tv';

const harness = tvHarness();

/** Outcomes of renewals; nonces for a wrong clock do not count. */
const settledRenewals = async () =>
  (await renewals(harness.servers)).filter((outcome) => outcome !== 'use_dpop_nonce');

const yearMs = 365.25 * 24 * 3600 * 1000;

/** A TV whose clock is wrong from the moment it is switched on. */
async function tvWithClock(aheadMs: number): Promise<Tv> {
  const context = await harness.browser.newContext({ viewport: smallScreen });
  await context.addInitScript(shiftWallClock, aheadMs);
  const tv = await openTvIn(context, harness.servers.appUrl);
  harness.keep(tv);
  await tv.seesScreen('signed-out');
  return tv;
}

const clocks = [
  { clock: 'ten years behind', aheadMs: -10 * yearMs },
  { clock: 'ten years ahead', aheadMs: 10 * yearMs },
];

describe.each(clocks)('a TV whose clock is $clock', ({ aheadMs }) => {
  it('signs in, stays signed in, and does not renew more often than a right one', async () => {
    const tv = await tvWithClock(aheadMs);
    await signIn(tv, harness.servers);
    expect(await tv.text()).toContain('this TV stays signed in');
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(settledRenewals).toEqual(['ok']);
    await tv.page.waitForTimeout(1500);
    expect(await settledRenewals()).toEqual(['ok']);
    expect(await tv.text()).not.toContain('No connection');
  });

  it('signs in although the clock is corrected while a code shows', async () => {
    const tv = await tvWithClock(aheadMs);
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    await setWallClock(tv.page, 0);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('this TV stays signed in');
  });

  it('keeps the session when the clock goes wrong while signed in', async () => {
    const tv = await tvWithClock(0);
    await signIn(tv, harness.servers);
    for (const ahead of [aheadMs, 0, -aheadMs, 0, aheadMs]) {
      await wakeTogether([tv.page], ahead);
      expect(await tv.screen()).toBe('signed-in');
    }
    await expect.poll(settledRenewals).toContain('ok');
    await expect.poll(settledRenewals).not.toContain('open');
    expect(new Set(await settledRenewals())).toEqual(new Set(['ok']));
    expect(await tv.screen()).toBe('signed-in');
  });
});

describe('a TV that starts with a wrong clock after it signed in with a right one', () => {
  it.each(clocks)('stays signed in with a clock that is $clock', async ({ aheadMs }) => {
    const tv = await tvWithClock(0);
    await signIn(tv, harness.servers);
    await tv.page.addInitScript(shiftWallClock, aheadMs);
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(settledRenewals).toEqual(['ok']);
    expect(await tv.screen()).toBe('signed-in');
  });
});
