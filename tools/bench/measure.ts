import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ChromiumPage, openChromium } from '../engines/devtools.ts';
import type { UnpackedChromium } from '../engines/unpack.ts';

/** A page that is measured. */
export interface Measured {
  name: string;
  url: string;
  /** An ES5 expression that is true once the page's first picture has been drawn. */
  drawn: string;
  /** The same for the picture with the code, after OK; absent on a page without a sign-in. */
  codeDrawn?: string;
}

/** One cold start of a page, in ms. */
export interface Start {
  /** From the navigation to the first picture. */
  launchMs: number;
  /** From OK to the code and its QR picture. */
  code?: {
    totalMs: number;
    /** The part of it in which a request was under way. */
    serverMs: number;
  };
}

/** What one page costs without any input. */
export interface Idle {
  /** Time the page's main thread works, in ms for each second. */
  busyMsPerSecond: number;
  /** Animation frames that the page asks for, in a second. */
  framesPerSecond: number;
  /** Memory that scripts hold after a collection, in bytes. */
  heapBytes: number;
}

/**
 * Notes in the page when a picture was drawn: the frame after the expression first became true. ES5.
 */
const watch = ({ drawn, codeDrawn }: Measured) => `(function () {
  var requestFrame = window.requestAnimationFrame.bind(window);
  window.framesAsked = 0;
  window.requestAnimationFrame = function (callback) {
    window.framesAsked++;
    return requestFrame(callback);
  };
  function note(mark, isTrue) {
    var done = false;
    function look() {
      if (done || !isTrue()) return;
      done = true;
      observer.disconnect();
      requestFrame(function () {
        setTimeout(function () { window[mark] = performance.now(); }, 0);
      });
    }
    var observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, attributes: true });
    (function frame() { look(); if (!done) requestFrame(frame); })();
  }
  note('drawnAt', function () { return ${drawn}; });
  note('codeAt', function () { return ${codeDrawn ?? 'false'}; });
  addEventListener('keydown', function () { window.pressedAt = performance.now(); }, true);
})()`;

/** The time between two moments in which a request was under way, in ms. ES5 expression. */
const requestMs = `(function (from, to) {
  var ends = from;
  return performance.getEntriesByType('resource').filter(function (entry) {
    return entry.startTime >= from && entry.startTime < to;
  }).sort(function (one, other) {
    return one.startTime - other.startTime;
  }).reduce(function (sum, entry) {
    var start = Math.max(entry.startTime, ends);
    ends = Math.max(ends, Math.min(entry.responseEnd, to));
    return sum + Math.max(0, ends - start);
  }, 0);
})(window.pressedAt, window.codeAt)`;

const waitMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const noteLimitMs = 120_000;

async function noted(page: ChromiumPage, mark: string): Promise<number> {
  const end = Date.now() + noteLimitMs;
  while (Date.now() < end) {
    const at = await page.evaluate(`window.${mark}`);
    if (typeof at === 'number') return at;
    await waitMs(20);
  }
  throw new Error(`The page has not got as far as ${mark} within ${noteLimitMs / 1000} s.`);
}

/**
 * Opens a page in a browser that has seen nothing yet.
 *
 * @param slowdown how many times slower the page's processor is made
 */
export async function withFreshPage<Result>(
  chromium: UnpackedChromium,
  { measured, slowdown }: { measured: Measured; slowdown: number },
  work: (page: ChromiumPage) => Promise<Result>,
): Promise<Result> {
  const profile = mkdtempSync(path.join(tmpdir(), 'bench-profile-'));
  try {
    const page = await openChromium({ ...chromium, profile, before: watch(measured) });
    try {
      await page.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
      await page.goto(measured.url);
      return await work(page);
    } finally {
      await page.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** One cold start, and a sign-in as far as the code where the page has one. */
export function measureStart(
  chromium: UnpackedChromium,
  measured: Measured,
  slowdown: number,
): Promise<Start> {
  return withFreshPage(chromium, { measured, slowdown }, async (page) => {
    const launchMs = await noted(page, 'drawnAt');
    if (measured.codeDrawn === undefined) return { launchMs };
    // A viewer reads the first picture before they press.
    await waitMs(1500);
    await page.pressKey(13);
    const codeAt = await noted(page, 'codeAt');
    const pressedAt = await noted(page, 'pressedAt');
    const serverMs = Number(await page.evaluate(requestMs));
    return { launchMs, code: { totalMs: codeAt - pressedAt, serverMs } };
  });
}

/**
 * What a page costs while it just stands there, at the processor's full speed.
 *
 * @param seconds how long to watch
 * @param showCode whether to sign in as far as the code first
 */
export function measureIdle(
  chromium: UnpackedChromium,
  measured: Measured,
  { seconds, showCode }: { seconds: number; showCode: boolean },
): Promise<Idle> {
  return withFreshPage(chromium, { measured, slowdown: 1 }, async (page) => {
    await noted(page, 'drawnAt');
    if (showCode) {
      await page.pressKey(13);
      await noted(page, 'codeAt');
    }
    await waitMs(2000);
    await page.send('Performance.enable');
    const metric = async (name: string) => {
      const { metrics } = await page.send('Performance.getMetrics');
      const found = (metrics as { name: string; value: number }[]).find((one) => one.name === name);
      return found?.value ?? 0;
    };
    const frames = async () => Number(await page.evaluate('window.framesAsked'));
    // Asking the page for its frames keeps it busy: that is no part of what is measured.
    const framesBefore = await frames();
    const busyBefore = await metric('TaskDuration');
    await waitMs(seconds * 1000);
    const busySeconds = (await metric('TaskDuration')) - busyBefore;
    const asked = (await frames()) - framesBefore;
    await page.send('HeapProfiler.enable');
    await page.send('HeapProfiler.collectGarbage');
    return {
      busyMsPerSecond: (busySeconds / seconds) * 1000,
      framesPerSecond: asked / seconds,
      heapBytes: await metric('JSHeapUsedSize'),
    };
  });
}
