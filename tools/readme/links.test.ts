import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The documents of this repository, as paths below its root. */
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');

/** What a document links to inside the repository, relative to the document. */
const linked = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

/** Files and folders that a document names in code, relative to the root; `NAME` is for the reader to choose. */
const named = (text: string): string[] =>
  [...text.matchAll(/`((?:src|tools|test|docs|static|examples)\/[\w./-]*\w\/?)`/g)].map(
    ([, target = '']) => target.replace(/NAME\..*$/, ''),
  );

describe('the documents', () => {
  it.each(documents)('every link and path in %s leads to a file of the repository', (document) => {
    const text = readFileSync(path.join(root, document), 'utf8');
    const targets = [
      ...linked(text).map((target) => path.resolve(root, path.dirname(document), target)),
      ...named(text).map((target) => path.join(root, target)),
    ];
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });
});
