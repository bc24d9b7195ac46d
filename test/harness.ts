import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from './browser';
import { type Console, lever, ok, openConsole } from './console';
import { type Servers, startServers } from './servers';
import { openTv, type Tv } from './tv';

/** One browser and one set of servers, for all tests of a file; there only while tests run. */
export interface Running {
  readonly browser: Browser;
  readonly servers: Servers;
}

/** What most whole-app tests need: servers, a browser, and TVs that are new in each test. */
export interface TvHarness extends Running {
  /** Switches a new TV on. */
  switchOn(options?: Parameters<typeof openTv>[2]): Promise<Tv>;
  /** Closes a TV that was opened otherwise, and checks it for errors, when its test ends. */
  keep(tv: Tv): Tv;
}

/** The QA console in each test of a file. */
export interface ConsoleHarness {
  readonly running: Running;
  /** Opens the console on a new device; `from` other servers than the file's own. */
  openConsole(link?: string, from?: Servers): Promise<Console>;
  /** A TV that has just been switched on, asked often, and shows a code. */
  showingCode(...levers: readonly string[]): Promise<Console>;
  signedIn(...levers: readonly string[]): Promise<Console>;
}

/** Starts a browser and the servers before the tests of a file, and ends them afterwards. */
function browserAndServers(options: Parameters<typeof startServers>[0] = {}): Running {
  const started: { browser?: Browser; servers?: Servers } = {};
  beforeAll(async () => {
    started.browser = await launchBrowser();
    started.servers = await startServers(options);
  });
  afterAll(async () => {
    await started.browser?.close();
    await started.servers?.close();
  });
  return {
    get browser() {
      if (started.browser === undefined) throw new Error('The browser runs within tests only.');
      return started.browser;
    },
    get servers() {
      if (started.servers === undefined) throw new Error('The servers run within tests only.');
      return started.servers;
    },
  };
}

/**
 * Prepares a test file: one browser and one set of servers for all of its tests, which begin with
 * normal settings and a quick poll. After each test its TVs are switched off; a page error on one
 * of them fails the test.
 */
export function tvHarness(): TvHarness {
  const running = browserAndServers();
  const tvs: Tv[] = [];
  const keep = (tv: Tv) => {
    tvs.push(tv);
    return tv;
  };

  beforeEach(async () => {
    await running.servers.control('POST', '/reset');
    await running.servers.control('PATCH', '/settings', { intervalSeconds: 1 });
  });

  afterEach(async () => {
    const faults = tvs.flatMap((tv) => tv.faults);
    await Promise.all(tvs.splice(0).map((tv) => tv.close()));
    expect(faults).toEqual([]);
  });

  return {
    get browser() {
      return running.browser;
    },
    get servers() {
      return running.servers;
    },
    keep,
    switchOn: async (options) =>
      keep(await openTv(running.browser, running.servers.appUrl, options)),
  };
}

/** Prepares a test file of the QA console; each test begins with new servers' settings. */
export function consoleHarness(): ConsoleHarness {
  // A lever that is not as usual would stand in every address.
  const running = browserAndServers({ lenient: true });
  const consoles: Console[] = [];

  afterEach(async () => {
    await Promise.all(consoles.splice(0).map(({ page }) => page.context().close()));
    await running.servers.control('POST', '/reset');
  });

  const open = async (link?: string, from = running.servers) => {
    const qa = await openConsole(running.browser, from, link);
    consoles.push(qa);
    return qa;
  };

  const showingCode = async (...levers: readonly string[]) => {
    const qa = await open();
    await qa.seesScreen('signed-out');
    await qa.click(lever('interval', '1'), ...levers, ok);
    await qa.seesScreen('showing-code');
    return qa;
  };

  return {
    running,
    openConsole: open,
    showingCode,
    async signedIn(...levers) {
      const qa = await showingCode(...levers);
      await qa.click('[data-step=approve-ada]');
      await qa.seesScreen('signed-in');
      return qa;
    },
  };
}
