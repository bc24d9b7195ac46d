import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const steps: readonly (readonly [name: string, program: string, arguments_: readonly string[]])[] =
  [
    ['Types of the app', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']],
    ['Types of tools and tests', 'typescript/bin/tsc', ['--noEmit', '-p', 'tools/tsconfig.json']],
    ['Lint', '@biomejs/biome/bin/biome', ['check', '.', '--error-on-warnings']],
    ['Unit and whole-app tests', 'vitest/vitest.mjs', ['run']],
  ];

let passed = 0;
let failed = 0;
for (const [name, program, arguments_] of steps) {
  console.log(`\n▸ ${name}`);
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules', program), ...arguments_],
    { cwd: root, stdio: 'inherit' },
  );
  if (status === 0) passed++;
  else failed++;
}
console.log(`\nSteps: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
