import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { launchBrowser } from '../../test/browser.ts';
import { buildSite, readSettings } from '../build/build.ts';
import { startDevServer } from '../dev-server/app-server.ts';
import { table } from '../table.ts';
import { codeMs, type Idle, idle, type Measured, startMs } from './measure.ts';
import { providerBytes } from './provider-bytes.ts';
import { startReferencePages } from './reference-pages.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Several measurements of the same. */
interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Everything measured of one page; times in ms. */
interface Row {
  page: string;
  startMs: Spread;
  scriptBytes: { plain: number; gzip: number; brotli: number };
  idle: Idle;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}

const sizes = (script: Buffer) => ({
  plain: script.length,
  gzip: script.length === 0 ? 0 : gzipSync(script, { level: 9 }).length,
  brotli: script.length === 0 ? 0 : brotliCompressSync(script).length,
});

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 1) return number;
  throw new Error(`--${name} must be a number from 1 up, not "${text}".`);
}

const milliseconds = ({ median, least, most }: Spread) =>
  `${median.toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)})`;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;
const times = (one: number, other: number) => `${(one / other).toFixed(2)} ×`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      runs: { type: 'string', default: '5' },
      slowdown: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '10' },
    },
  });
  const runs = Math.floor(positive('runs', values.runs));
  const slowdown = positive('slowdown', values.slowdown);
  const seconds = positive('seconds', values.seconds);
  const progress = (text: string) => process.stderr.write(`${text}\n`);

  const { outDir } = await buildSite({ outDir: path.join(root, '.cache', 'bench-site') });
  const server = await startDevServer({
    host: 'localhost',
    appPort: 0,
    authPort: 0,
    settings: readSettings(path.join(root, 'settings.json')),
    outDir,
  });
  const references = await startReferencePages();
  const browser = await launchBrowser();
  try {
    const app: Measured = {
      name: 'TV app',
      url: server.appUrl,
      drawn: `document.querySelector('#screen[data-screen="signed-out"]')`,
    };
    const reference = (name: string, url: string): Measured => ({
      name,
      url,
      drawn: 'window.pictureDrawn',
    });
    const pages = [
      {
        measured: reference('blank page', references.urls.blank),
        script: references.scripts.blank,
      },
      {
        measured: reference('bare Lightning', references.urls.lightning),
        script: references.scripts.lightning,
      },
      { measured: app, script: readFileSync(path.join(outDir, 'appBundle.js')) },
    ];
    const starts = new Map<Measured, number[]>(pages.map(({ measured }) => [measured, []]));
    const codes: number[] = [];
    // In turn, so that a machine that is busy for a moment is so for all of them.
    for (let run = 1; run <= runs; run++) {
      progress(`Run ${run} of ${runs}, on a processor ${slowdown} times slower …`);
      for (const { measured } of pages) {
        starts.get(measured)?.push(await startMs(browser, measured, slowdown));
      }
      codes.push(await codeMs(browser, app, slowdown));
    }
    const rows: Row[] = [];
    for (const { measured, script } of pages) {
      progress(`Watching the idle ${measured.name} for ${seconds} s …`);
      rows.push({
        page: measured.name,
        startMs: spread(starts.get(measured) ?? []),
        scriptBytes: sizes(script),
        idle: await idle(browser, measured, seconds),
      });
    }
    progress(`Watching the TV app while a code shows for ${seconds} s …`);
    const whileCodeShows = await idle(browser, app, seconds, async (page) => {
      await page.keyboard.press('Enter');
      await page.locator('[data-user-code]').waitFor({ state: 'attached' });
    });
    const code = spread(codes);
    const providers = await providerBytes();

    console.log(
      table(
        ['page', 'first picture', 'script', 'gzip', 'brotli', 'idle, busy', 'script memory'],
        rows.map((row) => [
          row.page,
          milliseconds(row.startMs),
          kilobytes(row.scriptBytes.plain),
          kilobytes(row.scriptBytes.gzip),
          kilobytes(row.scriptBytes.brotli),
          `${row.idle.busyMsPerSecond.toFixed(1)} ms/s`,
          kilobytes(row.idle.heapBytes),
        ]),
      ),
    );
    console.log(
      `\nFrom "Sign in" to the code: ${milliseconds(code)}. ` +
        `While the code shows the main thread is busy ${whileCodeShows.busyMsPerSecond.toFixed(1)} ms/s.`,
    );
    console.log(
      `All providers together: ${providers.added} bytes gzipped (${providers.withAll} with, ${providers.without} without).`,
    );
    const [, bare, own] = rows;
    if (bare !== undefined && own !== undefined) {
      console.log(
        `To bare Lightning: first picture ${times(own.startMs.median, bare.startMs.median)}, ` +
          `gzip ${times(own.scriptBytes.gzip, bare.scriptBytes.gzip)}, ` +
          `idle ${times(own.idle.busyMsPerSecond, bare.idle.busyMsPerSecond)}.`,
      );
    }
    console.log(
      `Times: median of ${runs} cold starts (least–most), processor slowed ${slowdown} times; idle at full speed. ` +
        `Chromium ${browser.version()}, Node ${process.version}.`,
    );
    if (values.json !== undefined) {
      const report = {
        chromium: browser.version(),
        node: process.version,
        runs,
        slowdown,
        idleSeconds: seconds,
        pages: rows,
        code: { startMs: code, idle: whileCodeShows },
        providers,
      };
      writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    }
  } finally {
    await browser.close();
    await references.close();
    await server.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
