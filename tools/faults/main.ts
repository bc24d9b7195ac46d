import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { table } from '../table.ts';
import { type Case, cases, type Result, runCase, smallCampaign } from './campaign.ts';
import { closedPort } from './network.ts';
import { situations } from './situations.ts';

const usage = `npm run faults -- [options]

Every call of the client × every fault × every situation, over a real network, in virtual time.

  --only TEXT   plays only the cases whose name contains TEXT; prints what each one came to
  --small       plays the small size, as npm test does
  --json FILE   writes what every case came to`;

function progress(done: number, all: number, failed: number, startedMs: number): void {
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  const line = `${done} of ${all} cases, ${failed} failed, ${seconds} s`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line} `);
  else if (done % 500 === 0 || done === all) process.stderr.write(`${line}\n`);
}

const described = ({ told, sentence, failures, case: { name } }: Result): string =>
  `${failures.length === 0 ? 'passed' : 'FAILED'}  ${name}\n        told: ${told.join(', ')}${
    sentence === undefined ? '' : ` (“${sentence}”)`
  }${failures.map((failure) => `\n        ${failure}`).join('')}`;

async function play(chosen: readonly Case[]): Promise<Result[]> {
  const startedMs = Date.now();
  const port = await closedPort();
  const results: Result[] = [];
  let failed = 0;
  for (const one of chosen) {
    const result = await runCase(one, port);
    results.push(result);
    if (result.failures.length > 0) {
      failed++;
      console.log(`${described(result)}\n        npm run faults -- --only '${one.name}'`);
    }
    progress(results.length, chosen.length, failed, startedMs);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return results;
}

/** One line a situation: what was played, and how long the way back to signed in took. */
function summary(results: readonly Result[]): string {
  const lines = situations
    .map((situation) => {
      const of = results.filter((result) => result.case.situation === situation);
      const waits = of.map(({ recoveredAfterMs }) => recoveredAfterMs ?? 0);
      return [
        situation.call,
        situation.name,
        String(of.length),
        String(of.filter(({ failures }) => failures.length > 0).length),
        String(of.reduce((sum, { requests }) => sum + requests, 0)),
        `${Math.round(Math.max(0, ...waits) / 1000)} s`,
      ];
    })
    .filter(([, , count]) => count !== '0');
  return table(
    ['call', 'situation', 'cases', 'failed', 'requests', 'longest way back'],
    [...lines],
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      small: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { only } = values;
  const size = values.small ? smallCampaign : cases;
  const chosen = only === undefined ? size : cases.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`No case has a name with "${only}" in it.`);
  const results = await play(chosen);
  const failed = results.filter(({ failures }) => failures.length > 0);
  if (only !== undefined) {
    for (const result of results) if (!failed.includes(result)) console.log(described(result));
  }
  console.log(`\n${summary(results)}\n`);
  console.log(`${results.length} cases, ${failed.length} failed.`);
  if (values.json !== undefined) {
    const report = results.map(({ case: { name }, ...rest }) => ({ name, ...rest }));
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
