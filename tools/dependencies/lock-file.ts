import { readFileSync } from 'node:fs';

/** A package as the lock file has it. */
export interface LockedPackage {
  name: string;
  version: string;
  /** SPDX expression, or what its author wrote in place of one. */
  license?: string | undefined;
  /** True when only tools and tests need it: nothing of it is in a site or package. */
  isForTools: boolean;
  /** Hash of the package's archive. */
  integrity?: string | undefined;
}

interface LockEntry {
  version?: string;
  license?: string;
  dev?: boolean;
  integrity?: string;
}

/** The content of package-lock.json, as far as it is read here. */
export interface LockFile {
  packages: Readonly<Record<string, LockEntry>>;
}

/** Reads the lock file of this repository. */
export function readLockFile(): LockFile {
  const file = new URL('../../package-lock.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as LockFile;
}

/** Every package of a lock file but the project itself, by its folder. */
export function lockedPackages({ packages }: LockFile): ReadonlyMap<string, LockedPackage> {
  const locked = new Map<string, LockedPackage>();
  for (const [folder, { version, license, dev, integrity }] of Object.entries(packages)) {
    if (folder === '' || version === undefined) continue;
    const name = folder.replace(/^.*node_modules\//, '');
    locked.set(folder, { name, version, license, isForTools: dev === true, integrity });
  }
  return locked;
}
