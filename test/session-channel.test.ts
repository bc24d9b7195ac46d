import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import { choose, exchanges, renewals, signIn, smallScreen } from './session-steps';
import type { Tv } from './tv';

const harness = tvHarness();

async function signedIn(): Promise<Tv> {
  const tv = await harness.switchOn({ viewport: smallScreen });
  await tv.seesScreen('signed-out');
  await signIn(tv, harness.servers);
  await harness.servers.control('DELETE', '/log');
  return tv;
}

const known = () =>
  `${new URL(harness.servers.authUrl).host} knows you as Ada Lovelace, ada@example.com.`;

describe('the app’s own screens behind the sign-in', () => {
  it('fetches with the viewer’s access, shows what comes, and leaves by Back', async () => {
    const tv = await signedIn();
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await tv.text()).toContain('You’re in, Ada Lovelace');
    const [call] = await exchanges(harness.servers, 'userinfo');
    expect(call?.request.headers['authorization']).toMatch(/^DPoP /);
    expect(call?.request.headers).toHaveProperty('dpop');
    expect(await tv.focused()).toBe('close');
    await tv.press('Backspace');
    await expect.poll(() => tv.text()).toContain('Hello, Ada Lovelace');
    expect(await renewals(harness.servers)).toEqual([]);
  });

  it('renews expired access before a call of the app’s own screens', async () => {
    const tv = await signedIn();
    await harness.servers.control('PATCH', '/settings', { accessTokenLifetimeSeconds: 1 });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
    await tv.page.waitForTimeout(1100);
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await renewals(harness.servers)).toEqual(['ok', 'ok']);
  });

  it('says that there is no connection, and tries again when asked', async () => {
    const tv = await signedIn();
    await harness.servers.control('PATCH', '/settings', { offline: true });
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain('No connection at the moment');
    expect(await tv.focused()).toBe('try-again');
    await harness.servers.control('PATCH', '/settings', { offline: false });
    await tv.press('Enter');
    await expect.poll(() => tv.text()).toContain(known());
    expect(await tv.screen()).toBe('signed-in');
  });

  it('says that the API failed when the API itself has a fault', async () => {
    const tv = await signedIn();
    await harness.servers.control('POST', '/faults', {
      kind: 'status',
      status: 503,
      endpoint: 'userinfo',
    });
    await choose(tv, 'continue');
    await expect.poll(() => tv.text()).toContain('cannot tell us about you');
    await tv.press('Enter');
    await expect.poll(() => tv.text()).toContain(known());
  });

  it('shows the sign-in when the session behind the app’s own screens has ended', async () => {
    const tv = await signedIn();
    await harness.servers.control('PATCH', '/settings', { accessTokenLifetimeSeconds: 1 });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => renewals(harness.servers)).toEqual(['ok']);
    await harness.servers.control('POST', '/sessions/end');
    await tv.page.waitForTimeout(1100);
    await choose(tv, 'continue');
    await tv.seesScreen('signed-out');
    expect(await tv.text()).toContain('Please sign in again');
  });
});
