import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge, readAudit } from './advisories.ts';
import { packagesByLicense, refusedLicenses } from './allowed-licenses.ts';
import { lockedPackages, readLockFile } from './lock-file.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** What `npm audit --json` prints; it ends with an error code when it found something, too. */
function audit(): string {
  const npm = process.env['npm_execpath'];
  const arguments_ = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
  const options = { cwd: root, encoding: 'utf8', timeout: 60_000 } as const;
  const { stdout } =
    npm === undefined
      ? spawnSync('npm', arguments_, { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [npm, ...arguments_], options);
  return stdout ?? '';
}

const locked = lockedPackages(readLockFile());
const refused = refusedLicenses(locked.values());
for (const [license, packages] of packagesByLicense(locked.values())) {
  const ofApp = packages.filter(({ isForTools }) => !isForTools).length;
  console.log(`${license}: ${packages.length} packages, ${ofApp} of them for the app`);
}
const { failures, remarks } = judge(readAudit(audit(), locked));
for (const remark of remarks) console.log(remark);
for (const failure of [...refused.map((one) => `NOT ALLOWED: ${one}`), ...failures]) {
  console.error(failure);
}
process.exitCode = refused.length + failures.length > 0 ? 1 : 0;
