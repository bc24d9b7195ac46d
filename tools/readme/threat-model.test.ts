import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/threat-model.md', root), 'utf8');
const security = readFileSync(new URL('SECURITY.md', root), 'utf8');

/** Rows of the tables, without their heads. */
const rows = text.split('\n').filter((line) => /^\| (?!---|what answers|the limit)/.test(line));

/** Tests that a text names: a file and a title. */
const named = (from: string) =>
  [...from.matchAll(/`([\w./-]+\.test\.ts)` “([^”]+)”/g)].map(
    ([, file = '', title = '']) => [file, title] as const,
  );

/** Files and folders in code. */
const paths = [...text.matchAll(/`((?:src|tools|test|docs)\/[\w./-]+)`/g)].map(
  ([, target = '']) => target,
);

const threats = [
  'Remote phishing',
  'Session spying',
  'Token theft from the TV',
  'A TV that is sold or given away',
  'Hostile network',
  'Hostile or compromised server',
  'Hostile page, in the app’s origin or around it',
  'Hostile package',
  'Hostile relay',
  'The developer’s machine',
];

describe('the threat model', () => {
  it.each(named(text))('the threat model names a test that exists: %s “%s”', (file, title) => {
    const source = readFileSync(new URL(file, root), 'utf8').replaceAll("\\'", '’');
    const whole = title.replaceAll("'", '’');
    const found = ["'", '"', '`'].some((quote) => source.includes(quote + whole + quote));
    expect(found).toBe(true);
  });

  it.each(rows)('every answer in the threat model is shown by a test: %s', (row) => {
    expect(named(row)).not.toEqual([]);
  });

  it('every file that the threat model names exists', () => {
    expect(paths.filter((target) => !existsSync(new URL(target, root)))).toEqual([]);
  });

  it.each(threats)(
    'the threat model says what answers it and what is left to others: %s',
    (name) => {
      const sections = text.replaceAll("'", '’').split(/^## /m);
      const section = sections.find((one) => one.startsWith(`${name}\n`)) ?? '';
      expect(section).toMatch(/^\| .*test\.ts/m);
      expect(section).toMatch(/^Left to you/m);
    },
  );

  it('SECURITY.md names no test or file that does not exist', () => {
    for (const [, target = ''] of security.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(existsSync(new URL(target, root)), target).toBe(true);
    }
  });
});
