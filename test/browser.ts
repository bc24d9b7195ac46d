import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { currentChromium } from '../tools/engines/engines.ts';
import { unpackChromium } from '../tools/engines/unpack.ts';

const installed = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

interface Program {
  executablePath: string;
  /** Folders of libraries that a bare machine lacks. */
  libraries: readonly string[];
}

/** An installed Chromium, else the one that comes as a package and needs nothing of the system. */
async function program(): Promise<Program> {
  for (const candidate of installed) {
    if (candidate === undefined) continue;
    try {
      accessSync(candidate, constants.X_OK);
      return { executablePath: candidate, libraries: [] };
    } catch {
      // Not there: the next one.
    }
  }
  const { executable, libraries } = await unpackChromium(currentChromium);
  return { executablePath: executable, libraries };
}

async function launchOptions(more: readonly string[] = []) {
  const { executablePath, libraries } = await program();
  const search = [...libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return {
    executablePath,
    args: [...flags, ...more],
    ...(libraries.length === 0 ? {} : { env: { ...process.env, LD_LIBRARY_PATH: search } }),
  };
}

/** What makes WebGL work without a graphics card. */
const flags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-dev-shm-usage',
];

/**
 * @param more flags of Chromium
 * @returns a browser; close it after use
 */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch(await launchOptions(more));
}

/**
 * A browser with a profile on disk, for what must survive its death.
 *
 * @param profile folder of an earlier run; a new one when left out
 * @param viewport size of its windows
 */
export async function launchProfile(
  profile = mkdtempSync(path.join(tmpdir(), 'tv-profile-')),
  viewport = { width: 1920, height: 1080 },
): Promise<{ context: BrowserContext; profile: string }> {
  const context = await chromium.launchPersistentContext(profile, {
    ...(await launchOptions()),
    viewport,
  });
  return { context, profile };
}
