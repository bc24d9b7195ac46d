import { describe, expect, it } from 'vitest';
import { lever, ok, plain } from './console';
import { consoleHarness } from './harness';
import { scanPicture } from './tv';

const { openConsole, showingCode, signedIn, running } = consoleHarness();

describe('a lever of the QA console', () => {
  it('decides about the code that the TV shows, and about each new one', async () => {
    const qa = await showingCode();
    const ends = { deny: 'denied', expire: 'expired', 'approve-grace': 'signed-in' };
    for (const [step, screen] of Object.entries(ends)) {
      await qa.seesScreen('showing-code');
      await qa.click(`[data-step=${step}]`);
      await qa.seesScreen(screen);
      if (screen !== 'signed-in') await qa.click(ok);
    }
  });

  // In two halves: a TV that has asked for five codes waits before it asks for more.
  it.each([
    { '500': 'server-error', '503': 'server-busy', '429': 'server-busy', html: 'server-error' },
    { truncated: 'server-error', empty: 'server-error', huge: 'server-error', hang: 'time-out' },
  ])('shows the failed screen and its reason when a reply is spoiled: %o', async (problems) => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.page.locator('[data-aim] select').first().selectOption('device');
    for (const [fault, problem] of Object.entries(problems)) {
      const before = (await qa.outcomes('device')).length;
      await qa.click(`[data-fault="${fault}"]`, ok);
      await expect
        .poll(async () => (await qa.outcomes('device')).length, { timeout: 10_000 })
        .toBe(before + 1);
      await expect
        .poll(() => qa.page.locator('#problem').textContent(), { timeout: 30_000 })
        .toBe(problem);
      await qa.seesScreen('failed', problem);
    }
  });

  it('fails the sign-in while the TV and the server are kept apart, and not afterwards', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    const problems = {
      // First: a server that has answered once is not suspected of refusing browsers.
      'no-cors': 'browser-calls-refused',
      'server-offline': 'server-unreachable',
      'tv-offline': 'offline',
    };
    for (const [param, problem] of Object.entries(problems)) {
      await qa.click(`[data-lever=${param}]`, ok);
      await qa.seesScreen('failed', problem);
      await qa.click(`[data-lever=${param}]`, ok);
      await qa.seesScreen('showing-code');
      await qa.click('[data-key=back]');
      await qa.seesScreen('signed-out');
    }
  });

  it('signs in although a poll was cut off', async () => {
    const qa = await showingCode();
    await qa.page.locator('[data-aim] select').first().selectOption('token');
    await qa.click('[data-fault=cut]', '[data-fault="500"]');
    await expect
      .poll(() => qa.outcomes('token'), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['cut before processing', 'http 500']));
    await qa.click('[data-step=approve-ada]');
    await qa.seesScreen('signed-in');
  });

  it('ends the attempt with a reason when the reply with the tokens is cut off', async () => {
    const qa = await showingCode(lever('interval', '5'));
    await qa.page.locator('[data-aim] select').first().selectOption('token');
    await qa.click('[data-fault=cut-after]', '[data-step=approve-ada]');
    await expect
      .poll(() => qa.page.locator('#screen-name').textContent(), { timeout: 40_000 })
      .not.toBe('showing-code');
    expect(await qa.page.locator('#screen-name').textContent()).toBe('failed');
    expect(await qa.page.locator('#problem').textContent()).not.toBe('');
  });

  it('delays every reply by the chosen latency', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('latency', '2000'), ok);
    await qa.seesScreen('showing-code');
    const meta = qa.page.locator('#exchanges details[data-endpoint=device] .meta');
    await expect.poll(() => meta.textContent()).toMatch(/2\d{3} ms/);
  });

  it('leaves the complete address out, so that the phone asks for the code', async () => {
    const qa = await showingCode('[data-lever=no-complete]');
    const code = (await qa.tv.locator('[data-user-code]').textContent()) ?? '';
    expect(scanPicture(await qa.picture())).toBe(`${running.servers.authUrl}/device`);
    await qa.phone.locator('input[name=user_code]').fill(code.toLowerCase());
    await qa.phone.locator('[data-action=confirm]').click();
    await qa.phone.locator('[data-account=ada]').click();
    await qa.phone.locator('[data-action=deny]').click();
    await qa.seesScreen('denied');
  });

  it('leaves the interval out, so that the TV polls every 5 s', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click('[data-lever=no-interval]', ok);
    await qa.seesScreen('showing-code');
    const polled = qa.page.locator('#exchanges details[data-endpoint=token]');
    await polled.first().waitFor({ timeout: 10_000 });
    const [device] = await running.servers.exchanges('device');
    const [poll] = await running.servers.exchanges('token');
    expect((poll?.startedAt ?? 0) - (device?.startedAt ?? 0)).toBeGreaterThanOrEqual(5000);
  });

  it('demands of the TV what strict servers do, and the address says so', async () => {
    const demands = async () =>
      ((await running.servers.control('GET', '/state')) as { settings: object }).settings;
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    const strict = ['strict-type', 'strict-fields'].map((param) => `[data-lever=${param}]`);
    await qa.click(...strict, lever('client-auth', 'none'), ok);
    await qa.seesScreen('showing-code');
    expect(await demands()).toMatchObject({
      strictContentType: true,
      strictParameters: true,
      clientAuthentication: 'none',
    });
    await qa.click('[data-key=back]');
    await qa.seesScreen('signed-out');
    await qa.click(lever('client-auth', 'basic'), ok);
    await qa.seesScreen('failed', 'misconfigured');
    for (const part of ['strict-type=on', 'client-auth=none', '.set-client-auth-basic:']) {
      expect(qa.link()).toContain(part);
    }
    const again = await openConsole(`${plain}&client-auth=post&strict-type=on`);
    await again.seesScreen('signed-out');
    expect(await demands()).toMatchObject({
      strictContentType: true,
      strictParameters: false,
      clientAuthentication: 'client_secret_post',
    });
    expect(again.link()).toBe(`${plain}&client-auth=post&strict-type=on`);
  });

  it('lets codes expire after the chosen lifetime', async () => {
    const qa = await showingCode(lever('code-lifetime', '10'));
    await qa.seesScreen('expired');
  });

  it('lets access tokens expire early, so that the TV renews them', async () => {
    const qa = await signedIn(lever('token-lifetime', '10'));
    await expect.poll(() => qa.outcomes('refresh'), { timeout: 20_000 }).toContain('ok');
  });

  it('a lever delays one reply', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.page.locator('[data-aim] select').first().selectOption('device');
    await qa.click('[data-fault=delay]', ok);
    await qa.seesScreen('showing-code');
    const meta = qa.page.locator('#exchanges details[data-endpoint=device] .meta');
    await expect.poll(() => meta.textContent()).toMatch(/fault .* 8\d{3} ms/);
  });

  it('clears pending faults, so that the TV does not meet them', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click('[data-fault="500"]', '[data-fault=html]');
    const waiting = async () =>
      (await running.servers.control('GET', '/state')) as { faults: unknown[] };
    await expect.poll(async () => (await waiting()).faults).toHaveLength(2);
    await qa.click('[data-step=clear-faults]');
    await expect.poll(async () => (await waiting()).faults).toEqual([]);
    await qa.click(ok);
    await qa.seesScreen('showing-code');
  });

  it.each([
    ['1080p', 1920, 1080],
    ['4k', 3840, 2160],
  ])('gives the TV a browser of %s', async (size, width, height) => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(`#sizes [data-value="${size}"]`);
    const frame = await qa.tvFrame('/?qa=');
    const picture = () =>
      frame.evaluate(() => ({
        width: innerWidth,
        height: innerHeight,
        canvas: document.querySelector('canvas')?.getBoundingClientRect().width,
      }));
    await expect.poll(picture).toEqual({ width, height, canvas: width });
    expect(qa.link()).toBe(size === '1080p' ? '' : `?size=${size}`);
  });

  it('signs the TV in without a phone when codes are approved automatically', async () => {
    const qa = await showingCode(lever('auto', '3'));
    await qa.seesScreen('signed-in');
  });

  it('ends all sessions, so that the next start asks to sign in', async () => {
    const qa = await signedIn();
    await qa.click('[data-step=end-sessions]', '[data-step=restart]');
    await qa.seesScreen('signed-out');
  });

  it('takes the storage away, so that the session lasts for this run only', async () => {
    const qa = await openConsole(`${plain}&storage=blocked&interval=1`);
    for (const storage of ['blocked', 'full']) {
      if (storage === 'full') await qa.click(lever('storage', storage));
      await qa.tvFrame(`storage:${storage}`);
      await qa.seesScreen('signed-out');
      await qa.click(ok);
      await qa.seesScreen('showing-code');
      await qa.click('[data-step=approve-ada]');
      await qa.seesScreen('signed-in');
      expect(await qa.tv.locator('#screen').textContent()).toContain('cannot keep your sign-in');
    }
  });

  it.each([
    ['no-crypto', 'no-crypto'],
    // A sign-in that is bound to a key (DPoP) is not kept without it, let alone sealed.
    ['no-keys', 'KeyNotKeptError'],
  ])('takes sealing away (%s), which the support line then says', async (sealing, said) => {
    const qa = await openConsole(`${plain}&sealing=${sealing}&interval=1`);
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await qa.click('[data-step=approve-ada]');
    await qa.seesScreen('signed-in');
    await qa.tv.locator('#screen button', { hasText: 'Sign out' }).dispatchEvent('click');
    expect(await qa.tv.locator('[data-footnote]').textContent()).toContain(said);
  });

  it('wipes the storage, so that the TV starts as on its first day', async () => {
    const qa = await signedIn();
    await qa.click('[data-step=wipe-storage]');
    await qa.seesScreen('signed-out');
    expect(await qa.title()).toBe('Welcome');
  });

  it('damages a record, which the TV then says', async () => {
    const qa = await signedIn();
    await qa.click('[data-step=damage-storage]');
    await qa.seesScreen('signed-out');
    expect(await qa.title()).toBe('Please sign in once more');
  });

  it.each(['-315360000', '315360000'])(
    'sets the clock off by %s s: signing in works',
    async (off) => {
      const qa = await signedIn(lever('clock', off));
      expect(qa.link()).toContain(`clock=${off}`);
      const frame = qa.page.frames().find((one) => one.url().includes('/?qa='));
      const tvNow = (await frame?.evaluate(() => Date.now())) ?? 0;
      expect(Math.abs(tvNow - Date.now() - Number(off) * 1000)).toBeLessThan(5000);
    },
  );

  it('stops polling while suspended and finds the approval when resumed', async () => {
    const qa = await showingCode();
    await qa.click('[data-step=suspend]');
    await qa.page.waitForTimeout(500);
    const before = (await qa.outcomes('token')).length;
    await qa.click('[data-step=approve-ada]');
    await qa.page.waitForTimeout(3000);
    expect(await qa.outcomes('token')).toHaveLength(before);
    await qa.click('[data-step=resume]');
    await qa.seesScreen('signed-in');
  });

  it('takes WebGL away, and the code still scans', async () => {
    const qa = await openConsole(`${plain}&webgl-off=on`);
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    expect(scanPicture(await qa.picture())).toContain('user_code=');
  });

  it('takes the graphics context away and gives it back, and the code scans again', async () => {
    const qa = await showingCode();
    await qa.click('[data-step=lose-context]');
    await qa.page.waitForTimeout(500);
    await qa.click('[data-step=restore-context]');
    await expect
      .poll(async () => scanPicture(await qa.picture()), { timeout: 15_000 })
      .toContain('user_code=');
    await qa.seesScreen('showing-code');
  });

  it('switches the TV to the chosen language', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('language', 'fr'));
    await expect.poll(() => qa.title(), { timeout: 10_000 }).toBe('Bienvenue');
  });
});
