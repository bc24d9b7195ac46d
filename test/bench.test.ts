import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

interface Report {
  pages: { page: string; startMs: { median: number }; idle: { busyMsPerSecond: number } }[];
  code: { startMs: { median: number } };
}

it('npm run bench measures the app beside its reference pages, and idle it costs less than bare Lightning', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const json = path.join(folder, 'report.json');
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        path.join(root, 'tools/run.mjs'),
        'tools/bench/main.ts',
        ...['--runs', '1', '--seconds', '2', '--slowdown', '1', '--json', json],
      ],
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    const { pages, code } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const [blank, lightning, app] = pages;
    expect(pages.map(({ page }) => page)).toEqual(['blank page', 'bare Lightning', 'TV app']);
    expect(blank?.startMs.median).toBeGreaterThan(0);
    expect(app?.startMs.median).toBeGreaterThan(blank?.startMs.median ?? 0);
    expect(code.startMs.median).toBeGreaterThan(0);
    expect(app?.idle.busyMsPerSecond).toBeLessThan(lightning?.idle.busyMsPerSecond ?? 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
