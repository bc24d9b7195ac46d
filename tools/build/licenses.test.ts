import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { licensedParts, licensesText } from './licenses.ts';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const root = mkdtempSync(path.join(tmpdir(), 'licenses-'));

function write(file: string, content: string): void {
  const whole = path.join(root, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

function addPackage(folder: string, files: Readonly<Record<string, string>>): void {
  const name = folder.replace(/^.*node_modules\//, '');
  write(`${folder}/package.json`, JSON.stringify({ name, version: '1.2.3', license: 'MIT' }));
  for (const [file, content] of Object.entries(files)) write(`${folder}/${file}`, content);
}

beforeAll(() => {
  write('package.json', JSON.stringify({ name: 'our-app', version: '4.5.6', license: 'MIT' }));
  write('LICENSE', 'ours');
  write('static/fonts/serif-400.woff', '');
  write('static/fonts/LICENSE-serif.txt', 'font license');
  addPackage('node_modules/plain', { LICENSE: 'plain license' });
  addPackage('node_modules/@scope/inner', {
    'licence.md': 'inner license',
    NOTICE: 'inner notice',
  });
  addPackage('node_modules/plain/node_modules/nested', { COPYING: 'nested license' });
  addPackage('node_modules/same', { LICENSE: 'plain license' });
  addPackage('node_modules/bare', { 'README.md': 'MIT, believe me' });
  addPackage('node_modules/notice-only', { NOTICE: 'a notice is no license' });
});

afterAll(() => rmSync(root, { recursive: true }));

describe('the file of licenses', () => {
  it('names our own license, those of the bundled packages and those of the fonts', () => {
    const parts = licensedParts(
      [
        'src/index.ts',
        'node_modules/plain/index.js',
        '\0node_modules/plain/lib/a.js?commonjs-exports',
        'node_modules/@scope/inner/dist/x.mjs',
        'node_modules/plain/node_modules/nested/index.js',
      ],
      root,
    );
    expect(parts).toEqual([
      { title: 'our-app 4.5.6 (MIT)', text: 'ours' },
      { title: '@scope/inner 1.2.3 (MIT)', text: 'inner notice\n\ninner license' },
      { title: 'nested 1.2.3 (MIT)', text: 'nested license' },
      { title: 'plain 1.2.3 (MIT)', text: 'plain license' },
      { title: 'The font serif (SIL Open Font License 1.1)', text: 'font license' },
    ]);
  });

  it('leaves out packages that no bundled module belongs to', () => {
    expect(licensesText(licensedParts(['src/index.ts'], root))).not.toContain('plain');
  });

  it('holds a text once that several packages have in common', () => {
    const modules = ['plain', 'same'].map((name) => `node_modules/${name}/index.js`);
    const text = licensesText(licensedParts(modules, root));
    expect(text.split('plain license')).toHaveLength(2);
    expect(text).toContain('plain 1.2.3 (MIT)\nsame 1.2.3 (MIT)\n\nplain license');
  });

  it.each(['bare', 'notice-only'])('refuses a bundled package without a license: %s', (name) => {
    expect(() => licensedParts([`node_modules/${name}/index.js`], root)).toThrow(
      `${name} 1.2.3 is in the bundle and comes without a license file`,
    );
  });

  it.each(['\0virtual:helper', '/elsewhere/file.js'])(
    'refuses a module when it is not known whose code it is: %j',
    (id) => {
      expect(() => licensedParts([id], root)).toThrow('it is not known whose code that is');
    },
  );

  it('refuses a font without a license', () => {
    const bare = mkdtempSync(path.join(tmpdir(), 'licenses-font-'));
    writeFileSync(path.join(bare, 'package.json'), readFileSync(path.join(root, 'package.json')));
    writeFileSync(path.join(bare, 'LICENSE'), 'ours');
    mkdirSync(path.join(bare, 'static', 'fonts'), { recursive: true });
    writeFileSync(path.join(bare, 'static', 'fonts', 'script-400.woff2'), '');
    expect(() => licensedParts([], bare)).toThrow('The font script comes without a license file');
    rmSync(bare, { recursive: true });
  });

  it('names the package whose code the transpiler adds', () => {
    const titles = licensedParts(['\0rollupPluginBabelHelpers.js'], repository).map(
      ({ title }) => title,
    );
    expect(titles.join('\n')).toMatch(/^@babel\/helpers .*\(MIT\)$/m);
  });
});
