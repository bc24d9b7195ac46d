import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { unpackNode } from '../tools/engines/unpack.ts';
import { launchBrowser } from './browser';
import { type Servers, startServers } from './servers';
import { openTv } from './tv';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(path.join(tmpdir(), 'old-engines-'));

/** Node programs with the V8 of old Chromes. */
const old: Record<'chrome38' | 'chrome51', string> = { chrome38: '', chrome51: '' };

/** Runs an ES5 program on an old V8; what it prints as JSON is the answer. */
function runOn(program: string, source: string, ...arguments_: readonly string[]): unknown {
  const file = path.join(folder, 'program.js');
  writeFileSync(file, source);
  const { status, stdout, stderr } = spawnSync(program, [file, ...arguments_], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

let bundle: string;
let browser: Browser;
let servers: Servers;

beforeAll(async () => {
  bundle = path.join(inject('site'), 'appBundle.js');
  old.chrome38 = await unpackNode('0.12.18');
  old.chrome51 = await unpackNode('6.17.1');
  browser = await launchBrowser();
  servers = await startServers();
}, 180_000);

afterAll(async () => {
  await browser.close();
  await servers.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the bundle', () => {
  const parse = `
    var vm = require('vm'), fs = require('fs');
    new vm.Script(fs.readFileSync(process.argv[2], 'utf8'));
    console.log(JSON.stringify(process.versions.v8.split('.').slice(0, 2).join('.')));`;

  it('parses on the V8 of Chrome 38, which webOS 3 has', () => {
    expect(runOn(old.chrome38, parse, bundle)).toBe('3.28');
  });

  it('parses on the V8 of Chrome 51, older than what webOS 4 has', () => {
    expect(runOn(old.chrome51, parse, bundle)).toBe('5.1');
  });

  it('says on Chrome 38, which has no fetch, that the TV is too old, in its language', () => {
    const text = runOn(
      old.chrome38,
      `
      var vm = require('vm'), fs = require('fs');
      var splash = { textContent: '' };
      var canvas = { getContext: function () { return {}; } };
      var document = {
        createElement: function () { return canvas; },
        getElementById: function (id) { return id === 'splash-text' ? splash : null; },
        addEventListener: function () {}
      };
      var page = { document: document, navigator: { language: 'de-DE' }, addEventListener: function () {} };
      page.window = page;
      // What runs after the sentence may find more that is missing.
      try { vm.runInNewContext(fs.readFileSync(process.argv[2], 'utf8'), page); } catch (error) {}
      console.log(JSON.stringify(splash.textContent));`,
      bundle,
    );
    expect(text).toMatch(/^Die Software dieses Fernsehers ist zu alt/);
  });
});

describe('the shims of the language', () => {
  const shims = ts.transpile(readFileSync(path.join(root, 'src/polyfills/language.ts'), 'utf8'), {
    target: ts.ScriptTarget.ES5,
    module: ts.ModuleKind.None,
    ignoreDeprecations: '5.0',
  });

  it.each([
    'Object.assign({ a: 1 }, null, { b: 2 }, { a: 3 })',
    'Object.values({ a: 1, b: [2] })',
    'Object.entries({ a: 1, b: 2 })',
    "Object.fromEntries([['a', 1], ['b', 2]])",
    "Object.fromEntries(new Map([['a', 1]]))",
    "Object.hasOwn({ a: undefined }, 'a')",
    "Object.hasOwn({}, 'toString')",
    "Array.from('añ')",
    'Array.from(new Set([3, 3, 4]), function (value) { return value * 2; })',
    'Array.from({ length: 3 }, function (_, index) { return index; })',
    'Array.from(new Uint8Array([7, 8]))',
    '[5, 6, 7].find(function (value) { return value > 5; })',
    '[5, 6, 7].find(function () { return false; }) === undefined',
    '[5, 6, 7].findIndex(function (value) { return value > 5; })',
    '[5].findIndex(function () { return false; })',
    '[1, NaN].includes(NaN)',
    '[1, 2].includes(3)',
    '[0, 0, 0, 0].fill(9, 1, 3)',
    "'device code'.includes('code')",
    "'https://tv'.startsWith('https:')",
    "'tv.ipk'.endsWith('.ipk')",
    "'tv'.endsWith('')",
    "'ab'.repeat(3)",
    'typeof globalThis.setTimeout',
  ])('%s gives on Chrome 38 what it gives today', (expression) => {
    const shimmed = runOn(
      old.chrome38,
      `var window = global;\n${shims}\nconsole.log(JSON.stringify(${expression}));`,
    );
    expect(shimmed).toEqual(JSON.parse(JSON.stringify(new Function(`return ${expression}`)())));
  });

  it('runs what comes finally on Chrome 38 and keeps value and error', () => {
    const seen = runOn(
      old.chrome38,
      `var window = global;
      ${shims}
      var seen = [];
      Promise.resolve('value').finally(function () { seen.push('first'); return 'ignored'; })
        .then(function (value) { seen.push(value); return Promise.reject('error'); })
        .finally(function () { seen.push('second'); })
        .catch(function (error) { seen.push(error); console.log(JSON.stringify(seen)); });`,
    );
    expect(seen).toEqual(['first', 'value', 'second', 'error']);
  });
});

describe('where the app cannot run', () => {
  it('a sentence stands on the page when the browser lacks what the app needs', async () => {
    const tv = await openTv(browser, servers.appUrl, {
      before: async (page) => {
        await page.addInitScript(() => {
          Reflect.deleteProperty(window, 'fetch');
        });
      },
    });
    await expect.poll(() => tv.page.locator('#splash-text').textContent()).toMatch(/too old/);
    expect(await tv.page.locator('#splash-text').isVisible()).toBe(true);
    expect(await tv.page.locator('#splash-slow').isVisible()).toBe(false);
    expect(await tv.page.locator('#screen').count()).toBe(0);
    expect(tv.faults).toEqual([]);
    await tv.close();
  });

  it.each([
    [
      'before it reads anything',
      () => {
        Object.defineProperty(Navigator.prototype, 'onLine', {
          get() {
            throw new Error('no such thing');
          },
        });
      },
    ],
    [
      'when it opens the picture',
      () => {
        Object.defineProperty(Document.prototype, 'fonts', {
          get() {
            throw new Error('no such thing');
          },
        });
      },
    ],
  ])('a sentence appears at once when the app throws %s', async (_when, breakPage) => {
    const tv = await openTv(browser, servers.appUrl, {
      before: async (page) => {
        await page.addInitScript(breakPage);
      },
    });
    const slow = tv.page.locator('#splash-slow');
    await expect.poll(() => slow.isVisible(), { timeout: 10_000 }).toBe(true);
    expect(tv.faults).toEqual(['Error: no such thing']);
    await tv.close();
  });

  it.each([
    ['never arrives', undefined],
    ['cannot be parsed', 'let class = ;'],
  ])('a sentence appears by itself when the script %s', async (_what, script) => {
    const tv = await openTv(browser, 'about:blank');
    await tv.page.route('**/appBundle.js', (route) =>
      script === undefined
        ? route.abort()
        : route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    await tv.page.goto(servers.appUrl);
    const slow = tv.page.locator('#splash-slow');
    expect(await slow.isVisible()).toBe(false);
    // Twenty seconds later.
    await tv.page.evaluate(() => {
      for (const animation of document.getAnimations()) animation.finish();
    });
    expect(await slow.isVisible()).toBe(true);
    expect(await slow.textContent()).toMatch(/Turn the TV off and on/);
    await tv.close();
  });
});
