import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildApp, readSettings } from '../build/build.ts';
import { type DevServer, startDevServer } from '../dev-server/app-server.ts';
import { table } from '../table.ts';
import { openChromium } from './devtools.ts';
import type { EnginePage } from './engine-page.ts';
import { type ChromiumEngine, type Engine, engines } from './engines.ts';
import { type SignInReport, signInOn, steps, tvGlobals } from './sign-in.ts';
import { type UnpackedChromium, unpackChromium } from './unpack.ts';
import { hasWpe, openWpe, wpePackages } from './wpe.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** One line of the table. */
interface Row {
  engine: Engine;
  report?: SignInReport;
  /** Why this engine could not be tried at all. */
  missing?: string;
  seconds: number;
}

function chosen(only: string | undefined): readonly Engine[] {
  if (only === undefined) return engines;
  const names = only.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!engines.some((engine) => engine.name === name)) {
      const known = engines.map((engine) => engine.name).join(', ');
      throw new Error(`There is no engine "${name}". Known: ${known}.`);
    }
  }
  return engines.filter((engine) => names.includes(engine.name));
}

/** The code for Back that this kind of TV sends. */
const ownBack = { webos: 461, tizen: 10009, rdk: 8, browser: 27 } as const;

async function signInOnChromium(
  engine: ChromiumEngine,
  chromium: UnpackedChromium,
  server: DevServer,
  onPicture: (picture: Buffer) => void,
): Promise<SignInReport> {
  const profile = mkdtempSync(path.join(tmpdir(), 'engine-profile-'));
  const switchOn = async () => {
    const page = await openChromium({
      ...chromium,
      profile,
      before: `${engine.without ?? ''}${tvGlobals(engine.platform)}`,
    });
    await page.goto(server.appUrl);
    return page;
  };
  try {
    return await signInOn({
      page: await switchOn(),
      restart: async (page) => {
        await page.close();
        return switchOn();
      },
      platform: engine.platform,
      ownBack: ownBack[engine.platform],
      control: server.control,
      onPicture,
    });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function signInOnWpe(
  engine: Engine,
  server: DevServer,
  onPicture: (picture: Buffer) => void,
): Promise<SignInReport> {
  const load = async (page: EnginePage) => {
    await page.goto(server.appUrl);
    await page.evaluate(`(function () { ${tvGlobals(engine.platform)} })()`);
    return page;
  };
  return signInOn({
    page: await load(await openWpe()),
    // Driven by WebDriver it forgets everything when it is switched off.
    restart: load,
    platform: engine.platform,
    ownBack: ownBack[engine.platform],
    control: server.control,
    onPicture,
  });
}

function print(rows: readonly Row[]): void {
  const head = ['engine', 'stands for', ...steps, 'time'];
  const lines = rows.map(({ engine, report, missing, seconds }) => [
    engine.name,
    engine.tv,
    ...steps.map((step) => {
      if (report === undefined) return '–';
      if (report.failed?.step === step) return 'FAILED';
      return report.passed[step] ?? '–';
    }),
    missing === undefined ? `${seconds.toFixed(0)} s` : 'NOT TRIED',
  ]);
  console.log(table(head, lines));
  if (rows.some(({ engine }) => engine.name.endsWith('*'))) {
    console.log('* Chromium 64 without what came after 53, which no package carries.');
  }
  for (const { engine, report, missing } of rows) {
    if (report?.failed !== undefined) {
      console.log(`${engine.name}: ${report.failed.step}: ${report.failed.why}`);
    }
    if (missing !== undefined) console.log(`${engine.name} was NOT TRIED: ${missing}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      site: { type: 'string' },
      pictures: { type: 'string' },
      'require-all': { type: 'boolean', default: false },
    },
  });
  const list = chosen(values.only);
  const { pictures } = values;
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const keepPicture = (engine: Engine) => (picture: Buffer) => {
    if (pictures !== undefined) writeFileSync(path.join(pictures, `${engine.name}.png`), picture);
  };
  const outDir =
    values.site ?? (await buildApp({ outDir: path.join(root, '.cache', 'engines-site') })).outDir;
  const server = await startDevServer({
    host: 'localhost',
    appPort: 0,
    authPort: 0,
    settings: readSettings(path.join(root, 'settings.json')),
    outDir,
  });
  server.control.changeSettings({ intervalSeconds: 1 });
  // While one engine signs in, the next one is fetched and unpacked.
  const prepare = (engine: Engine | undefined) => {
    const preparing = engine?.engine === 'chromium' ? unpackChromium(engine) : undefined;
    preparing?.catch(() => undefined);
    return preparing;
  };
  const rows: Row[] = [];
  let preparing = prepare(list[0]);
  try {
    for (const [index, engine] of list.entries()) {
      const row: Row = { engine, seconds: 0 };
      rows.push(row);
      try {
        await preparing;
      } catch (error) {
        row.missing = error instanceof Error ? error.message : String(error);
      }
      preparing = prepare(list[index + 1]);
      if (engine.engine === 'wpe' && !hasWpe()) {
        row.missing = `it is not installed; on Debian: apt-get install ${wpePackages}`;
      }
      if (row.missing !== undefined) continue;
      const started = Date.now();
      server.control.clearLog();
      try {
        row.report =
          engine.engine === 'wpe'
            ? await signInOnWpe(engine, server, keepPicture(engine))
            : await signInOnChromium(
                engine,
                await unpackChromium(engine),
                server,
                keepPicture(engine),
              );
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        row.report = { passed: {}, failed: { step: 'start', why } };
      }
      row.seconds = (Date.now() - started) / 1000;
      process.stderr.write(`${engine.name}: ${row.report.failed ? 'FAILED' : 'passed'}\n`);
    }
  } finally {
    await server.close();
  }
  print(rows);
  const failed = rows.filter(({ report }) => report?.failed !== undefined).length;
  const untried = rows.filter(({ missing }) => missing !== undefined).length;
  console.log(
    `Engines: ${rows.length - failed - untried} passed, ${failed} failed, ${untried} not tried`,
  );
  process.exitCode = failed > 0 || (values['require-all'] && untried > 0) ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
