import { describe, expect, it } from 'vitest';
import { tvHarness } from './harness';
import { decideOnPhone } from './phone';
import { watchRefreshTokens } from './session-steps';
import type { Tv } from './tv';

const harness = tvHarness();

async function showingCode(): Promise<Tv> {
  const tv = await harness.switchOn();
  await tv.seesScreen('signed-out');
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  return tv;
}

/** The codes that the server has issued, newest last. */
async function newestCode(): Promise<{ userCode: string; verificationUriComplete: string }> {
  const state = (await harness.servers.control('GET', '/state')) as {
    codes: { userCode: string; verificationUriComplete: string }[];
  };
  const code = state.codes[state.codes.length - 1];
  if (code === undefined) throw new Error('The server has issued no code');
  return code;
}

describe('signing in with a phone', () => {
  it('signs in from one key press to the right name, survives a restart, and signs out', async () => {
    await harness.servers.control('PATCH', '/settings', { intervalSeconds: 5 });
    const tv = await harness.switchOn({
      viewport: { width: 1920, height: 1080 },
    });
    const refreshTokens = await watchRefreshTokens(tv.page);
    await tv.seesScreen('signed-out');
    expect(await tv.focused()).toBe('sign-in');
    expect(await harness.servers.exchanges('device')).toEqual([]);

    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    const code = await newestCode();
    expect(await tv.userCode()).toBe(code.userCode);
    expect(await tv.verificationUri()).toBe(`${harness.servers.authUrl}/device`);
    const scanned = await tv.scan();
    expect(scanned).toBe(code.verificationUriComplete);

    await decideOnPhone(harness.browser, scanned ?? '', 'allow');
    const allowedAt = Date.now();
    await tv.seesScreen('signed-in', 20_000);
    expect(Date.now() - allowedAt).toBeLessThan(5500 + 2000);
    expect(await tv.text()).toContain('Ada');
    expect(await tv.text()).toContain('ada@example.com');

    // A page that is left takes with it the replies that have not been read.
    await expect.poll(() => refreshTokens.length).toBe(1);
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Ada');
    await expect.poll(async () => (await harness.servers.exchanges('refresh')).length).toBe(1);
    expect((await harness.servers.exchanges('refresh'))[0]?.outcome).toBe('ok');

    await tv.press('ArrowRight', 'Enter');
    await expect.poll(() => tv.focused()).toMatch(/sign-out/);
    await tv.press('Enter');
    await tv.seesScreen('signed-out');
    await expect
      .poll(async () => (await harness.servers.exchanges('revocation')).map((one) => one.outcome))
      .toEqual(['ok']);
    await expect.poll(() => tv.stored()).not.toContain('account');
    await expect.poll(() => refreshTokens.length).toBe(2);
    for (const token of refreshTokens) {
      expect(await tv.stored()).not.toContain(token);
      const refused = await fetch(`${harness.servers.authUrl}/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: token,
          client_id: 'tv',
        }),
      });
      expect(await refused.json()).toMatchObject({ error: 'invalid_grant' });
    }
    await tv.page.reload();
    await tv.seesScreen('signed-out');
  });

  it('keeps replies readable in the developer tools, where QA looks at the wire', async () => {
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    const reply = tv.page.waitForResponse(/\/device\/auth$/);
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    const body = (await (await reply).json()) as Record<string, unknown>;
    expect(body['user_code']).toBe(await tv.userCode());
  });

  it('signs in with a code that was typed by hand', async () => {
    await harness.servers.control('PATCH', '/settings', { omitVerificationUriComplete: true });
    const tv = await showingCode();
    expect(await tv.scan()).toBe(`${harness.servers.authUrl}/device`);
    await decideOnPhone(harness.browser, await tv.verificationUri(), 'allow', {
      userCode: await tv.userCode(),
      account: 'grace',
    });
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Grace');
  });

  it('says that the request was denied, and starts over with one press', async () => {
    const tv = await showingCode();
    await decideOnPhone(harness.browser, (await tv.scan()) ?? '', 'deny');
    await tv.seesScreen('denied');
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
  });

  it('removes an expired code and shows a new one when asked', async () => {
    await harness.servers.control('PATCH', '/settings', { codeLifetimeSeconds: 3 });
    const tv = await showingCode();
    const first = await tv.userCode();
    await tv.seesScreen('expired');
    expect(await tv.page.locator('[data-user-code]').count()).toBe(0);
    await harness.servers.control('PATCH', '/settings', { codeLifetimeSeconds: 600 });
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    expect(await tv.userCode()).not.toBe(first);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
  });

  it('cancels while a poll is in flight, and stays signed out', async () => {
    await harness.servers.control('POST', '/faults', {
      kind: 'delay',
      delayMs: 3000,
      endpoint: 'token',
    });
    const tv = await showingCode();
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await expect
      .poll(async () => (await harness.servers.exchanges('token')).length)
      .toBeGreaterThan(0);
    await tv.press('Backspace');
    await tv.seesScreen('signed-out');
    const polls = (await harness.servers.exchanges('token')).length;
    await new Promise((resolve) => setTimeout(resolve, 4500));
    expect(await tv.screen()).toBe('signed-out');
    expect((await harness.servers.exchanges('token')).length).toBe(polls);
    expect(await tv.stored()).not.toContain('account');
  });

  it('explains that the server is down, and goes on when it is back', async () => {
    await harness.servers.control('PATCH', '/settings', { offline: true });
    const tv = await harness.switchOn();
    await tv.seesScreen('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('failed');
    expect(await tv.page.locator('[data-problem]').getAttribute('data-problem')).toBe(
      'server-unreachable',
    );
    await harness.servers.control('PATCH', '/settings', { offline: false });
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
  });

  it('keeps the code while the server fails, and signs in afterwards', async () => {
    const tv = await showingCode();
    for (const kind of ['html', 'cut-before']) {
      await harness.servers.control('POST', '/faults', { kind, endpoint: 'token' });
    }
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await expect.poll(() => tv.text(), { timeout: 20_000 }).toMatch(/trying again|connection/i);
    await tv.seesScreen('signed-in', 45_000);
  });
});

describe('the session', () => {
  async function signedIn(): Promise<Tv> {
    const tv = await showingCode();
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
    return tv;
  }

  it('keeps the session at a start without network, and renews it when the network is back', async () => {
    const tv = await signedIn();
    await harness.servers.control('PATCH', '/settings', { offline: true });
    await tv.page.reload();
    await tv.seesScreen('signed-in');
    await expect.poll(() => tv.text(), { timeout: 10_000 }).toMatch(/offline|connection/i);
    await harness.servers.control('PATCH', '/settings', { offline: false });
    await expect
      .poll(
        async () =>
          (await harness.servers.exchanges('refresh')).some((one) => one.outcome === 'ok'),
        {
          timeout: 30_000,
        },
      )
      .toBe(true);
    expect(await tv.screen()).toBe('signed-in');
  });

  it('ends the session with a sentence when the server no longer accepts it', async () => {
    const tv = await signedIn();
    await harness.servers.control('POST', '/sessions/end');
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    expect(await tv.text()).toMatch(/sign in again|signed out/i);
  });

  it('signs out without network, and tells the server at the next start', async () => {
    const tv = await signedIn();
    await harness.servers.control('PATCH', '/settings', { offline: true });
    await tv.press('ArrowRight', 'Enter', 'Enter');
    await tv.seesScreen('signed-out');
    await harness.servers.control('PATCH', '/settings', { offline: false });
    await tv.page.waitForTimeout(6000);
    await tv.page.reload();
    await tv.seesScreen('signed-out');
    await expect
      .poll(
        async () =>
          (await harness.servers.exchanges('revocation')).some((one) => one.outcome === 'ok'),
        {
          timeout: 10_000,
        },
      )
      .toBe(true);
    await expect.poll(() => tv.stored()).not.toContain('account');
  });
});
