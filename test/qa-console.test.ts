import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { lever, ok, plain } from './console';
import { consoleHarness } from './harness';
import { hearReplies } from './replies';
import { startServers } from './servers';
import { scanPicture } from './tv';

const { openConsole, showingCode, signedIn, running } = consoleHarness();

describe('the QA console', () => {
  it('opens the QA console in under a second', async () => {
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
    await hearReplies(qa.page, ({ url, body }) => {
      if (!/\/(token|device\/auth)$/.test(url)) return;
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
    expect(await (await fetch(running.servers.appUrl)).text()).not.toContain('/qa/');
  });
});

describe('the remote control of the QA console', () => {
  const colors = { red: 403, green: 404, yellow: 405, blue: 406 };
  const media = { play: 415, pause: 19, stop: 413, rewind: 412, forward: 417 };
  const arrows = { left: 37, up: 38, right: 39, down: 40, ok: 13 };

  it('sends the key codes of the chosen platform', async () => {
    const qa = await openConsole();
    const platforms = {
      webos: { ...arrows, back: 461, ...colors, ...media },
      tizen: { ...arrows, back: 10009, ...colors, ...media },
      rdk: { ...arrows, back: 8, ...colors, ...media },
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

  it('leaves Back on the first screen to a webOS TV', async () => {
    const qa = await openConsole(`${plain}&platform=webos`);
    await qa.seesScreen('signed-out');
    await qa.click('[data-key=back]');
    await expect
      .poll(() => qa.page.locator('#history').textContent())
      .toContain('The app gave Back to the TV.');
  });

  it('Back on the remote control leads from the code to the first screen', async () => {
    const qa = await showingCode();
    await qa.click('[data-key=back]');
    await qa.seesScreen('signed-out');
  });
});

describe('the address of the QA console', () => {
  it('does what a link of another site says only when a person continues', async () => {
    const page = await running.browser.newPage();
    const link = `${running.servers.qaUrl}${plain}&latency=300`;
    // The same machine by another name is another site.
    const elsewhere = link.replace('//localhost:', '//127.0.0.1:').replace(/\?.*/, '/console.css');
    await page.goto(elsewhere);
    await page.evaluate((url) => location.assign(url), link);
    const proceed = page.locator('a');
    await proceed.waitFor();
    expect(await page.locator('code').textContent()).toBe(`/qa${plain}&latency=300`);
    const latency = async () =>
      ((await running.servers.control('GET', '/state')) as { settings: { latencyMs: number } })
        .settings.latencyMs;
    expect(await latency()).toBe(0);
    await proceed.click();
    await expect.poll(latency).toBe(300);
    await page.close();
  });

  it('opens the same state in another browser', async () => {
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

  it('keeps the order of a code that came first and a server that went away first', async () => {
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

  it('keeps what happened before a lever restarted the TV', async () => {
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

  it('the QA console begins with an empty TV, even without steps in the address', async () => {
    const qa = await signedIn();
    await qa.page.goto(`${running.servers.qaUrl}${plain}&interval=2`);
    await qa.seesScreen('signed-out');
    expect(await qa.title()).toBe('Welcome');
  });

  it('records what was done on the TV and on the phone, not only in the console', async () => {
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

  it('says why the steps of an address cannot be replayed', async () => {
    const qa = await openConsole('?do=nonsense:signed-out');
    await expect
      .poll(() => qa.page.locator('#message').textContent(), { timeout: 10_000 })
      .toBe('There is no step nonsense.');
  });

  it('clears the address and everything else on Reset', async () => {
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
    expect(await running.servers.control('GET', '/state')).toMatchObject({
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
  it('begins with an empty list of exchanges when the server is started anew', async () => {
    const first = await startServers({ lenient: true });
    const qa = await openConsole(undefined, first);
    await qa.seesScreen('signed-out');
    await qa.click(ok);
    await qa.seesScreen('showing-code');
    await qa.click('[data-key=back]');
    await qa.seesScreen('signed-out');
    expect(await qa.outcomes('device')).toEqual(['ok']);
    await first.close();
    const message = () => qa.page.locator('#message').textContent();
    await expect.poll(message).toContain('does not answer');
    const second = await startServers({ authPort: first.authPort, lenient: true });
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
  it('contains in the report what a bug report needs', async () => {
    const qa = await showingCode();
    await qa.click('[data-step=expire]');
    await qa.seesScreen('expired');
    const report = await qa.report();
    for (const part of [
      `Opens as it was: ${running.servers.qaUrl}?size=720p&interval=1&do=key-ok:signed-out.expire:showing-code`,
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
