import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const installed = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** An installed Chromium, else the one that comes as a package and needs nothing of the system. */
async function executable(): Promise<string> {
  for (const candidate of installed) {
    if (candidate === undefined) continue;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not there: the next one.
    }
  }
  return sparticuz.executablePath();
}

/** What makes WebGL work without a graphics card. */
const flags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-dev-shm-usage',
];

/** @returns a browser; close it after use */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), args: flags });
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
    executablePath: await executable(),
    args: flags,
    viewport,
  });
  return { context, profile };
}
