import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Node, parse } from 'acorn';
import { bundle } from './bundle.ts';
import { compiledCode } from './compiled-code.ts';
import { headerFiles } from './headers.ts';
import { renderIndexHtml } from './index-html.ts';
import { licensedParts, licensesText } from './licenses.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type PublishRequest, publish } from './publish.ts';

export { renderIndexHtml };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const bundleInputs = [
  'src',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'rollup.es5.config.js',
  'tools/build/bundle.ts',
  'tools/build/lightning-without-eval.js',
];

function* filesBelow(file: string): Generator<string> {
  const entries = existsSync(path.join(root, file))
    ? readdirSync(path.join(root, file), { withFileTypes: true, recursive: true })
    : [];
  for (const entry of entries) {
    if (entry.isFile()) yield path.join(entry.parentPath, entry.name);
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const input of bundleInputs) {
    const file = path.join(root, input);
    const files = path.extname(input) === '' ? [...filesBelow(input)].sort() : [file];
    for (const one of files) {
      if (one.endsWith('.test.ts') || one.includes(`${path.sep}testing${path.sep}`)) continue;
      hash.update(path.relative(root, one)).update('\0').update(readFileSync(one)).update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * The bundle as it was built from these sources before, or a new one.
 *
 * @param force builds even when nothing has changed
 * @returns the folder that holds the bundle and the list of its modules, outside the site
 */
async function freshBundle(force: boolean): Promise<string> {
  const folder = path.join(root, '.cache', 'bundle');
  const kept = () => path.join(folder, fingerprint());
  if (!force && existsSync(kept())) return kept();
  return oneAtATime(path.join(root, '.tmp', 'building'), async () => {
    const target = kept();
    // Another process may have built the same while this one waited.
    if (!force && existsSync(target)) return target;
    process.stderr.write('Building the TV app (about half a minute) …\n');
    const started = Date.now();
    const { script, modules } = await bundle(root, '.tmp/lng');
    const built = readFileSync(script, 'utf8');
    // One modern character would leave older TVs with a blank screen: stop here instead.
    refuseCompiledCode(parse(built, { ecmaVersion: 5 }), built);
    const unfinished = `${target}.part`;
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(path.join(unfinished, 'appBundle.js'), built);
    cpSync(modules, path.join(unfinished, 'modules.json'));
    rmSync(target, { recursive: true, force: true });
    renameSync(unfinished, target);
    removeOld(folder);
    process.stderr.write(`Built in ${Math.round((Date.now() - started) / 1000)} s\n`);
    return target;
  });
}

/** The page's policy has no 'unsafe-eval': such a call would stop the app on every TV. */
function refuseCompiledCode(program: Node, script: string): void {
  const [first] = compiledCode(program, script);
  if (first === undefined) return;
  throw new Error(`The bundle compiles code out of a text, which its page forbids: ${first} …`);
}

/** Keeps the newest bundles: enough to go back and forth between two versions. */
function removeOld(folder: string): void {
  const byAge = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const old of byAge.slice(5)) rmSync(old, { recursive: true, force: true });
}

/**
 * Builds all of the static site but its page: one script, the fonts, and the licenses of what is in
 * it.
 *
 * @param options.outDir where it goes; emptied first
 * @param options.force builds the bundle even when no source has changed
 * @returns the absolute path of the site
 * @throws Error when something comes without a license, or when the build fails
 */
export async function buildApp(options: {
  outDir: string;
  force?: boolean;
}): Promise<{ outDir: string }> {
  const outDir = path.resolve(options.outDir);
  const built = await freshBundle(options.force ?? false);
  const modules = readFileSync(path.join(built, 'modules.json'), 'utf8');
  const licenses = licensesText(licensedParts(JSON.parse(modules) as string[], root));
  clearSite(outDir);
  cpSync(path.join(root, 'static'), path.join(outDir, 'static'), { recursive: true });
  cpSync(path.join(built, 'appBundle.js'), path.join(outDir, 'appBundle.js'));
  writeFileSync(path.join(outDir, 'licenses.txt'), licenses);
  return { outDir };
}

/**
 * Builds the static site: what {@link buildApp} builds, index.html with the settings inside, and the
 * headers that a server is to send with it.
 *
 * @param options.settingsFile the settings to build in; default `settings.json`
 * @param options.outDir where the site goes; emptied first; default `build`
 * @returns the absolute path of the site, and why it is for trying out only
 * @throws Error when the settings file is missing or not JSON, when its settings may not be
 *   published, or when the build fails
 */
export async function buildSite(
  options: { settingsFile?: string; outDir?: string; force?: boolean } & PublishRequest = {},
): Promise<{ outDir: string; warnings: readonly string[] }> {
  const settings = readSettings(options.settingsFile ?? path.join(root, 'settings.json'));
  const { json, warnings } = await publish(settings, options);
  const target = options.outDir ?? path.join(root, 'build');
  const { outDir } = await buildApp({ ...options, outDir: target });
  const page = { 'index.html': renderIndexHtml(json), ...headerFiles(json) };
  for (const [name, content] of Object.entries(page)) {
    writeFileSync(path.join(outDir, name), content);
  }
  return { outDir, warnings };
}

/** Empties a folder that is a site of ours or empty; anything else is not ours to delete. */
function clearSite(outDir: string): void {
  const ours = existsSync(path.join(outDir, 'appBundle.js'));
  if (existsSync(outDir) && readdirSync(outDir).length > 0 && !ours) {
    throw new Error(
      `${outDir} holds other files, so the site is not written there: choose an empty folder with --out.`,
    );
  }
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
}

/**
 * Reads a settings file.
 *
 * @param file path of a JSON file
 * @throws Error with a sentence that names the file and what is wrong
 */
export function readSettings(file: string): unknown {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (cause) {
    throw new Error(`The settings file ${file} cannot be read.`, { cause });
  }
  // Some editors write UTF-16, and most of them a mark of the encoding first.
  const marks: Readonly<Record<string, string>> = { fffe: 'utf-16le', feff: 'utf-16be' };
  const encoding = marks[content.subarray(0, 2).toString('hex')] ?? 'utf-8';
  try {
    return JSON.parse(new TextDecoder(encoding).decode(content));
  } catch (cause) {
    throw new Error(`The settings file ${file} is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
