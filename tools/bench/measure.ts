import type { Browser, CDPSession, Page } from 'playwright-core';

/** A page that is measured. */
export interface Measured {
  name: string;
  url: string;
  /** An expression that is true once the page's picture has been drawn. */
  drawn: string;
}

/** What one page costs without any input. */
export interface Idle {
  /** Time the page's main thread works, in ms for each second. */
  busyMsPerSecond: number;
  /** Memory that scripts hold after a collection, in bytes. */
  heapBytes: number;
}

/** Opens a page in a browser that has seen nothing yet. */
async function openPage(
  browser: Browser,
  slowdown: number,
): Promise<{ page: Page; devtools: CDPSession; close(): Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return { page, devtools, close: () => context.close() };
}

/**
 * Notes in the page when an expression first becomes true, and the frame after that: `drawnAt`. It
 * looks at every change of the document and at every frame.
 */
function noteWhenDrawn(page: Page, expression: string, mark: string): Promise<unknown> {
  return page.addInitScript(`(function () {
    var done = false;
    function look() {
      if (done || !(${expression})) return;
      done = true;
      observer.disconnect();
      requestAnimationFrame(function () {
        setTimeout(function () { window.${mark} = performance.now(); }, 0);
      });
    }
    var observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, attributes: true });
    (function frame() { look(); if (!done) requestAnimationFrame(frame); })();
  })()`);
}

const noted = async (page: Page, mark: string): Promise<number> => {
  await page.waitForFunction(`window.${mark} !== undefined`, undefined, { timeout: 120_000 });
  return (await page.evaluate(`window.${mark}`)) as number;
};

/**
 * One cold start.
 *
 * @param slowdown how many times slower the page's processor is made
 * @returns milliseconds from the navigation to the frame with the first whole picture
 */
export async function startMs(
  browser: Browser,
  { url, drawn }: Measured,
  slowdown: number,
): Promise<number> {
  const { page, close } = await openPage(browser, slowdown);
  try {
    await noteWhenDrawn(page, drawn, 'drawnAt');
    await page.goto(url);
    return await noted(page, 'drawnAt');
  } finally {
    await close();
  }
}

/**
 * From the press on "Sign in" to the frame with the code and its QR picture, the server's answer
 * included.
 *
 * @returns milliseconds
 */
export async function codeMs(browser: Browser, app: Measured, slowdown: number): Promise<number> {
  const { page, close } = await openPage(browser, slowdown);
  try {
    await noteWhenDrawn(page, app.drawn, 'drawnAt');
    await noteWhenDrawn(page, `document.querySelector('[data-user-code]')`, 'codeAt');
    await page.addInitScript(`addEventListener('keydown', function () {
      window.pressedAt = performance.now();
    }, true)`);
    await page.goto(app.url);
    await noted(page, 'drawnAt');
    await page.waitForTimeout(1000);
    await page.keyboard.press('Enter');
    return (await noted(page, 'codeAt')) - (await noted(page, 'pressedAt'));
  } finally {
    await close();
  }
}

/**
 * What a page costs while it just stands there, at the processor's full speed.
 *
 * @param settled brings the page to where it is measured
 * @param seconds how long to watch
 */
export async function idle(
  browser: Browser,
  { url, drawn }: Measured,
  seconds: number,
  settled: (page: Page) => Promise<void> = async () => {},
): Promise<Idle> {
  const { page, devtools, close } = await openPage(browser, 1);
  try {
    await noteWhenDrawn(page, drawn, 'drawnAt');
    await page.goto(url);
    await noted(page, 'drawnAt');
    await settled(page);
    await page.waitForTimeout(2000);
    await devtools.send('Performance.enable');
    const metric = async (name: string) => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find((one) => one.name === name)?.value ?? 0;
    };
    const before = await metric('TaskDuration');
    await page.waitForTimeout(seconds * 1000);
    const busySeconds = (await metric('TaskDuration')) - before;
    await devtools.send('HeapProfiler.collectGarbage');
    return {
      busyMsPerSecond: (busySeconds / seconds) * 1000,
      heapBytes: await metric('JSHeapUsedSize'),
    };
  } finally {
    await close();
  }
}
