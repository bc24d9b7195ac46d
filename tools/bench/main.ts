import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildApp, readSettings } from '../build/build.ts';
import { startDevServer } from '../dev-server/app-server.ts';
import { engines } from '../engines/engines.ts';
import { type UnpackedChromium, unpackChromium } from '../engines/unpack.ts';
import { table } from '../table.ts';
import { type Idle, type Measured, measureIdle, measureStart, type Start } from './measure.ts';
import { plot } from './plot.ts';
import { providerBytes } from './provider-bytes.ts';
import { startReferencePages } from './reference-pages.ts';

const usage = `npm run bench -- [options]

Speed, size and idle cost of the TV app beside four other pages, in the browsers that TVs have: a
floor (two WebGL rectangles and the same requests), bare Lightning (one text), stock (what the
Lightning CLI makes) and a plain page (React, oauth4webapi, qrcode.react).

  --engines A,B   of ${engines.flatMap((one) => (one.engine === 'chromium' ? one.name : [])).join(', ')}; default 79,87,current
  --slowdown A,B  how many times slower the processor is made; default 1,6
  --runs N        cold starts of each page; default 5
  --seconds N     how long an idle page is watched; default 10
  --only A,B      pages by name, e.g. "plain page,TV app"
  --json FILE     writes everything that was measured
  --svg FILE      draws the times`;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Several measurements of the same. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** The times of one page in one engine at one speed, in ms. */
export interface Row {
  engine: string;
  slowdown: number;
  page: string;
  launchMs: Spread;
  /** OK → code and QR; absent on a page without a sign-in. */
  codeMs?: Spread;
  /** The same less the time in which a request was under way. */
  ownCodeMs?: Spread;
}

/** A page and its scripts. */
interface BenchPage {
  measured: Measured;
  script: Buffer;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}

const sizes = (script: Buffer) => ({
  plain: script.length,
  gzip: gzipSync(script, { level: 9 }).length,
  brotli: brotliCompressSync(script).length,
});

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 1) return number;
  throw new Error(`--${name} must be a number from 1 up, not "${text}".`);
}

const list = (text: string) => text.split(',').map((one) => one.trim());

const milliseconds = (value: Spread | undefined) =>
  value === undefined
    ? '–'
    : `${value.median.toFixed(0)} (${value.least.toFixed(0)}–${value.most.toFixed(0)})`;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;

const progress = (text: string) => process.stderr.write(`${text}\n`);

function chromiumNamed(name: string) {
  const found = engines.find((engine) => engine.engine === 'chromium' && engine.name === name);
  if (found?.engine === 'chromium') return found;
  throw new Error(`There is no Chromium "${name}" to measure in.`);
}

function rowOf(at: Omit<Row, 'launchMs'>, starts: readonly Start[]): Row {
  const codes = starts.flatMap(({ code }) => code ?? []);
  return {
    ...at,
    launchMs: spread(starts.map(({ launchMs }) => launchMs)),
    ...(codes.length > 0 && {
      codeMs: spread(codes.map(({ totalMs }) => totalMs)),
      ownCodeMs: spread(codes.map(({ totalMs, serverMs }) => totalMs - serverMs)),
    }),
  };
}

/** The cold starts of all pages in turn, so that a machine busy for a moment is so for all of them. */
async function measureTimes(
  pages: readonly BenchPage[],
  options: { engine: string; chromium: UnpackedChromium; slowdown: number; runs: number },
): Promise<Row[]> {
  const { engine, chromium, slowdown, runs } = options;
  const starts = pages.map((): Start[] => []);
  for (let run = 1; run <= runs; run++) {
    progress(`Chromium ${engine}, processor slowed ${slowdown} times: run ${run} of ${runs} …`);
    for (const [index, { measured }] of pages.entries()) {
      starts[index]?.push(await measureStart(chromium, measured, slowdown));
    }
  }
  return pages.map(({ measured }, index) =>
    rowOf({ engine, slowdown, page: measured.name }, starts[index] ?? []),
  );
}

async function measureIdles(
  pages: readonly BenchPage[],
  chromium: UnpackedChromium,
  seconds: number,
): Promise<{ page: string; first: Idle; code?: Idle }[]> {
  const rows: { page: string; first: Idle; code?: Idle }[] = [];
  for (const { measured } of pages) {
    progress(`Watching the idle ${measured.name} for ${seconds} s …`);
    const first = await measureIdle(chromium, measured, { seconds, showCode: false });
    if (measured.codeDrawn === undefined) {
      rows.push({ page: measured.name, first });
    } else {
      const code = await measureIdle(chromium, measured, { seconds, showCode: true });
      rows.push({ page: measured.name, first, code });
    }
  }
  return rows;
}

