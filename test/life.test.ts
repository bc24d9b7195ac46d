import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { openChromium } from '../tools/engines/devtools.ts';
import { engines } from '../tools/engines/engines.ts';
import { unpackChromium } from '../tools/engines/unpack.ts';
import { tvHarness } from './harness';
import type { Tv } from './tv';

const harness = tvHarness();

/** What a page does, counted from the outside. */
interface Work {
  frames: number;
  draws: number;
}

/** Counts animation frames and draw calls, and makes the page's visibility a matter of the test. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const work = { frames: 0, draws: 0 };
    const state = { hidden: false };
    Object.assign(window, { work, state });
    Object.defineProperty(document, 'hidden', { get: () => state.hidden });
    Object.defineProperty(document, 'visibilityState', {
      get: () => (state.hidden ? 'hidden' : 'visible'),
    });
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => {
      work.frames++;
      return request(callback);
    };
    for (const name of ['drawElements', 'drawArrays'] as const) {
      const draw = WebGLRenderingContext.prototype[name] as (...all: unknown[]) => void;
      Object.assign(WebGLRenderingContext.prototype, {
        [name](this: WebGLRenderingContext, ...all: unknown[]) {
          work.draws++;
          draw.apply(this, all);
        },
      });
    }
  });
}

async function workDone(tv: Tv): Promise<Work> {
  return tv.page.evaluate(() => ({ ...(window as unknown as { work: Work }).work }));
}

async function setHidden(tv: Tv, hidden: boolean): Promise<void> {
  await tv.page.evaluate((value) => {
    (window as unknown as { state: { hidden: boolean } }).state.hidden = value;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

async function switchOn(before?: (page: Page) => Promise<void>): Promise<Tv> {
  const tv = await harness.switchOn({
    before: async (page) => {
      await watch(page);
      await before?.(page);
    },
  });
  await tv.seesScreen('signed-out');
  return tv;
}

async function showingCode(before?: (page: Page) => Promise<void>): Promise<Tv> {
  const tv = await switchOn(before);
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  return tv;
}

async function signedIn(before?: (page: Page) => Promise<void>): Promise<Tv> {
  const tv = await showingCode(before);
  await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
  await tv.seesScreen('signed-in');
  return tv;
}

async function count(endpoint: string): Promise<number> {
  const log = (await harness.servers.control('GET', '/log')) as
    | { exchanges?: { endpoint: string }[] }
    | { endpoint: string }[];
  const list = Array.isArray(log) ? log : (log.exchanges ?? []);
  return list.filter((exchange) => exchange.endpoint === endpoint).length;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a TV that shows something else', () => {
  it('neither polls nor draws while hidden, and is up to date as soon as it is shown again', async () => {
    const tv = await showingCode();
    await expect.poll(() => count('token')).toBeGreaterThan(0);
    await setHidden(tv, true);
    // A poll that was on its way may still end.
    await pause(300);
    const before = { polls: await count('token'), ...(await workDone(tv)) };
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await pause(3000);
    expect({ polls: await count('token'), ...(await workDone(tv)) }).toEqual(before);
    await setHidden(tv, false);
    await tv.seesScreen('signed-in', 4000);
    expect(await tv.text()).toContain('Ada');
  });

  it('shows that the code has expired as soon as the app is shown again', async () => {
    await harness.servers.control('PATCH', '/settings', { codeLifetimeSeconds: 2 });
    const tv = await showingCode();
    await setHidden(tv, true);
    await pause(2500);
    expect(await tv.screen()).toBe('showing-code');
    await setHidden(tv, false);
    await tv.seesScreen('expired', 1000);
  });

  it('wakes up when webOS brings it to the front again', async () => {
    const tv = await showingCode();
    await setHidden(tv, true);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.page.evaluate(() => {
      (window as unknown as { state: { hidden: boolean } }).state.hidden = false;
      document.dispatchEvent(new CustomEvent('webOSRelaunch', { detail: {} }));
    });
    await tv.seesScreen('signed-in', 4000);
  });
});

describe('a TV that sleeps', () => {
  it('signs in after ten seconds of sleep that the app was not told of', async () => {
    const pinned = engines.find((engine) => engine.name === 'current');
    if (pinned?.engine !== 'chromium') throw new Error('There is no pinned Chromium.');
    const profile = mkdtempSync(path.join(tmpdir(), 'sleeping-tv-'));
    const page = await openChromium({ ...(await unpackChromium(pinned)), profile });
    const seesScreen = (name: string) =>
      expect
        .poll(
          () =>
            page.evaluate(`(document.getElementById('screen') || {dataset: {}}).dataset.screen`),
          {
            timeout: 15_000,
          },
        )
        .toBe(name);
    try {
      await page.goto(harness.servers.appUrl);
      await seesScreen('signed-out');
      await page.pressKey(13);
      await seesScreen('showing-code');
      page.freeze();
      const polls = await count('token');
      await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
      await pause(10_000);
      expect((await count('token')) - polls).toBeLessThanOrEqual(1);
      page.thaw();
      const awake = Date.now();
      await seesScreen('signed-in');
      expect(Date.now() - awake).toBeLessThan(4000);
      expect(await page.faults()).toEqual([]);
    } finally {
      page.thaw();
      await page.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });

  it('says that the code has expired after three hours of sleep', async () => {
    const tv = await showingCode((page) => page.clock.install());
    await setHidden(tv, true);
    await tv.page.clock.fastForward('03:00:00');
    await setHidden(tv, false);
    await tv.seesScreen('expired', 5000);
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
  });

  it('says that the code has expired after three hours of sleep that the app was not told of', async () => {
    const tv = await showingCode((page) => page.clock.install());
    await tv.page.clock.fastForward('03:00:00');
    await tv.seesScreen('expired', 5000);
  });

  it('stays signed in and renews its access after three hours of sleep', async () => {
    const tv = await signedIn((page) => page.clock.install());
    expect(await count('refresh')).toBe(0);
    await setHidden(tv, true);
    await tv.page.clock.fastForward('03:00:00');
    expect(await count('refresh')).toBe(0);
    await setHidden(tv, false);
    await expect.poll(() => count('refresh'), { timeout: 10_000 }).toBe(1);
    expect(await tv.screen()).toBe('signed-in');
    expect(await tv.text()).toContain('Ada');
  });
});

describe('a TV whose network goes', () => {
  it('says that the network is gone while a code shows, and signs in when it is back', async () => {
    const tv = await showingCode();
    const code = await tv.userCode();
    await tv.page.context().setOffline(true);
    await expect.poll(() => tv.page.locator('[data-notice]').count()).toBe(1);
    expect(await tv.userCode()).toBe(code);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await pause(2000);
    expect(await tv.screen()).toBe('showing-code');
    await tv.page.context().setOffline(false);
    await tv.seesScreen('signed-in', 20_000);
  });
});

describe('a code on the screen', () => {
  it('draws a shown code once a second for the time that is left, without an animation loop', async () => {
    const tv = await showingCode();
    // Fonts and pictures may take a moment to be complete.
    await pause(1500);
    const before = await workDone(tv);
    await pause(5000);
    const after = await workDone(tv);
    expect(after.frames - before.frames).toBe(0);
    const perSecond = (after.draws - before.draws) / 5;
    // A frame is a handful of draw calls, for one batch after another.
    expect(perSecond).toBeGreaterThan(0);
    expect(perSecond).toBeLessThan(80);
  });

  it('is not affected by color and media keys', async () => {
    const tv = await showingCode();
    const code = await tv.userCode();
    for (const keyCode of [403, 404, 405, 406, 415, 19, 413, 412, 417, 457, 10252]) {
      await tv.pressCode(keyCode);
    }
    expect(await tv.screen()).toBe('showing-code');
    expect(await tv.userCode()).toBe(code);
    expect(await tv.focused()).toBe('cancel');
  });
});

describe('a TV without a key press', () => {
  /** How many pixels shine: what burns into a panel is text and light buttons. */
  async function shining(tv: Tv): Promise<number> {
    const { data } = PNG.sync.read(await tv.page.screenshot());
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at + 1] ?? 0) > 180) count++;
    return count;
  }

  it('dims its picture after five minutes; the key that wakes it does nothing else', async () => {
    const tv = await switchOn((page) => page.clock.install());
    const bright = await shining(tv);
    expect(bright).toBeGreaterThan(10_000);
    await tv.page.clock.fastForward('05:01');
    await expect.poll(() => shining(tv)).toBeLessThan(bright * 0.05);
    await tv.press('Enter');
    await expect.poll(() => shining(tv)).toBeGreaterThan(bright * 0.95);
    expect(await tv.screen()).toBe('signed-out');
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
  });

  it('never dims a code that is still valid', async () => {
    await harness.servers.control('PATCH', '/settings', { codeLifetimeSeconds: 900 });
    const tv = await showingCode((page) => page.clock.install());
    const bright = await shining(tv);
    await tv.page.clock.fastForward('07:00');
    await pause(500);
    expect(await shining(tv)).toBeGreaterThan(bright * 0.95);
    await tv.press('ArrowRight');
    await expect.poll(() => tv.focused()).toBe('help');
  });
});
