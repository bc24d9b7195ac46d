import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from './browser';
import { type Console, lever, ok, openConsole as openConsoleOf, plain } from './console';
import { type Servers, startServers } from './servers';
import { scanPicture } from './tv';

let browser: Browser;
let servers: Servers;
const contexts: BrowserContext[] = [];

async function openConsole(link?: string): Promise<Console> {
  const qa = await openConsoleOf(browser, servers, link);
  contexts.push(qa.page.context());
  return qa;
}

/** A TV that has just been switched on, asked often, and shows a code. */
async function showingCode(...levers: string[]): Promise<Console> {
  const qa = await openConsole();
  await qa.seesScreen('signed-out');
  await qa.click(lever('interval', '1'), ...levers, ok);
  await qa.seesScreen('showing-code');
  return qa;
}

async function signedIn(...levers: string[]): Promise<Console> {
  const qa = await showingCode(...levers);
  await qa.click('[data-step=approve-ada]');
  await qa.seesScreen('signed-in');
  return qa;
}

beforeAll(async () => {
  browser = await launchBrowser();
  servers = await startServers();
});

afterAll(async () => {
  await browser.close();
  await servers.close();
});

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  await servers.control('POST', '/reset');
});

describe('the QA console', () => {
  it('is ready in under a second', async () => {
    const times: number[] = [];
    for (let visit = 0; visit < 5; visit += 1) {
      const { page } = await openConsole();
      await page.locator('html[data-ready]').waitFor();
      times.push(
        await page.evaluate(
          () =>
            performance.getEntriesByName('console-ready')[0]?.startTime ?? Number.POSITIVE_INFINITY,
        ),
      );
      // A TV that goes on in the background would slow the next visit down.
      await page.context().close();
    }
    const median = times.sort((a, b) => a - b)[2];
    expect(median).toBeLessThan(1000);
  });

  it('signs the TV in with the phone on the page, and shows no secret on the way', async () => {
    const qa = await openConsole();
    const secrets: string[] = [];
    qa.page.on('response', async (response) => {
      if (!/\/(token|device\/auth)$/.test(response.url())) return;
      const body = (await response.json()) as Record<string, unknown>;
      for (const name of ['device_code', 'access_token', 'refresh_token', 'id_token']) {
        if (typeof body[name] === 'string') secrets.push(body[name]);
      }
    });
    await qa.seesScreen('signed-out');
    await qa.click(lever('interval', '2'), ok);
    await qa.seesScreen('showing-code');
    const scanned = scanPicture(await qa.picture());
    const opened = await qa.page.locator('#phone-address').getAttribute('title');
    expect(opened).toBe(scanned);
    await qa.phone.locator('[data-action=confirm]').click();
    await qa.phone.locator('[data-account=grace]').click();
    await qa.phone.locator('[data-action=allow]').click();
    await qa.phone.locator('[data-result=allowed]').waitFor();
    await qa.seesScreen('signed-in');
    expect(await qa.title()).toContain('Grace Hopper');

    for (const row of await qa.page.locator('#exchanges summary').all()) await row.click();
    const report = await qa.report();
    const seen = `${await qa.page.locator('body').textContent()}${report}`;
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    for (const secret of secrets) {
      expect(seen).not.toContain(secret);
      expect(seen).toContain(`${secret.slice(0, 4)}… (${secret.length} characters)`);
    }
  });

  it('shows each exchange, its outcome and the wait until the next poll', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('interval', '5'), '[data-step=slow-down]', ok);
    await qa.seesScreen('showing-code');
    await expect
      .poll(() => qa.page.locator('#countdown').textContent())
      .toMatch(/^next poll in [1-5]\.\d s$/);
    await expect.poll(() => qa.outcomes('token'), { timeout: 20_000 }).toEqual(['slow_down']);
    await expect
      .poll(() => qa.page.locator('#countdown').textContent())
      .toMatch(/^next poll in (10|[6-9])\.\d s$/);
    expect(await qa.outcomes('device')).toEqual(['ok']);
    const row = qa.page.locator('#exchanges details[data-endpoint=device]');
    await row.locator('summary').click();
    expect(await row.locator('pre').nth(1).textContent()).toContain('"interval": 5');
  });

  it('is the only place for its levers: neither the site nor a plain TV has them', async () => {
    const files = readdirSync(inject('site'), { recursive: true }).map(String);
    expect(files.filter((file) => /qa|lever/i.test(file))).toEqual([]);
    const bundle = readFileSync(path.join(inject('site'), 'appBundle.js'), 'utf8');
    expect(bundle).not.toContain('qaLevers');
    expect(existsSync(path.join(inject('site'), 'qa'))).toBe(false);
    expect(await (await fetch(servers.appUrl)).text()).not.toContain('/qa/');
  });
});

