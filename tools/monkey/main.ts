import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { table } from '../table.ts';
import { type MonkeyReport, runMonkey } from './run.ts';

const usage = `npm run monkey -- [options]

Random keys, pointer events, suspends and server outcomes in a real browser, with a seed.

  --steps N     default 100000
  --seed N      default 1; the same seed gives the same deeds
  --json FILE   writes the report`;

function whole(name: string, text: string, min: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min) return number;
  throw new Error(`--${name} must be a whole number from ${min} up, not "${text}".`);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function print({ deeds, screens, before, after }: MonkeyReport): void {
  const rows = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([name, count]) => [name, String(count)]);
  console.log(table(['deed', 'times'], rows(deeds)));
  console.log(`\n${table(['screen', 'seen'], rows(screens))}\n`);
  console.log(
    table(
      ['held by the page', 'early', 'at the end'],
      [
        ['DOM nodes', String(before.domNodes), String(after.domNodes)],
        ['listeners', String(before.listeners), String(after.listeners)],
        ['JavaScript heap', megabytes(before.heapBytes), megabytes(after.heapBytes)],
      ],
    ),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const steps = whole('steps', values.steps, 1);
  const seed = whole('seed', values.seed, 0);
  const startedMs = Date.now();
  let nextLineMs = startedMs + 10_000;
  const report = await runMonkey({
    seed,
    steps,
    onProgress(done) {
      if (Date.now() < nextLineMs) return;
      nextLineMs = Date.now() + 10_000;
      const seconds = Math.round((Date.now() - startedMs) / 1000);
      process.stderr.write(`${done} of ${steps} steps, ${seconds} s\n`);
    },
  });
  print(report);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  for (const failure of report.failures) console.error(`FAILED at ${failure}`);
  if (report.failures.length > 0) {
    console.error(`\nnpm run monkey -- --seed ${seed} --steps ${report.steps}`);
  }
  console.log(`\n${report.steps} steps, seed ${seed}, ${report.failures.length} failures.`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
