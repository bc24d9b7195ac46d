import type { CDPSession, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { assertNever } from '../../src/assert-never.ts';
import { launchBrowser } from '../../test/browser.ts';
import { buildApp, readSettings } from '../build/build.ts';
import { startDevServer } from '../dev-server/app-server.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { createMonkey, type Deed, type ServerOrder } from './deeds.ts';

/** What the page holds after garbage was collected. */
export interface Held {
  domNodes: number;
  listeners: number;
  heapBytes: number;
}

/** What came of a run. */
export interface MonkeyReport {
  seed: number;
  steps: number;
  /** How often each kind of deed came up. */
  deeds: Readonly<Record<Deed['type'], number>>;
  /** How often each screen was found when the monkey looked. */
  screens: Readonly<Record<string, number>>;
  /** On the first screen, early in the run and at its end. */
  before: Held;
  after: Held;
  /** What was wrong, in whole sentences, with the step at which it was found. */
  failures: readonly string[];
}

export interface MonkeyOptions {
  seed: number;
  steps: number;
  /** Folder of the built site; the site is built when it is left out. */
  site?: string | undefined;
  /** Hears how far the run is. */
  onProgress?(done: number): void;
}

/** Deeds between two looks at the TV. */
const batchSteps = 25;
/** Batches between two tries to get out by Back, and between two looks at the picture. */
const wayOutEveryBatches = 8;
/** A run that found this many faults ends. */
const maxFailures = 10;
/** Presses of Back that must lead to the question whether to leave. */
const maxBackPresses = 4;
const viewport = { width: 640, height: 360 };

/** More than this is growth, not chance. */
const allowed = { domNodes: 60, listeners: 40, heapShare: 1.35, heapBytes: 3_000_000 };

const quickPolls: ServerOrder = {
  method: 'PATCH',
  path: '/settings',
  body: { intervalSeconds: 1 },
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes the page's visibility a matter of the monkey, and notes unhandled rejections. */
async function prepare(page: Page): Promise<void> {
  // The compiler of these tools marks functions by a helper that the page does not have.
  await page.addInitScript('window.__name = (value) => value;');
  await page.addInitScript(() => {
    const tv = { hidden: false, rejections: [] as string[] };
    Object.assign(window, { tv });
    // Leaving ends the app, and with it the run: here the app is asked to leave, and stays.
    window.close = () => undefined;
    History.prototype.back = () => undefined;
    Object.defineProperty(document, 'hidden', { get: () => tv.hidden });
    Object.defineProperty(document, 'visibilityState', {
      get: () => (tv.hidden ? 'hidden' : 'visible'),
    });
    addEventListener('unhandledrejection', (event) => tv.rejections.push(String(event.reason)));
  });
}

const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    (window as unknown as { tv: { hidden: boolean } }).tv.hidden = value;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** What the page shows and has noted. */
const look = (page: Page) =>
  page.evaluate(() => {
    const { rejections } = (window as unknown as { tv: { rejections: string[] } }).tv;
    const found = {
      screen: document.getElementById('screen')?.getAttribute('data-screen') ?? '',
      focused: document.activeElement?.getAttribute('data-control') ?? '',
      controls: document.querySelectorAll('#screen [data-control]').length,
      canvases: document.querySelectorAll('canvas').length,
      rejections: rejections.slice(),
    };
    rejections.length = 0;
    return found;
  });

/** True when a picture shows more than one color. */
function isPicture(png: Buffer): boolean {
  const { data } = PNG.sync.read(png);
  const colors = new Set<number>();
  for (let at = 0; at < data.length; at += 4 * 97) {
    colors.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
  }
  return colors.size > 4;
}

async function held(session: CDPSession): Promise<Held> {
  for (let time = 0; time < 3; time++) {
    await session.send('HeapProfiler.collectGarbage');
    await pause(100);
  }
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    domNodes: value('Nodes'),
    listeners: value('JSEventListeners'),
    heapBytes: value('JSHeapUsedSize'),
  };
}

function growth(before: Held, after: Held): string[] {
  const failures: string[] = [];
  if (after.domNodes > before.domNodes + allowed.domNodes) {
    failures.push(`the DOM grew from ${before.domNodes} to ${after.domNodes} nodes`);
  }
  if (after.listeners > before.listeners + allowed.listeners) {
    failures.push(`the listeners grew from ${before.listeners} to ${after.listeners}`);
  }
  if (after.heapBytes > before.heapBytes * allowed.heapShare + allowed.heapBytes) {
    failures.push(`the heap grew from ${before.heapBytes} to ${after.heapBytes} bytes`);
  }
  return failures;
}

/** What a run works with. */
interface Session {
  page: Page;
  devtools: CDPSession;
  /** Sends an order to the authorization server. */
  order(order: ServerOrder): Promise<void>;
  /** Notes what is wrong. */
  wrong(what: string): void;
  /** Notes a screen that was found. */
  seen(screen: string): void;
}

async function sendOrder(authPort: number, { method, path, body }: ServerOrder): Promise<void> {
  // An order about a code that is not there is refused, and means nothing here.
  const response = await fetch(`http://localhost:${authPort}/control${path}`, {
    method,
    body: JSON.stringify(body),
  });
  await response.text();
}

async function carryOut({ page, order, seen }: Session, deed: Deed): Promise<void> {
  switch (deed.type) {
    case 'key':
      await page.keyboard.press(deed.key);
      break;
    case 'move':
      await page.mouse.move(deed.x * viewport.width, deed.y * viewport.height);
      break;
    case 'click':
      await page.mouse.click(deed.x * viewport.width, deed.y * viewport.height);
      break;
    case 'hide':
    case 'show':
      await setHidden(page, deed.type === 'hide');
      break;
    case 'wait':
      await page
        .waitForSelector(`#screen[data-screen="${deed.until}"]`, {
          state: 'attached',
          timeout: deed.maxMs,
        })
        .then(
          () => seen(deed.until),
          // Whatever else the app does is looked at after the batch.
          () => undefined,
        );
      break;
    case 'server':
      await order(deed.order);
      break;
    default:
      assertNever(deed);
  }
}

/** In their order; keys and pointers do not wait for one another. */
async function carryOutAll(session: Session, batch: readonly Deed[]): Promise<void> {
  let underWay: Promise<void>[] = [];
  for (const deed of batch) {
    if (deed.type === 'server' || deed.type === 'wait') {
      await Promise.all(underWay);
      underWay = [];
      await carryOut(session, deed);
    } else underWay.push(carryOut(session, deed));
  }
  await Promise.all(underWay);
}

/** Looks at the TV. */
async function checkScreen({ page, wrong, seen }: Session): Promise<void> {
  const { screen, canvases, rejections } = await look(page);
  if (screen === '') wrong('no screen is shown');
  if (canvases !== 1) wrong(`there are ${canvases} canvases`);
  for (const rejection of rejections) wrong(`unhandled rejection: ${rejection}`);
  seen(screen);
}

/** Shows the TV and presses a key: one control must have the focus, and Back must lead out. */
async function checkWayOut({ page, wrong }: Session): Promise<void> {
  await setHidden(page, false);
  await page.keyboard.press('ArrowUp');
  const { focused, controls, screen } = await look(page);
  if (controls > 0 && focused === '') wrong(`nothing has the focus on "${screen}"`);
  if (!isPicture(await page.screenshot())) wrong(`the picture of "${screen}" is blank`);
  for (let press = 1; press <= maxBackPresses; press++) {
    await page.keyboard.press('Escape');
    if ((await look(page)).focused === 'stay') return;
  }
  wrong(`Back does not lead out of "${screen}" within ${maxBackPresses} presses`);
}

/** What the page holds once everything is over, on one of its first screens. */
async function heldAtRest(session: Session): Promise<Held> {
  await session.order({ method: 'POST', path: '/reset' });
  await session.order(quickPolls);
  await checkWayOut(session);
  await session.page.keyboard.press('Escape');
  await pause(1500);
  return held(session.devtools);
}

async function open(page: Page, appUrl: string): Promise<CDPSession> {
  await prepare(page);
  await page.goto(appUrl);
  await page.waitForSelector('#screen[data-screen="signed-out"]', { state: 'attached' });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  return devtools;
}

async function play(
  page: Page,
  {
    seed,
    steps,
    onProgress,
    appUrl,
    authPort,
  }: MonkeyOptions & { appUrl: string; authPort: number },
): Promise<MonkeyReport> {
  const next = createMonkey(seededRandom(seed));
  const failures: string[] = [];
  const deeds = { key: 0, move: 0, click: 0, hide: 0, show: 0, wait: 0, server: 0 };
  const screens: Record<string, number> = {};
  let done = 0;
  const wrong = (what: string) => failures.push(`step ${done}: ${what}`);
  const order = (given: ServerOrder) => sendOrder(authPort, given);
  page.on('pageerror', (error) => wrong(`page error: ${error}`));
  page.on('crash', () => wrong('the page crashed'));
  await order(quickPolls);
  const seen = (screen: string) => {
    screens[screen] = (screens[screen] ?? 0) + 1;
  };
  const session: Session = { page, devtools: await open(page, appUrl), order, wrong, seen };
  seen('signed-out');
  const warmUpSteps = Math.min(1000, steps / 4);
  let before: Held | undefined;
  for (let batch = 1; done < steps && failures.length < maxFailures; batch++) {
    const size = Math.min(batchSteps, steps - done);
    const given = Array.from({ length: size }, next);
    for (const { type } of given) deeds[type]++;
    await carryOutAll(session, given);
    done += size;
    await checkScreen(session);
    if (batch % wayOutEveryBatches === 0) await checkWayOut(session);
    if (before === undefined && done >= warmUpSteps) before = await heldAtRest(session);
    onProgress?.(done);
  }
  const after = await heldAtRest(session);
  failures.push(...growth(before ?? after, after));
  return { seed, steps: done, deeds, screens, before: before ?? after, after, failures };
}

/**
 * Lets a monkey have the TV, with the embedded authorization server behind it.
 *
 * @returns what happened; it never throws for what the app does wrong
 */
export async function runMonkey(options: MonkeyOptions): Promise<MonkeyReport> {
  const site = options.site ?? (await buildApp({ outDir: '.cache/monkey-site' })).outDir;
  const server = await startDevServer({
    host: 'localhost',
    appPort: 0,
    authPort: 0,
    settings: readSettings('settings.json'),
    outDir: site,
  });
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport })).newPage();
    return await play(page, { appUrl: server.appUrl, authPort: server.authPort, ...options });
  } finally {
    await browser.close();
    await server.close();
  }
}
