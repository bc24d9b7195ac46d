import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readAr, readTar } from './archive.ts';
import { filesInIpk, makeIpk } from './ipk.ts';
import recorded from './testing/ares-package.json' with { type: 'json' };

const metadata = { ...recorded.metadata, icon: 'icon.svg', tizenPackageId: 'abcdefghij' };
const files = recorded.files.map((name) => ({ name, content: Buffer.from(name) }));
const ipk = makeIpk(metadata, files);

const member = (name: string): Buffer => {
  const found = readAr(ipk).find((one) => one.name === name);
  if (found === undefined) throw new Error(`No ${name}`);
  return found.content;
};

it('makes the archive that LG’s ares-package made of the same files', () => {
  expect(readAr(ipk).map(({ name }) => name)).toEqual(recorded.members);
  expect(String(member('debian-binary'))).toBe(recorded.formatVersion);
  expect(
    readTar(gunzipSync(member('data.tar.gz')))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(recorded.entries);
});

it('describes the package as LG’s ares-package did, but for the size', () => {
  const [control, ...more] = readTar(gunzipSync(member('control.tar.gz')));
  expect(more).toEqual([]);
  expect(control?.name).toBe('control');
  const size = /^Installed-Size: \d+$/m;
  expect(String(control?.content)).toMatch(size);
  expect(String(control?.content).replace(size, '')).toBe(recorded.control.replace(size, ''));
});

it('installs every file unchanged, and the package’s own description', () => {
  const installed = new Map(filesInIpk(ipk).map(({ name, content }) => [name, String(content)]));
  for (const { name, content } of files) {
    expect(installed.get(`usr/palm/applications/${metadata.identifier}/${name}`)).toBe(
      String(content),
    );
  }
  const description = installed.get(`usr/palm/packages/${metadata.identifier}/packageinfo.json`);
  expect(JSON.parse(description ?? '')).toEqual(recorded.packageinfo);
});
