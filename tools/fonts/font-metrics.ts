import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../static/fonts');

/** The tables of a WOFF file (W3C WOFF 1.0 §3–5). */
function tablesOf(woff: Buffer): Map<string, Buffer> {
  const tables = new Map<string, Buffer>();
  for (let index = 0; index < woff.readUInt16BE(12); index++) {
    const entry = 44 + index * 20;
    const offset = woff.readUInt32BE(entry + 4);
    const stored = woff.subarray(offset, offset + woff.readUInt32BE(entry + 8));
    const length = woff.readUInt32BE(entry + 12);
    tables.set(
      woff.toString('latin1', entry, entry + 4),
      stored.length < length ? inflateSync(stored) : stored,
    );
  }
  return tables;
}

/** Glyph index of a character in a format 4 `cmap` subtable (OpenType 1.9, cmap). */
function glyphIn(subtable: Buffer, code: number): number {
  const doubleCount = subtable.readUInt16BE(6);
  for (let at = 0; at < doubleCount; at += 2) {
    if (code > subtable.readUInt16BE(14 + at)) continue;
    const start = subtable.readUInt16BE(16 + doubleCount + at);
    if (code < start) return 0;
    const delta = subtable.readUInt16BE(16 + 2 * doubleCount + at);
    const rangePlace = 16 + 3 * doubleCount + at;
    const range = subtable.readUInt16BE(rangePlace);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = subtable.readUInt16BE(rangePlace + range + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}

/** What tests need to know of a font in static/fonts. */
export interface FontMetrics {
  /** True when the font draws the character itself. */
  has(character: string): boolean;
  /** Advance width of a text at 1 px, without kerning; missing characters count as wide as `0`. */
  width(text: string): number;
}

/**
 * Reads the metrics of a font.
 *
 * @param file name of a file in static/fonts
 */
export function readFontMetrics(file: string): FontMetrics {
  const tables = tablesOf(readFileSync(path.join(folder, file)));
  const table = (name: string): Buffer => {
    const found = tables.get(name);
    if (found === undefined) throw new Error(`${file} has no ${name} table`);
    return found;
  };
  const cmap = table('cmap');
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) =>
    cmap.subarray(cmap.readUInt32BE(8 + index * 8)),
  );
  const subtable = subtables.find((one) => one.readUInt16BE(0) === 4);
  if (subtable === undefined) throw new Error(`${file} has no format 4 cmap`);
  const unitsPerEm = table('head').readUInt16BE(18);
  const measured = table('hhea').readUInt16BE(34);
  const hmtx = table('hmtx');
  const glyphOf = (character: string) => glyphIn(subtable, character.codePointAt(0) ?? 0);
  const advance = (character: string) => {
    const glyph = glyphOf(character) || glyphOf('0');
    return hmtx.readUInt16BE(4 * Math.min(glyph, measured - 1)) / unitsPerEm;
  };
  return {
    has: (character) => glyphOf(character) !== 0,
    width: (text) => Array.from(text).reduce((sum, character) => sum + advance(character), 0),
  };
}
