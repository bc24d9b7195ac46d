import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from './browser';
import { type Servers, startServers } from './servers';
import { openTv, type Tv } from './tv';

/** What most whole-app tests need: servers, a browser, and TVs that are new in each test. */
export interface TvHarness {
  readonly browser: Browser;
  readonly servers: Servers;
  /** Switches a new TV on. */
  switchOn(options?: Parameters<typeof openTv>[2]): Promise<Tv>;
  /** Takes a TV that was opened otherwise into care. */
  keep(tv: Tv): Tv;
}

/**
 * Furnishes a test file: one browser and one set of servers for all of its tests, which begin with
 * normal settings and a quick poll. After each test its TVs are switched off, and nothing may have
 * gone wrong on them unnoticed.
 */
export function tvHarness(): TvHarness {
  const running: { browser?: Browser; servers?: Servers } = {};
  const tvs: Tv[] = [];
  const harness: TvHarness = {
    get browser() {
      if (running.browser === undefined) throw new Error('The browser runs within tests only.');
      return running.browser;
    },
    get servers() {
      if (running.servers === undefined) throw new Error('The servers run within tests only.');
      return running.servers;
    },
    switchOn: async (options) =>
      harness.keep(await openTv(harness.browser, harness.servers.appUrl, options)),
    keep(tv) {
      tvs.push(tv);
      return tv;
    },
  };

  beforeAll(async () => {
    running.browser = await launchBrowser();
    running.servers = await startServers();
  });

  afterAll(async () => {
    await running.browser?.close();
    await running.servers?.close();
  });

  beforeEach(async () => {
    await harness.servers.control('POST', '/reset');
    await harness.servers.control('PATCH', '/settings', { intervalSeconds: 1 });
  });

  afterEach(async () => {
    const faults = tvs.flatMap((tv) => tv.faults);
    await Promise.all(tvs.splice(0).map((tv) => tv.close()));
    expect(faults).toEqual([]);
  });

  return harness;
}
