import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readAr, readTar, writeAr, writeTar } from './archive.ts';
import type { PackedFile } from './packed-file.ts';

/** LG's own packager: this version and no other, fetched by npm when it is first needed. */
export const packager = '@webos-tools/cli@3.2.1';

/** LG's packager could not be fetched or started: no fault of the app's. */
export class PackagerMissing extends Error {
  readonly code = 'packager-missing';
}

function gzip(content: Buffer): Buffer {
  const packed = gzipSync(content, { level: 9 });
  // Byte 9 names the system that packed it.
  packed[9] = 255;
  return packed;
}

/**
 * Packs an .ipk's content again without what differs from run to run: times, order, modes.
 *
 * @param ipk as LG's packager wrote it
 */
export function withoutTimes(ipk: Buffer): Buffer {
  return writeAr(
    readAr(ipk).map(({ name, content }) =>
      name.endsWith('.tar.gz')
        ? { name, content: gzip(writeTar(readTar(gunzipSync(content)))) }
        : { name, content },
    ),
  );
}

/** The files that an .ipk installs, with their paths on the TV. */
export function filesInIpk(ipk: Buffer): readonly PackedFile[] {
  const data = readAr(ipk).find(({ name }) => name === 'data.tar.gz');
  if (data === undefined) throw new Error('This package holds no data.tar.gz.');
  return readTar(gunzipSync(data.content)).filter(({ name }) => !name.endsWith('/'));
}

/**
 * Packs a webOS app with LG's `ares-package`.
 *
 * @param files the app, appinfo.json among them
 * @throws PackagerMissing when LG's packager cannot be fetched
 * @throws Error with the packager's own words when it refuses
 */
export function makeIpk(files: readonly PackedFile[]): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'ipk-'));
  const app = path.join(folder, 'app');
  const out = path.join(folder, 'out');
  try {
    for (const { name, content } of files) {
      mkdirSync(path.dirname(path.join(app, name)), { recursive: true });
      writeFileSync(path.join(app, name), content);
    }
    const { status, stdout, stderr, error } = spawnSync(
      'npx',
      // Its minifier stumbles over newer syntax, and there is nothing left to minify.
      ['--yes', `--package=${packager}`, '--', 'ares-package', '--no-minify', '-o', out, app],
      { encoding: 'utf8', cwd: folder, shell: process.platform === 'win32' },
    );
    const made = existsSync(out)
      ? readdirSync(out).find((file) => file.endsWith('.ipk'))
      : undefined;
    if (status === 0 && made !== undefined) return withoutTimes(readFileSync(path.join(out, made)));
    const words = error?.message ?? `${stdout}\n${stderr}`.trim();
    if (error !== undefined || /npm (err!|error)/i.test(words)) {
      throw new PackagerMissing(`${packager} cannot be fetched: ${words}`);
    }
    throw new Error(`LG's ares-package refuses to pack the app: ${words}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