function printTimes(rows: readonly Row[]): void {
  const shareOf = (row: Row, page: string, what: (row: Row) => Spread | undefined) => {
    const other = rows.find(
      (one) => one.page === page && one.engine === row.engine && one.slowdown === row.slowdown,
    );
    const [own, reference] = [what(row)?.median, other && what(other)?.median];
    return own === undefined || reference === undefined ? '–' : `${(own / reference).toFixed(2)} ×`;
  };
  console.log(
    table(
      [
        'engine',
        'slowed',
        'page',
        'launch, ms',
        'to plain',
        'to bare',
        'code, ms',
        'less server',
        'to plain',
      ],
      rows.map((row) => [
        row.engine,
        `${row.slowdown} ×`,
        row.page,
        milliseconds(row.launchMs),
        shareOf(row, 'plain page', ({ launchMs }) => launchMs),
        shareOf(row, 'bare Lightning', ({ launchMs }) => launchMs),
        milliseconds(row.codeMs),
        milliseconds(row.ownCodeMs),
        shareOf(row, 'plain page', ({ ownCodeMs }) => ownCodeMs),
      ]),
    ),
  );
}

const idleCells = (idle: Idle | undefined) =>
  idle === undefined
    ? ['–', '–', '–']
    : [
        `${idle.busyMsPerSecond.toFixed(1)} ms/s`,
        idle.framesPerSecond.toFixed(1),
        kilobytes(idle.heapBytes),
      ];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'string' },
      svg: { type: 'string' },
      engines: { type: 'string', default: '79,87,current' },
      slowdown: { type: 'string', default: '1,6' },
      runs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '10' },
      only: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const runs = Math.floor(positive('runs', values.runs));
  const slowdowns = list(values.slowdown).map((text) => positive('slowdown', text));
  const seconds = positive('seconds', values.seconds);
  const chosen = list(values.engines).map(chromiumNamed);

  const { outDir } = await buildApp({ outDir: path.join(root, '.cache', 'bench-site') });
  const server = await startDevServer({
    host: 'localhost',
    appPort: 0,
    authPort: 0,
    settings: readSettings(path.join(root, 'settings.json')),
    outDir,
  });
  const references = await startReferencePages(server.authUrl);
  try {
    const app: BenchPage = {
      measured: {
        name: 'TV app',
        url: server.appUrl,
        drawn: `document.querySelector('#screen[data-screen="signed-out"]')`,
        codeDrawn: `document.querySelector('#screen [data-user-code]')`,
      },
      script: readFileSync(path.join(outDir, 'appBundle.js')),
    };
    const { floor, bareLightning, stock, plain } = references;
    const pages = [floor, bareLightning, stock, plain, app].filter(
      ({ measured }) => values.only === undefined || list(values.only).includes(measured.name),
    );
    if (pages.length === 0) throw new Error(`--only "${values.only}" names no page.`);
    const times: Row[] = [];
    for (const engine of chosen) {
      const chromium = await unpackChromium(engine);
      for (const slowdown of slowdowns) {
        times.push(
          ...(await measureTimes(pages, { engine: engine.name, chromium, slowdown, runs })),
        );
      }
    }
    const last = chosen[chosen.length - 1];
    const idles =
      last === undefined ? [] : await measureIdles(pages, await unpackChromium(last), seconds);
    const providers = await providerBytes();
    const scripts = pages.map(({ measured, script }) => ({
      page: measured.name,
      ...sizes(script),
    }));

    printTimes(times);
    console.log();
    console.log(
      table(
        [
          'page',
          'script',
          'gzip',
          'brotli',
          'idle: busy',
          'frames/s',
          'memory',
          'code: busy',
          'frames/s',
          'memory',
        ],
        scripts.map(({ page, plain: bytes, gzip, brotli }) => {
          const row = idles.find((one) => one.page === page);
          return [
            page,
            kilobytes(bytes),
            kilobytes(gzip),
            kilobytes(brotli),
            ...idleCells(row?.first),
            ...idleCells(row?.code),
          ];
        }),
      ),
    );
    console.log(
      `\nTimes: median of ${runs} cold starts (least–most), pages in turn. "Less server" leaves out the time in which a request is under way. ` +
        `Idle: at full speed in Chromium ${last?.name}. Node ${process.version}.`,
    );
    console.log(
      `All providers together: ${providers.added} bytes gzipped (${providers.withAll} with, ${providers.without} without).`,
    );
    if (values.json !== undefined) {
      const report = { node: process.version, runs, times, scripts, idles, providers };
      writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    }
    if (values.svg !== undefined) writeFileSync(values.svg, plot(times));
  } finally {
    await references.close();
    await server.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
