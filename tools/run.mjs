/**
 * Runs a TypeScript program of this repository: `node tools/run.mjs PROGRAM [arguments]`. Needs
 * nothing but Node: on a fresh clone, or after the lock file has changed, it installs first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const installed = path.join(root, 'node_modules', '.installed-from');
const lockFile = path.join(root, 'package-lock.json');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this needs Node 20.19 or newer.`);
  process.exit(1);
}

const lock = readFileSync(lockFile, 'utf8');
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  console.error('Installing packages (a minute or two, only this once) …');
  const npm = process.env.npm_execpath;
  const arguments_ = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const result =
    npm === undefined
      ? spawnSync('npm', arguments_, { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [npm, ...arguments_], options);
  if (result.status !== 0) {
    console.error('The packages could not be installed: see above. Is the network there?');
    process.exit(1);
  }
  writeFileSync(installed, lock);
}

const [program, ...rest] = process.argv.slice(2);
const child = spawnSync(process.execPath, ['--import', 'tsx', path.join(root, program), ...rest], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(child.status ?? 1);
