import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { showsTheSameAfterContextLoss } from './context-loss';
import { tvHarness } from './harness';
import { difference, sameBut, settledPicture } from './picture';
import type { Tv } from './tv';

const harness = tvHarness();

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function switchOn(before?: (page: Page) => Promise<void>): Promise<Tv> {
  const tv = await harness.switchOn(before === undefined ? {} : { before });
  await tv.seesScreen('signed-out');
  return tv;
}

async function showingCode(before?: (page: Page) => Promise<void>): Promise<Tv> {
  const tv = await switchOn(before);
  await tv.press('Enter');
  await tv.seesScreen('showing-code');
  return tv;
}

/** How to come to each screen from where the one before it left off. */
const journey: readonly { screen: string; go: (tv: Tv) => Promise<void> }[] = [
  { screen: 'signed-out', go: async () => undefined },
  {
    screen: 'signed-out: languages',
    go: async (tv) => {
      await tv.press('ArrowRight', 'Enter');
      await expect.poll(() => tv.focused()).toBe('language-en');
    },
  },
  {
    screen: 'signed-out: leave?',
    go: async (tv) => {
      await tv.press('Escape', 'Escape');
      await expect.poll(() => tv.focused()).toBe('stay');
    },
  },
  {
    screen: 'requesting',
    go: async (tv) => {
      await harness.servers.control('POST', '/faults', { kind: 'hang', endpoint: 'device' });
      await tv.press('Escape', 'Enter');
      await tv.seesScreen('requesting');
      // The sentence that says what it waits for comes after a second.
      await expect.poll(() => tv.text()).toMatch(/localhost/);
    },
  },
  {
    screen: 'showing-code',
    go: async (tv) => {
      await harness.servers.control('DELETE', '/faults');
      await tv.press('Escape');
      await tv.seesScreen('signed-out');
      await tv.press('Enter');
      await tv.seesScreen('showing-code');
    },
  },
  {
    screen: 'showing-code: help',
    go: async (tv) => {
      await tv.press('ArrowRight', 'Enter');
      await expect.poll(() => tv.focused()).toBe('close');
    },
  },
  {
    screen: 'denied',
    go: async (tv) => {
      await harness.servers.control('POST', '/codes/latest/deny');
      await tv.seesScreen('denied');
    },
  },
  {
    screen: 'expired',
    go: async (tv) => {
      await tv.press('Enter');
      await tv.seesScreen('showing-code');
      await harness.servers.control('POST', '/codes/latest/expire');
      await tv.seesScreen('expired');
    },
  },
  {
    screen: 'failed',
    go: async (tv) => {
      await harness.servers.control('PATCH', '/settings', { offline: true });
      await tv.press('Enter');
      await tv.seesScreen('failed');
    },
  },
  {
    screen: 'approved',
    go: async (tv) => {
      await harness.servers.control('PATCH', '/settings', { offline: false });
      await harness.servers.control('POST', '/faults', { kind: 'hang', endpoint: 'userinfo' });
      await tv.press('Enter');
      await tv.seesScreen('showing-code');
      await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
      await tv.seesScreen('requesting');
    },
  },
  {
    screen: 'signed-in',
    go: async (tv) => {
      await harness.servers.control('DELETE', '/faults');
      await tv.seesScreen('signed-in');
    },
  },
  {
    screen: 'signed-in: the app’s own screen',
    go: async (tv) => {
      await tv.press('Enter');
      await expect.poll(() => tv.focused()).toBe('close');
    },
  },
  {
    screen: 'signed-in: sign out?',
    go: async (tv) => {
      await tv.press('Escape');
      await expect.poll(() => tv.focused()).toBe('continue');
      await tv.press('ArrowRight', 'Enter');
      await expect.poll(() => tv.focused()).toBe('confirm-sign-out');
    },
  },
  {
    screen: 'choosing-account',
    go: async (tv) => {
      await tv.press('Escape', 'ArrowRight', 'ArrowRight', 'Enter');
      await tv.seesScreen('showing-code');
      await harness.servers.control('POST', '/codes/latest/approve', { account: 'grace' });
      await tv.seesScreen('signed-in');
      await tv.press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter');
      await tv.seesScreen('choosing-account');
    },
  },
];

describe('a TV whose graphics context is lost', () => {
  it('shows the same picture and focus again on every screen after the context was lost', async () => {
    const tv = await switchOn();
    for (const { screen, go } of journey) {
      await go(tv);
      await showsTheSameAfterContextLoss(tv, screen);
    }
  }, 180_000);
});

/** Makes the page's clock run so slowly that every context seems to have lasted no time at all. */
async function slowClock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const realNow = performance.now.bind(performance);
    performance.now = () => realNow() / 100;
  });
}

const loseContext = (tv: Tv) =>
  tv.page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    const extension = canvas?.getContext('webgl')?.getExtension('WEBGL_lose_context');
    if (!canvas || !extension) return false;
    canvas.id = 'lost';
    extension.loseContext();
    return true;
  });

