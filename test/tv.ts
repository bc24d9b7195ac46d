import jsQR from 'jsqr';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect } from 'vitest';

export interface Size {
  width: number;
  height: number;
}

/** A TV showing the app, as a person and a remote control see it. */
export interface Tv {
  page: Page;
  /** Uncaught errors inside the page. */
  faults: string[];
  press(...keys: readonly string[]): Promise<void>;
  /** Presses a key by its code, as TVs send it. */
  pressCode(keyCode: number): Promise<void>;
  /** Waits until the screen of that name shows. */
  seesScreen(name: string, timeoutMs?: number): Promise<void>;
  screen(): Promise<string | null>;
  /** The text of the mirror: what a screen reader finds. */
  text(): Promise<string>;
  userCode(): Promise<string>;
  verificationUri(): Promise<string>;
  focused(): Promise<string | null>;
  /** Reads the QR picture as a phone's camera does: out of a screenshot. */
  scan(): Promise<string | undefined>;
  /** Everything kept in this origin's IndexedDB, as text. */
  stored(): Promise<string>;
  close(): Promise<void>;
}

/** Decodes the QR code in a picture. */
export function scanPicture(picture: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(picture);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

function tvOn(page: Page, context: BrowserContext): Tv {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  const attribute = (selector: string, name: string) =>
    page.locator(selector).first().getAttribute(name, { timeout: 10_000 });
  return {
    page,
    faults,
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    async pressCode(keyCode) {
      await page.evaluate((code) => {
        for (const type of ['keydown', 'keyup']) {
          const event = new KeyboardEvent(type, { bubbles: true, cancelable: true });
          Object.defineProperty(event, 'keyCode', { value: code });
          (document.activeElement ?? document.body).dispatchEvent(event);
        }
      }, keyCode);
    },
    async seesScreen(name, timeoutMs = 15_000) {
      await expect
        .poll(() => page.locator('#screen').getAttribute('data-screen', { timeout: timeoutMs }), {
          timeout: timeoutMs,
          interval: 50,
        })
        .toBe(name);
    },
    screen: () => attribute('#screen', 'data-screen'),
    text: async () =>
      (await page.locator('#screen').evaluate((element) => element.textContent ?? '')).trim(),
    userCode: async () => (await page.locator('[data-user-code]').textContent()) ?? '',
    verificationUri: async () =>
      (await page.locator('[data-verification-uri]').textContent()) ?? '',
    focused: () =>
      page.evaluate(() => document.activeElement?.getAttribute('data-control') ?? null),
    async scan() {
      return scanPicture(await page.screenshot());
    },
    stored: () =>
      page.evaluate(async () => {
        const found: string[] = [];
        for (const { name = '' } of await indexedDB.databases()) {
          const database = await new Promise<IDBDatabase>((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
          for (const store of Array.from(database.objectStoreNames)) {
            const objects = database.transaction(store).objectStore(store);
            const read = (request: IDBRequest) =>
              new Promise<unknown[]>((resolve) => {
                request.onsuccess = () => resolve(request.result as unknown[]);
              });
            const keys = await read(objects.getAllKeys());
            const values = await read(objects.getAll());
            keys.forEach((key, index) => {
              found.push(`${name} ${store} ${String(key)} ${JSON.stringify(values[index])}`);
            });
          }
          database.close();
        }
        return found.join('\n');
      }),
    close: () => context.close(),
  };
}

/** Switches a TV on: a new device with nothing kept, showing `url`. */
export async function openTv(
  browser: Browser,
  url: string,
  options: { viewport?: Size; before?: (page: Page) => Promise<void> } = {},
): Promise<Tv> {
  const context = await browser.newContext({
    // Drawn by the processor here: the smallest size that TVs have keeps tests quick.
    viewport: options.viewport ?? { width: 1280, height: 720 },
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await options.before?.(page);
  const tv = tvOn(page, context);
  await page.goto(url);
  return tv;
}

/**
 * The TV in a context of its own, e.g. one with a profile on disk.
 *
 * @param window the window to use, for a TV that shows the app in more than one
 */
export async function openTvIn(context: BrowserContext, url: string, window?: Page): Promise<Tv> {
  const page = window ?? context.pages()[0] ?? (await context.newPage());
  const tv = tvOn(page, context);
  await page.goto(url);
  return tv;
}
