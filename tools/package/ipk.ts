import { gunzipSync, gzipSync } from 'node:zlib';
import { readAr, readTar, type TarEntry, writeAr, writeTar } from './archive.ts';
import type { Metadata } from './metadata.ts';
import type { PackedFile } from './packed-file.ts';

function gzip(content: Buffer): Buffer {
  const packed = gzipSync(content, { level: 9 });
  // Byte 9 names the system that packed it.
  packed[9] = 255;
  return packed;
}

/** Every folder above the files, each once. */
function foldersOf(files: readonly PackedFile[]): readonly TarEntry[] {
  const folders = new Set<string>();
  for (const { name } of files) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      folders.add(name.slice(0, at + 1));
    }
  }
  return [...folders].map((name) => ({ name, content: Buffer.alloc(0) }));
}

function controlFile({ identifier, version }: Metadata, installedBytes: number): string {
  return [
    `Package: ${identifier}`,
    `Version: ${version}`,
    'Section: misc',
    'Priority: optional',
    'Architecture: all',
    `Installed-Size: ${installedBytes}`,
    'Maintainer: N/A <nobody@example.com>',
    'Description: This is a webOS application.',
    'webOS-Package-Format-Version: 2',
    'webOS-Packager-Version: x.y.x',
    '',
  ].join('\n');
}

/** The files that an .ipk installs, with their paths on the TV. */
export function filesInIpk(ipk: Buffer): readonly PackedFile[] {
  const data = readAr(ipk).find(({ name }) => name === 'data.tar.gz');
  if (data === undefined) throw new Error('This package holds no data.tar.gz.');
  return readTar(gunzipSync(data.content)).filter(({ name }) => !name.endsWith('/'));
}

/**
 * Packs a webOS app as LG's `ares-package` does: an `ar` archive of a format version, a description
 * of the package and the files with their paths on the TV. The same files give the same bytes.
 *
 * @param files the app, appinfo.json among them
 */
export function makeIpk(metadata: Metadata, files: readonly PackedFile[]): Buffer {
  const { identifier, version } = metadata;
  const packageInfo = `${JSON.stringify({ id: identifier, version, app: identifier }, null, 2)}\n`;
  const installed: readonly PackedFile[] = [
    ...files.map(({ name, content }) => ({
      name: `usr/palm/applications/${identifier}/${name}`,
      content,
    })),
    {
      name: `usr/palm/packages/${identifier}/packageinfo.json`,
      content: Buffer.from(packageInfo),
    },
  ];
  const bytes = installed.reduce((total, { content }) => total + content.length, 0);
  const control = { name: 'control', content: Buffer.from(controlFile(metadata, bytes)) };
  return writeAr([
    { name: 'debian-binary', content: Buffer.from('2.0\n') },
    { name: 'control.tar.gz', content: gzip(writeTar([control])) },
    { name: 'data.tar.gz', content: gzip(writeTar([...foldersOf(installed), ...installed])) },
  ]);
}