describe('the remote control', () => {
  const colours = { red: 403, green: 404, yellow: 405, blue: 406 };
  const media = { play: 415, pause: 19, stop: 413, rewind: 412, forward: 417 };
  const arrows = { left: 37, up: 38, right: 39, down: 40, ok: 13 };

  it('sends the key codes of the chosen platform', async () => {
    const qa = await openConsole();
    const platforms = {
      webos: { ...arrows, back: 461, ...colours, ...media },
      tizen: { ...arrows, back: 10009, ...colours, ...media },
      rdk: { ...arrows, back: 8, ...colours, ...media },
      xbox: { left: 205, up: 203, right: 206, down: 204, ok: 195, back: 196 },
      desktop: {
        ...arrows,
        back: 27,
        play: 179,
        pause: 179,
        stop: 178,
        rewind: 177,
        forward: 176,
      },
    };
    for (const [platform, codes] of Object.entries(platforms)) {
      await qa.seesScreen('signed-out');
      await qa.click(`#platforms [data-value=${platform}]`);
      // The TV restarts, and says so before it shows anything.
      const frame = await qa.tvFrame(
        platform === 'desktop' ? 'qa=on:on&' : `platform:${platform}&`,
      );
      await qa.seesScreen('signed-out');
      await frame.evaluate(() => {
        const codesSeen: number[] = [];
        Object.assign(window, { codesSeen });
        const note = (event: KeyboardEvent) => {
          codesSeen.push(event.keyCode);
          event.stopImmediatePropagation();
        };
        window.addEventListener('keydown', note, true);
      });
      const keys = Object.keys(codes).map((key) => `[data-key=${key}]`);
      // Seventy clicks with a mouse take half a minute; what they reach is what counts here.
      await qa.page.evaluate((selectors) => {
        for (const one of selectors) document.querySelector<HTMLElement>(one)?.click();
      }, keys);
      await expect
        .poll(() => frame.evaluate(() => Reflect.get(window, 'codesSeen') as unknown), {
          message: platform,
        })
        .toEqual(Object.values(codes));
    }
    // Five starts of the TV, which take their time on a busy machine.
  }, 180_000);

  it('hands Back to a webOS TV on the first screen', async () => {
    const qa = await openConsole(`${plain}&platform=webos`);
    await qa.seesScreen('signed-out');
    await qa.click('[data-key=back]');
    await expect
      .poll(() => qa.page.locator('#history').textContent())
      .toContain('The app gave Back to the TV.');
  });

  it('works the app: back from the code to the first screen', async () => {
    const qa = await showingCode();
    await qa.click('[data-key=back]');
    await qa.seesScreen('signed-out');
  });
});