describe('a TV whose graphics context is lost in quick succession', () => {
  it('goes on with WebGL when each lost context had drawn more than its first picture', async () => {
    const tv = await switchOn(slowClock);
    for (let time = 0; time < 6; time++) {
      const key = time % 2 === 0 ? 'ArrowRight' : 'ArrowLeft';
      const focus = await tv.focused();
      await tv.press(key);
      await expect.poll(() => tv.focused()).not.toBe(focus);
      expect(await loseContext(tv), `loss ${time + 1}`).toBe(true);
      await tv.page.locator('canvas:not(#lost)').waitFor({ state: 'attached' });
    }
  });
});

describe('a TV that loses its graphics context again and again', () => {
  it('draws without WebGL in the end when every context is lost at once', async () => {
    const tv = await switchOn(async (page) => {
      await page.addInitScript(() => {
        new MutationObserver((changes) => {
          for (const { addedNodes } of changes) {
            for (const node of Array.from(addedNodes)) {
              if (!(node instanceof HTMLCanvasElement)) continue;
              const context = node.getContext('webgl');
              setTimeout(() => context?.getExtension('WEBGL_lose_context')?.loseContext(), 50);
            }
          }
        }).observe(document, { childList: true, subtree: true });
      });
    });
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    // A canvas that draws with WebGL has no 2D context, whether its own is lost or not.
    await expect
      .poll(
        () =>
          tv.page.evaluate(
            () => document.querySelector('canvas')?.getContext('2d') instanceof Object,
          ),
        { timeout: 60_000, message: 'a canvas that does without WebGL' },
      )
      .toBe(true);
    await expect
      .poll(() => tv.scan(), { timeout: 20_000 })
      .toContain(`user_code=${await tv.userCode()}`);
    await pause(3000);
    expect(await tv.scan()).toContain(`user_code=${await tv.userCode()}`);
  }, 120_000);
});

describe('a TV with a weak chip', () => {
  it('opens one graphics context, and asks for no font that is loaded', async () => {
    const tv = await showingCode(async (page) => {
      await page.addInitScript(() => {
        const asked = { contexts: 0, fonts: 0 };
        Object.assign(window, { asked });
        const { getContext } = HTMLCanvasElement.prototype;
        Object.assign(HTMLCanvasElement.prototype, {
          getContext(this: HTMLCanvasElement, kind: string, options: unknown) {
            if (kind.includes('webgl')) asked.contexts++;
            return getContext.call(this, kind, options);
          },
        });
        document.fonts.check = () => {
          asked.fonts++;
          return true;
        };
      });
    });
    const asked = await tv.page.evaluate(() => (window as unknown as { asked: unknown }).asked);
    expect(asked).toEqual({ contexts: 1, fonts: 0 });
  });
});

describe('a TV without WebGL', () => {
  it('draws the same with a 2D canvas, where the code can be scanned and signs in', async () => {
    const webgl = await showingCode();
    const tv = await showingCode(async (page) => {
      await page.addInitScript(() => {
        const original = HTMLCanvasElement.prototype.getContext as (
          this: HTMLCanvasElement,
          ...all: unknown[]
        ) => unknown;
        Object.assign(HTMLCanvasElement.prototype, {
          getContext(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
            return kind === '2d' ? original.call(this, kind, ...rest) : null;
          },
        });
      });
    });
    await expect.poll(() => tv.scan()).toContain(`user_code=${await tv.userCode()}`);
    // Only the code, its QR picture and the smoothing of letters differ.
    expect(difference(await settledPicture(webgl), await settledPicture(tv))).toBeLessThan(0.05);
    await harness.servers.control('POST', '/codes/latest/approve', { account: 'ada' });
    await tv.seesScreen('signed-in');
  });
});

describe('a TV that is short of memory', () => {
  it('keeps its picture, and gathers no textures, as screens come and go', async () => {
    const tv = await switchOn(async (page) => {
      await page.addInitScript(() => {
        const textures = { alive: 0 };
        Object.assign(window, { textures });
        const { createTexture, deleteTexture } = WebGLRenderingContext.prototype;
        WebGLRenderingContext.prototype.createTexture = function create() {
          textures.alive++;
          return createTexture.call(this);
        };
        WebGLRenderingContext.prototype.deleteTexture = function remove(texture) {
          textures.alive--;
          deleteTexture.call(this, texture);
        };
      });
    });
    const alive = () =>
      tv.page.evaluate(() => (window as unknown as { textures: { alive: number } }).textures.alive);
    const before = await settledPicture(tv);
    const comeAndGo = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await tv.press('ArrowRight', 'Enter', 'Escape', 'Escape', 'Escape');
      }
    };
    await comeAndGo(10);
    const early = await alive();
    await comeAndGo(40);
    expect(await alive()).toBeLessThan(early + 40);
    const session = await tv.page.context().newCDPSession(tv.page);
    await session.send('Memory.simulatePressureNotification', { level: 'critical' });
    await pause(500);
    expect(await tv.focused()).toBe('sign-in');
    expect(difference(before, await settledPicture(tv))).toBeLessThan(sameBut);
  });
});
