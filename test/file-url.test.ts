import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAuthorizationServer } from '../tools/dev-server/authorization-server/server.ts';
import { openChromium } from '../tools/engines/devtools.ts';
import { engines } from '../tools/engines/engines.ts';
import { signInOn, steps, tvGlobals } from '../tools/engines/sign-in.ts';
import { unpackChromium } from '../tools/engines/unpack.ts';
import { filesInIpk } from '../tools/package/ipk.ts';
import { makePackages } from '../tools/package/package.ts';
import { launchBrowser } from './browser';
import { settingsWith } from './servers';
import { openTv } from './tv';
import { unzip } from './unzip';

const folder = mkdtempSync(path.join(tmpdir(), 'installed-app-'));
let auth: Awaited<ReturnType<typeof startAuthorizationServer>>;
let browser: Browser;
/** The app as a TV has it after installing the .ipk. */
let index: string;
let hosted: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  browser = await launchBrowser();
  auth = await startAuthorizationServer({ host: 'localhost', port: 0 });
  auth.control.changeSettings({ intervalSeconds: 1 });
  const { files } = await makePackages({
    settings: settingsWith({ issuer: auth.url }),
    outDir: path.join(folder, 'releases'),
  });
  const made = (ending: string) =>
    readFileSync(files.find((file) => file.endsWith(ending)) ?? `no ${ending}`);
  hosted = await unzip(made('-hosted.zip'));
  const installed = filesInIpk(made('.ipk'));
  for (const { name, content } of installed) {
    const file = path.join(folder, 'tv', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const page = installed.find(({ name }) => /(^|\/)index\.html$/.test(name))?.name ?? '';
  index = pathToFileURL(path.join(folder, 'tv', page)).href;
}, 400_000);

afterAll(async () => {
  await browser.close();
  await auth.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

describe('the app of the .ipk, opened from file://', () => {
  it.each(['68', '87', 'current'])(
    'signs in, stays signed in after a restart and signs out on Chromium %s',
    async (name) => {
      const engine = engines.find((one) => one.name === name);
      if (engine?.engine !== 'chromium') throw new Error('There is no such engine.');
      const profile = mkdtempSync(path.join(folder, 'profile-'));
      const chromium = await unpackChromium(engine);
      const switchOn = async () => {
        const page = await openChromium({ ...chromium, profile, before: tvGlobals('webos') });
        await page.goto(index);
        return page;
      };
      auth.control.clearLog();
      const report = await signInOn({
        page: await switchOn(),
        restart: async (page) => {
          await page.close();
          return switchOn();
        },
        platform: 'webos',
        ownBack: 461,
        control: auth.control,
      });
      expect(report.failed).toBeUndefined();
      expect(Object.keys(report.passed)).toEqual([...steps]);
    },
    150_000,
  );
});

describe('the hosted app', () => {
  it('runs below any path, and needs its server no longer once it has started', async () => {
    const server = createServer((request, response) => {
      const [address = ''] = (request.url ?? '').split('?');
      const name = /^\/channels\/7\/tv\/(.*)$/.exec(address)?.[1];
      const content =
        name === undefined ? undefined : hosted.get(name === '' ? 'index.html' : name);
      response.setHeader('Connection', 'close');
      response.writeHead(content === undefined ? 404 : 200, {
        'Content-Type': /\/$|html$/.test(address) ? 'text/html' : 'application/octet-stream',
      });
      response.end(content);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const tv = await openTv(browser, `http://127.0.0.1:${port}/channels/7/tv/`);
    await tv.seesScreen('signed-out');
    await new Promise((resolve) => server.close(resolve));
    await tv.press('Enter');
    await tv.seesScreen('showing-code');
    const scanned = await tv.scan();
    expect(scanned).toContain(`${auth.url}/device?user_code=`);
    await auth.control.approve('latest', 'grace');
    await tv.seesScreen('signed-in');
    expect(await tv.text()).toContain('Grace');
    expect(tv.faults).toEqual([]);
    await tv.close();
  });
});