describe('a lever', () => {
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

  it('that spoils the first reply leads to failed, with the reason', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.page.locator('[data-aim] select').first().selectOption('device');
    const problems = {
      '500': 'server-error',
      '503': 'server-busy',
      '429': 'server-busy',
      html: 'server-error',
      truncated: 'server-error',
      empty: 'server-error',
      huge: 'server-error',
      hang: 'time-out',
    };
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

  it('that keeps the TV and the server apart leads to failed, until it is off again', async () => {
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

  it('that cuts a poll does not disturb the sign-in', async () => {
    const qa = await showingCode();
    await qa.page.locator('[data-aim] select').first().selectOption('token');
    await qa.click('[data-fault=cut]', '[data-fault="500"]');
    await expect
      .poll(() => qa.outcomes('token'), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['cut before processing', 'http 500']));
    await qa.click('[data-step=approve-ada]');
    await qa.seesScreen('signed-in');
  });

  it('that cuts the reply with the tokens leads to an end with a reason', async () => {
    const qa = await showingCode(lever('interval', '5'));
    await qa.page.locator('[data-aim] select').first().selectOption('token');
    await qa.click('[data-fault=cut-after]', '[data-step=approve-ada]');
    await expect
      .poll(() => qa.page.locator('#screen-name').textContent(), { timeout: 40_000 })
      .not.toBe('showing-code');
    expect(await qa.page.locator('#screen-name').textContent()).toBe('failed');
    expect(await qa.page.locator('#problem').textContent()).not.toBe('');
  });

  it('delays replies by the latency', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('latency', '2000'), ok);
    await qa.seesScreen('showing-code');
    const meta = qa.page.locator('#exchanges details[data-endpoint=device] .meta');
    await expect.poll(() => meta.textContent()).toMatch(/2\d{3} ms/);
  });

  it('leaves the complete address out: the phone asks for the code', async () => {
    const qa = await showingCode('[data-lever=no-complete]');
    const code = (await qa.tv.locator('[data-user-code]').textContent()) ?? '';
    expect(scanPicture(await qa.picture())).toBe(`${servers.authUrl}/device`);
    await qa.phone.locator('input[name=user_code]').fill(code.toLowerCase());
    await qa.phone.locator('[data-action=confirm]').click();
    await qa.phone.locator('[data-account=ada]').click();
    await qa.phone.locator('[data-action=deny]').click();
    await qa.seesScreen('denied');
  });

  it('leaves the interval out: the TV takes 5 s', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click('[data-lever=no-interval]', ok);
    await qa.seesScreen('showing-code');
    const polled = qa.page.locator('#exchanges details[data-endpoint=token]');
    await polled.first().waitFor({ timeout: 10_000 });
    const [device] = await servers.exchanges('device');
    const [poll] = await servers.exchanges('token');
    expect((poll?.startedAt ?? 0) - (device?.startedAt ?? 0)).toBeGreaterThanOrEqual(5000);
  });

  it('gives codes a short life', async () => {
    const qa = await showingCode(lever('code-lifetime', '10'));
    await qa.seesScreen('expired');
  });

  it('gives access tokens a short life: the TV renews them', async () => {
    const qa = await signedIn(lever('token-lifetime', '10'));
    await expect.poll(() => qa.outcomes('refresh'), { timeout: 20_000 }).toContain('ok');
  });

  it('has a reply come late', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.page.locator('[data-aim] select').first().selectOption('device');
    await qa.click('[data-fault=delay]', ok);
    await qa.seesScreen('showing-code');
    const meta = qa.page.locator('#exchanges details[data-endpoint=device] .meta');
    await expect.poll(() => meta.textContent()).toMatch(/fault .* 8\d{3} ms/);
  });

  it('takes the faults that wait away: the TV does not meet them', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click('[data-fault="500"]', '[data-fault=html]');
    const waiting = async () => (await servers.control('GET', '/state')) as { faults: unknown[] };
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

  it('lets the TV sign in by itself', async () => {
    const qa = await showingCode(lever('auto', '3'));
    await qa.seesScreen('signed-in');
  });

  it('ends the sessions: the next start asks to sign in', async () => {
    const qa = await signedIn();
    await qa.click('[data-step=end-sessions]', '[data-step=restart]');
    await qa.seesScreen('signed-out');
  });

  it('takes the storage away: signed in, but only for now', async () => {
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
  ])('takes the sealing away (%s): the small print for support says so', async (sealing, said) => {
    const qa = await openConsole(`${plain}&sealing=${sealing}&interval=1`);
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await qa.click('[data-step=approve-ada]');
    await qa.seesScreen('signed-in');
    await qa.tv.locator('#screen button', { hasText: 'Sign out' }).dispatchEvent('click');
    expect(await qa.tv.locator('[data-footnote]').textContent()).toContain(said);
  });

  it('wipes the storage: as on the first day', async () => {
    const qa = await signedIn();
    await qa.click('[data-step=wipe-storage]');
    await qa.seesScreen('signed-out');
    expect(await qa.title()).toBe('Welcome');
  });

  it('damages the storage: the TV says so', async () => {
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

  it('suspends: not one poll; resumes: the approval is found', async () => {
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

  it('takes WebGL away: the code still scans', async () => {
    const qa = await openConsole(`${plain}&webgl-off=on`);
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    expect(scanPicture(await qa.picture())).toContain('user_code=');
  });

  it('loses the graphics context and gives it back: the code scans again', async () => {
    const qa = await showingCode();
    await qa.click('[data-step=lose-context]');
    await qa.page.waitForTimeout(500);
    await qa.click('[data-step=restore-context]');
    await expect
      .poll(async () => scanPicture(await qa.picture()), { timeout: 15_000 })
      .toContain('user_code=');
    await qa.seesScreen('showing-code');
  });

  it('chooses the language', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('language', 'fr'));
    await expect.poll(() => qa.title(), { timeout: 10_000 }).toBe('Bienvenue');
  });
});

describe('the address', () => {
  it('opens in another browser as it was', async () => {
    const first = await openConsole();
    await first.seesScreen('signed-out');
    await first.click(
      '[data-lever=no-complete]',
      lever('interval', '2'),
      '#sizes [data-value="720p"]',
    );
    await first.click(ok);
    await first.seesScreen('showing-code');
    await first.click('[data-step=deny]');
    await first.seesScreen('denied');
    const link = first.link();
    expect(link).toContain('do=key-ok:signed-out.deny:showing-code');
    await first.page.context().close();

    const second = await openConsole(link);
    await second.seesScreen('denied');
    await expect.poll(() => second.link()).toBe(link);
    const pressed = (selector: string) =>
      second.page.locator(selector).getAttribute('aria-pressed');
    expect(await pressed('[data-lever=no-complete]')).toBe('true');
    expect(await pressed(lever('interval', '2'))).toBe('true');
    expect(await pressed('#sizes [data-value="720p"]')).toBe('true');
  });

  it('tells a code that was there first from a server that was off first', async () => {
    const first = await showingCode();
    await first.click('[data-lever=server-offline]', lever('clock', '-3600'));
    const link = first.link();
    expect(link).toContain(
      'interval=1&do=key-ok:signed-out.set-server-offline-on:showing-code.set-clock--3600:',
    );
    await first.page.context().close();

    const second = await openConsole(link);
    const off = second.page.locator('[data-lever=server-offline]');
    await expect
      .poll(() => off.getAttribute('aria-pressed'), { timeout: 30_000, interval: 50 })
      .toBe('true');
    await second.seesScreen('showing-code');
    await expect.poll(() => second.link(), { timeout: 30_000 }).toBe(link);
    await off.click();
    expect(second.link()).toContain('.set-server-offline-off:showing-code');
  });

  it('has what happened before a lever restarted the TV', async () => {
    const first = await signedIn();
    await first.click(lever('language', 'fr'));
    await first.tvFrame('language:fr');
    await first.seesScreen('signed-in');
    const title = await first.title();
    const link = first.link();
    expect(link).toMatch(
      /do=key-ok:signed-out\.approve-ada:showing-code\.set-language-fr:signed-in$/,
    );
    await first.page.context().close();

    const second = await openConsole(link);
    await second.tvFrame('language:fr');
    await second.seesScreen('signed-in');
    expect(await second.title()).toBe(title);
    expect(second.link()).toBe(link);
  });

  it('begins with an empty TV, also without steps', async () => {
    const qa = await signedIn();
    await qa.page.goto(`${servers.qaUrl}${plain}&interval=2`);
    await qa.seesScreen('signed-out');
    expect(await qa.title()).toBe('Welcome');
  });

  it('has what was done on the TV and on the phone, not only to the console', async () => {
    const qa = await openConsole();
    await qa.seesScreen('signed-out');
    await qa.click(lever('interval', '1'));
    await qa.tvFrame('/?qa=');
    await qa.tv.locator('#screen button').first().focus();
    await qa.page.keyboard.press('Space');
    await qa.seesScreen('showing-code');
    const box = await qa.page.locator('#tv-glass').boundingBox();
    if (box === null) throw new Error('The TV has no place');
    await qa.page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.1);
    await qa.page.keyboard.press('Backspace');
    await qa.seesScreen('signed-out');
    // Held down: the app takes it for one press, and so does the link.
    await qa.tv.locator('#screen button').first().focus();
    for (let repeat = 0; repeat < 5; repeat += 1) await qa.page.keyboard.down('Enter');
    await qa.page.keyboard.up('Enter');
    await qa.seesScreen('showing-code');
    await qa.phone.locator('[data-action=confirm]').click();
    await qa.phone.locator('[data-account=grace]').click();
    await qa.phone.locator('[data-action=allow]').click();
    await qa.seesScreen('signed-in');
    const link = qa.link();
    expect(link).toMatch(
      /do=key-ok:signed-out\.click-500-\d+:showing-code\.key-back:showing-code\.key-ok:signed-out\.approve-grace:showing-code$/,
    );
    await qa.page.context().close();

    const second = await openConsole(link);
    await second.seesScreen('signed-in');
    expect(second.link()).toBe(link);
    expect(await second.title()).toContain('Grace Hopper');
  });

  it('says why when it cannot be followed', async () => {
    const qa = await openConsole('?do=nonsense:signed-out');
    await expect
      .poll(() => qa.page.locator('#message').textContent(), { timeout: 10_000 })
      .toBe('There is no step nonsense.');
  });

  it('is plain again after Reset, and so is everything else', async () => {
    // The last step waits for a screen that never comes.
    const qa = await openConsole(
      `${plain}&interval=1&dpop-nonce=on&latency=300` +
        '&do=key-ok:signed-out.fault-500-userinfo-all:showing-code.suspend:showing-code.deny:denied',
    );
    const message = () => qa.page.locator('#message').textContent();
    await expect.poll(message, { timeout: 30_000 }).toMatch(/^Step 4 of 4/);
    const aims = await qa.page.locator('[data-aim] select').all();
    await aims[0]?.selectOption('refresh');
    await aims[1]?.selectOption('all');
    await qa.click('#reset');
    await expect.poll(() => qa.link()).toBe('');
    await qa.seesScreen('signed-out');
    expect(await message()).toBe('');
    expect(await Promise.all(aims.map((aim) => aim.inputValue()))).toEqual(['any', '1']);
    expect(await qa.page.locator('#exchanges details').count()).toBeLessThanOrEqual(1);
    expect(await servers.control('GET', '/state')).toMatchObject({
      settings: { intervalSeconds: 5, latencyMs: 0, requireDpopNonce: false },
      faults: [],
    });
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await qa.click('[data-step=deny]');
    // Not asleep any more, and with a screen that the old link's last step was waiting for.
    await qa.seesScreen('denied');
    await qa.page.waitForTimeout(500);
    expect(qa.link()).toBe('?do=key-ok:signed-out.deny:showing-code');
    expect(await message()).toBe('');
  });
});

