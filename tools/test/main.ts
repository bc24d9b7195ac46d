import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

interface Step {
  name: string;
  /** Program below `node_modules`. */
  program: string;
  arguments_: readonly string[];
}

/** Short and independent of each other: they run at the same time. */
const checks: readonly Step[] = [
  {
    name: 'Types of the app',
    program: 'typescript/bin/tsc',
    arguments_: ['--noEmit', '-p', 'tsconfig.json'],
  },
  {
    name: 'Types of tools and tests',
    program: 'typescript/bin/tsc',
    arguments_: ['--noEmit', '-p', 'tools/tsconfig.json'],
  },
  {
    name: 'Lint',
    program: '@biomejs/biome/bin/biome',
    arguments_: ['check', '.', '--error-on-warnings'],
  },
  {
    name: 'Licenses and known vulnerabilities of what is installed',
    program: 'tsx/dist/cli.mjs',
    arguments_: ['tools/dependencies/main.ts'],
  },
];

const tests: Step = {
  name: 'Unit and whole-app tests',
  program: 'vitest/vitest.mjs',
  arguments_: ['run'],
};

/**
 * Runs a step.
 *
 * @param isQuiet keeps the output back until the step has ended, and shows it when it failed; of a
 *   step that passed it shows what could not be checked
 * @returns true when it passed
 */
function run({ name, program, arguments_ }: Step, isQuiet: boolean): Promise<boolean> {
  const startedMs = Date.now();
  const child = spawn(process.execPath, [path.join(root, 'node_modules', program), ...arguments_], {
    cwd: root,
    stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      const text = Buffer.concat(output).toString();
      if (status !== 0) process.stdout.write(text);
      else for (const line of text.match(/^NOT CHECKED.*$/gm) ?? []) console.log(`! ${line}`);
      const seconds = Math.round((Date.now() - startedMs) / 1000);
      console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      resolve(status === 0);
    });
  });
}

console.log('▸ Types, lint and dependencies');
const results = await Promise.all(checks.map((check) => run(check, true)));
console.log(`\n▸ ${tests.name}`);
results.push(await run(tests, false));
const passed = results.filter(Boolean).length;
console.log(`\nSteps: ${passed} passed, ${results.length - passed} failed`);
process.exitCode = passed === results.length ? 0 : 1;
