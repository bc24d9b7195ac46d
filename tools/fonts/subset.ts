import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

/*
 * Makes static/fonts from the published Atkinson Hyperlegible fonts:
 *
 *     node --import tsx tools/fonts/subset.ts
 *
 * Each weight is cut to what the app can need. Letters that only names bring along (Ł, ž, ő …)
 * are files of their own, which the app loads when a name needs them.
 */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const out = path.join(root, 'static', 'fonts');

const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join(
    '',
  );

const ascii = between(0x20, 0x7e);
const latin = `${ascii}${between(0xa0, 0xff)}ŒœŸ–—‘’‚“”„•…‹›€™`;
const latinExtended = between(0x100, 0x17f);

interface Cut {
  family: 'next' | 'mono';
  weight: number;
  source: 'latin' | 'latin-ext';
  characters: string;
}

const cuts: readonly Cut[] = [
  ...[400, 600, 700].flatMap((weight): Cut[] => [
    { family: 'next', weight, source: 'latin', characters: latin },
    { family: 'next', weight, source: 'latin-ext', characters: latinExtended },
  ]),
  { family: 'mono', weight: 700, source: 'latin', characters: ascii },
];

mkdirSync(out, { recursive: true });
for (const { family, weight, source, characters } of cuts) {
  const name = `atkinson-hyperlegible-${family}`;
  const folder = path.join(root, 'node_modules', '@fontsource', name);
  const whole = readFileSync(path.join(folder, 'files', `${name}-${source}-${weight}-normal.woff`));
  // Every engine since Chromium 5 reads WOFF; WOFF 2 would be a second copy of each file.
  const cut = await subsetFont(whole, characters, { targetFormat: 'woff' });
  const file = `${family}-${weight}${source === 'latin' ? '' : '-extended'}.woff`;
  writeFileSync(path.join(out, file), cut);
  console.log(`${file} ${(cut.length / 1024).toFixed(1)} KB`);
  copyFileSync(path.join(folder, 'LICENSE'), path.join(out, `LICENSE-${family}.txt`));
}
