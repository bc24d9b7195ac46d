import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from './build.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
const file = path.join(folder, 'settings.json');
const text = '{"appSettings":{"name":"Канал"}}';
const content = { appSettings: { name: 'Канал' } };

afterAll(() => rmSync(folder, { recursive: true }));

const bigEndian = (utf16: string) => Buffer.from(utf16, 'utf16le').swap16();

describe('a settings file', () => {
  it.each([
    ['in UTF-8', Buffer.from(text)],
    ['in UTF-8 with a byte-order mark', Buffer.from(`\uFEFF${text}`)],
    ['in UTF-16 as Windows writes it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['in big-endian UTF-16', bigEndian(`\uFEFF${text}`)],
    ['with blank lines around', Buffer.from(`\r\n\t${text}\r\n\r\n`)],
  ])('a settings file is read %s', (_name, bytes) => {
    writeFileSync(file, bytes);
    expect(readSettings(file)).toEqual(content);
  });

  it.each([
    ['', /is not JSON/],
    ['{"a":1,}', /is not JSON/],
    ['\uFEFF', /is not JSON/],
  ])('a settings file is named when it is not JSON: %j', (wrong, sentence) => {
    writeFileSync(file, wrong);
    expect(() => readSettings(file)).toThrow(sentence);
  });

  it('a settings file is named when it is not there', () => {
    expect(() => readSettings(path.join(folder, 'nothing.json'))).toThrow(/cannot be read/);
  });
});
