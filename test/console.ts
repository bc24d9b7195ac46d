import type { Browser, Frame, FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { WireEndpoint } from '../tools/dev-server/authorization-server/control/wire-log.ts';
import type { Servers } from './servers';

/** The QA console in a window of its own, as a person works it. */
export interface Console {
  page: Page;
  tv: FrameLocator;
  phone: FrameLocator;
  /** Clicks one element of the console for each selector. */
  click(...selectors: string[]): Promise<void>;
  /** Waits until the TV shows a screen, and its problem where one is named. */
  seesScreen(screen: string, problem?: string): Promise<void>;
  /** The TV's heading. */
  title(): Promise<string | null>;
  /** Outcomes on the wire, oldest first. */
  outcomes(endpoint: WireEndpoint): Promise<string[]>;
  /** What the report says that one click puts into the clipboard. */
  report(): Promise<string>;
  /** The TV's frame, once its address has this in it. */
  tvFrame(part: string): Promise<Frame>;
  /** What the address says, without its origin. */
  link(): string;
  /** The picture of the TV. */
  picture(): Promise<Buffer>;
}

/** Every test but those of the address begins like this: fewer pixels are faster to draw. */
export const plain = '?size=720p';

/** Opens the console on a new device. Its context is the caller's to close. */
export async function openConsole(
  browser: Browser,
  servers: Servers,
  link = plain,
): Promise<Console> {
  const context = await browser.newContext({
    // The smallest window that it is made for: drawn by the processor here.
    viewport: { width: 1280, height: 760 },
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(servers.qaUrl + link);
  const tv = page.frameLocator('iframe[title=TV]');
  return {
    page,
    tv,
    phone: page.frameLocator('iframe[title=Phone]'),
    async click(...selectors) {
      for (const selector of selectors) await page.locator(selector).click();
    },
    async seesScreen(screen, problem = '') {
      const options = { timeout: 30_000, interval: 50 };
      await expect.poll(() => page.locator('#screen-name').textContent(), options).toBe(screen);
      expect(await page.locator('#problem').textContent()).toBe(problem);
    },
    title: () => tv.locator('#screen h1').textContent(),
    outcomes: (endpoint) =>
      page
        .locator(`#exchanges details[data-endpoint=${endpoint}]`)
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-outcome') ?? '').reverse()),
    async report() {
      await page.locator('#copy-report').click();
      await expect
        .poll(() => page.locator('#message').textContent())
        .toBe('The report is in the clipboard.');
      return page.evaluate(() => navigator.clipboard.readText());
    },
    async tvFrame(part) {
      // The console's own address has the same parameters in it.
      const find = () =>
        page.frames().find((frame) => frame !== page.mainFrame() && frame.url().includes(part));
      await expect.poll(find, { timeout: 10_000, interval: 50 }).toBeDefined();
      const frame = find();
      if (frame === undefined) throw new Error(`The TV left ${part} again`);
      return frame;
    },
    link: () => page.url().slice(servers.qaUrl.length),
    picture: () => page.locator('#tv-glass').screenshot(),
  };
}

/** The remote control's OK. */
export const ok = '[data-key=ok]';

/** The button of one value of a lever. */
export const lever = (param: string, value: string) =>
  `[data-lever=${param}] [data-value="${value}"]`;
