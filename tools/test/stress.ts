import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { table } from '../table.ts';

const usage = `npm run stress -- [options] [test files]

Runs the tests several times while the processor is kept busy by something else, and lists every
test that failed, with the runs in which it did.

  --times N     how often; default 10
  --burners N   threads that compute nothing without pause; default 2
  --project P   unit or whole-app; both when it is left out`;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** What vitest's JSON report says, as far as it is needed here. */
interface JsonReport {
  numPassedTests: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

interface Run {
  passed: number;
  seconds: number;
  /** What failed, by the name of its test, with the first line of the reason. */
  failures: ReadonlyMap<string, string>;
}

const firstLine = (text: string | undefined) => (text ?? '').split('\n')[0] ?? '';

function failuresIn({ testResults }: JsonReport): Map<string, string> {
  const failures = new Map<string, string>();
  for (const { name, message, status, assertionResults } of testResults) {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((one) => one.status === 'failed');
    for (const { fullName, failureMessages } of failed) {
      failures.set(`${file}: ${fullName}`, firstLine(failureMessages[0]));
    }
    // A file that could not even begin has no tests that failed.
    if (status === 'failed' && failed.length === 0) failures.set(file, firstLine(message));
  }
  return failures;
}

function runOnce(vitestArguments: readonly string[], folder: string): Run {
  const startedMs = Date.now();
  const outputFile = path.join(folder, 'report.json');
  rmSync(outputFile, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=./tools/test/progress-reporter.ts',
      '--reporter=json',
      `--outputFile=${outputFile}`,
      ...vitestArguments,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  let report: JsonReport;
  try {
    report = JSON.parse(readFileSync(outputFile, 'utf8')) as JsonReport;
  } catch {
    return { passed: 0, seconds, failures: new Map([['the run itself', `status ${status}`]]) };
  }
  const failures = failuresIn(report);
  if (status !== 0 && failures.size === 0) failures.set('errors outside of tests', 'see above');
  return { passed: report.numPassedTests, seconds, failures };
}

function print(runs: readonly Run[]): void {
  console.log(
    `\n${table(
      ['run', 'passed', 'failed', 'time'],
      runs.map(({ passed, seconds, failures }, at) => [
        String(at + 1),
        String(passed),
        String(failures.size),
        `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
      ]),
    )}`,
  );
  const names = Array.from(new Set(runs.flatMap(({ failures }) => Array.from(failures.keys()))));
  if (names.length === 0) return;
  const lines = names.map((name) => {
    const where = runs.flatMap(({ failures }, at) => (failures.has(name) ? [at + 1] : []));
    const reason = runs.map(({ failures }) => failures.get(name)).find((one) => one !== undefined);
    return [`${where.length} of ${runs.length}`, where.join(', '), name, reason ?? ''];
  });
  console.log(`\n${table(['failed', 'in runs', 'test', 'reason'], lines)}`);
}

function whole(name: string, text: string, min: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min) return number;
  throw new Error(`--${name} must be a whole number from ${min} up, not "${text}".`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '10' },
      burners: { type: 'string', default: '2' },
      project: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const times = whole('times', values.times, 1);
  const burners = Array.from(
    { length: whole('burners', values.burners, 0) },
    () => new Worker('for (;;);', { eval: true }),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'stress-'));
  const runs: Run[] = [];
  try {
    for (let time = 1; time <= times; time++) {
      console.log(`\n▸ Run ${time} of ${times}, ${burners.length} threads keep the processor busy`);
      const project = values.project === undefined ? [] : ['--project', values.project];
      runs.push(runOnce([...project, ...positionals], folder));
      print(runs);
    }
  } finally {
    for (const burner of burners) void burner.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = runs.every(({ failures }) => failures.size === 0) ? 0 : 1;
}

main();
