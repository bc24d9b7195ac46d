import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

interface Report {
  times: { page: string; launchMs: { median: number }; codeMs?: { median: number } }[];
  scripts: { page: string; brotli: number }[];
  idles: { page: string; first: { framesPerSecond: number } }[];
}

it('npm run bench measures the app beside its four reference pages, and idle it asks for no frame while bare Lightning does', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const json = path.join(folder, 'report.json');
  const svg = path.join(folder, 'times.svg');
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        path.join(root, 'tools/run.mjs'),
        'tools/bench/main.ts',
        ...['--runs', '1', '--seconds', '2', '--slowdown', '1', '--engines', 'current'],
        ...['--json', json, '--svg', svg],
      ],
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    const { times, scripts, idles } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const pages = ['floor', 'bare Lightning', 'stock', 'plain page', 'TV app'];
    for (const rows of [times, scripts, idles]) expect(rows.map(({ page }) => page)).toEqual(pages);
    for (const { launchMs } of times) expect(launchMs.median).toBeGreaterThan(0);
    expect(times.flatMap(({ page, codeMs }) => (codeMs === undefined ? [] : page))).toEqual([
      'floor',
      'plain page',
      'TV app',
    ]);
    const framesOf = (name: string) =>
      idles.find(({ page }) => page === name)?.first.framesPerSecond;
    expect(framesOf('TV app')).toBe(0);
    expect(framesOf('bare Lightning')).toBeGreaterThan(0);
    expect(readFileSync(svg, 'utf8')).toContain('Chromium current, processor slowed 1 times');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