describe('a server that is started anew', () => {
  it('has a wire of its own', async () => {
    const first = await startServers();
    const qa = await openConsoleOf(browser, first);
    contexts.push(qa.page.context());
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await qa.click('[data-key=back]');
    await qa.seesScreen('signed-out');
    expect(await qa.outcomes('device')).toEqual(['ok']);
    await first.close();
    const message = () => qa.page.locator('#message').textContent();
    await expect.poll(message).toContain('does not answer');
    const second = await startServers({ authPort: first.authPort });
    try {
      await expect.poll(message).toBe('');
      await expect.poll(() => qa.outcomes('device')).toEqual([]);
      await qa.click(ok);
      await qa.seesScreen('showing-code');
      expect(await qa.outcomes('device')).toEqual(['ok']);
    } finally {
      await second.close();
    }
  });
});

describe('the report', () => {
  it('has what a bug needs', async () => {
    const qa = await showingCode();
    await qa.click('[data-step=expire]');
    await qa.seesScreen('expired');
    const report = await qa.report();
    for (const part of [
      `Opens as it was: ${servers.qaUrl}?size=720p&interval=1&do=key-ok:signed-out.expire:showing-code`,
      'screen: showing-code',
      'action: expire',
      'POST /token → 400 expired_token',
      '"app":"1.',
      '"clientId": "tv"',
      'TV: 720p, desktop',
    ]) {
      expect(report).toContain(part);
    }
  });
});
