import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cli = path.dirname(createRequire(import.meta.url).resolve('@lightningjs/cli/package.json'));
const folder = path.join(root, '.cache', 'bench-stock');

/** Tells when the one text of the CLI's app has been drawn. ES5. */
const mark = `<script>(function look() {
  function find(element) {
    if (element.text && element.texture && element.texture.isLoaded()) return true;
    return element.children.some(find);
  }
  if (find(app)) window.pictureDrawn = true;
  else requestAnimationFrame(look);
})();</script>`;

/**
 * Builds the app that `lng create` makes, for old engines as `lng dist --es5` does, once.
 *
 * @returns folder of the page
 * @throws Error when the Lightning CLI cannot build it
 */
export async function buildStockPage(): Promise<string> {
  const page = path.join(folder, 'dist', 'es5');
  if (existsSync(path.join(page, 'measured.html'))) return page;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const fixture of ['common', 'js']) {
    cpSync(path.join(cli, 'fixtures', fixture, 'lightning-app'), folder, { recursive: true });
  }
  for (const file of ['package.json', 'metadata.json']) {
    const text = readFileSync(path.join(folder, file), 'utf8').replace(/\{\$\w+\}/g, 'stock');
    writeFileSync(path.join(folder, file), text);
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  await run(process.execPath, [path.join(cli, 'bin', 'index.js'), 'dist', '--es5'], {
    cwd: folder,
    env: { ...process.env, LNG_AUTO_UPDATE: 'false', LNG_BUILD_EXIT_ON_FAIL: 'true' },
  });
  const built = readFileSync(path.join(page, 'index.html'), 'utf8');
  writeFileSync(path.join(page, 'measured.html'), built.replace('</body>', `${mark}</body>`));
  return page;
}
