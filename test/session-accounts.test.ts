import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import { choose, exchanges, renewals, signIn, smallScreen } from './session-steps';
import { openTvIn, type Tv } from './tv';

const harness = tvHarness();

/** A TV that keeps Ada and Grace; Grace is watching. */
async function tvOfTwo(): Promise<Tv> {
  const tv = await harness.switchOn({ viewport: smallScreen });
  await tv.seesScreen('signed-out');
  await signIn(tv, harness.servers, 'ada');
  await choose(tv, 'add-person');
  await tv.seesScreen('showing-code');
  await harness.servers.control('POST', '/codes/latest/approve', { account: 'grace' });
  await tv.seesScreen('signed-in');
  expect(await tv.text()).toContain('Hello, Grace Hopper');
  return tv;
}

const accountRecords = async (tv: Tv) =>
  (await tv.stored()).split('\n').filter((line) => line.includes(' account/')).length;

describe('a TV with two accounts', () => {
  it('asks who is watching after a start, and switches accounts without a phone', async () => {
    const tv = await tvOfTwo();
    expect(await accountRecords(tv)).toBe(2);
    await tv.page.reload();
    await tv.seesScreen('choosing-account');
    expect(await tv.text()).toMatch(/Who’s watching\?.*Ada Lovelace.*Grace Hopper/);
    expect(await renewals(harness.servers)).toEqual([]);
    await tv.press('Enter');
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Hello, Ada Lovelace');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);

    await choose(tv, 'switch-person');
    await tv.seesScreen('choosing-account');
    await choose(tv, 'account-2');
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Hello, Grace Hopper');
    const codes = (await harness.servers.control('GET', '/state')) as { codes: unknown[] };
    expect(await exchanges(harness.servers, 'device')).toHaveLength(2);
    expect(codes.codes.length).toBeGreaterThanOrEqual(2);
  });

  it('keeps the other account signed in when one of two signs out', async () => {
    const tv = await tvOfTwo();
    await choose(tv, 'sign-out');
    await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
    await tv.press('Enter');
    await tv.seesScreen('choosing-account');
    expect(await tv.text()).not.toContain('Grace');
    await expect
      .poll(async () =>
        (await exchanges(harness.servers, 'revocation')).map(({ outcome }) => outcome),
      )
      .toEqual(['ok']);
    await expect.poll(() => accountRecords(tv)).toBe(1);
    await tv.press('Enter');
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Hello, Ada Lovelace');
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Hello, Ada Lovelace');
  });

  it('signs all accounts out at once', async () => {
    const tv = await tvOfTwo();
    await choose(tv, 'sign-out');
    await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
    await choose(tv, 'sign-out-all');
    await tv.seesScreen('signed-out');
    await expect
      .poll(async () =>
        (await exchanges(harness.servers, 'revocation')).map(({ outcome }) => outcome),
      )
      .toEqual(['ok', 'ok']);
    await expect.poll(() => accountRecords(tv)).toBe(0);
    await expect.poll(() => tv.stored()).not.toMatch(/seal-key|dpop-key/);
    await tv.page.reload();
    await tv.seesScreen('signed-out');
  });

  it('shows the sign-out of one window in the other window', async () => {
    const tv = await tvOfTwo();
    const context = tv.page.context();
    const other = await openTvIn(context, harness.servers.appUrl, await context.newPage());
    await other.seesScreen('choosing-account');
    await choose(other, 'account-2');
    await other.seesScreen('signed-in');
    await choose(tv, 'sign-out');
    await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
    await tv.press('Enter');
    await tv.seesScreen('choosing-account');
    await other.seesScreen('choosing-account');
    expect(await other.text()).not.toContain('Grace');
    expect(other.faults).toEqual([]);
  });
});
