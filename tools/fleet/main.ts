import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { table } from '../table.ts';
import { keepsTheRules, type Outcome, scenarios } from './scenarios.ts';
import { seededRandom } from './seeded-random.ts';

const bars = '▁▂▃▄▅▆▇█';

/** Load over time as a row of bars; each shows the busiest second of its share. */
function drawn(load: readonly number[], width = 72): string {
  const most = Math.max(1, ...load);
  const step = Math.max(1, load.length / width);
  let line = '';
  for (let at = 0; at < load.length; at += step) {
    const busiest = Math.max(0, ...load.slice(Math.floor(at), Math.max(Math.floor(at + step), 1)));
    line += busiest === 0 ? ' ' : bars[Math.ceil((busiest / most) * bars.length) - 1];
  }
  return line;
}

const total = (load: readonly number[]) => load.reduce((sum, requests) => sum + requests, 0);
const share = (values: readonly number[], part: number) =>
  values[Math.round(part * (values.length - 1))] ?? Number.NaN;
const seconds = (ms: number) => (Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`);

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${name} must be a whole number from ${least} up, not "${text}".`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tvs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  const count = whole('tvs', values.tvs, 1);
  const seed = whole('seed', values.seed, 0);
  const outcomes: { name: string; outcome: Outcome }[] = [];
  for (const { name, story, run } of scenarios) {
    const startedMs = Date.now();
    const outcome = await run(count, seededRandom(seed));
    outcomes.push({ name, outcome });
    const hours = (outcome.load.length / 3600).toFixed(2);
    console.log(`${name}: ${story}`);
    console.log(`  ${drawn(outcome.load)}`);
    console.log(`  ${hours} h in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
  }
  console.log(
    table(
      [
        'scenario',
        'arrived',
        'wait: half',
        '95 %',
        'longest',
        'requests',
        'busiest second',
        'turned away',
        'polls too early',
        'tokens used twice',
      ],
      outcomes.map(({ name, outcome }) => [
        name,
        `${outcome.arrived} of ${outcome.tvs}`,
        seconds(share(outcome.waitsMs, 0.5)),
        seconds(share(outcome.waitsMs, 0.95)),
        seconds(share(outcome.waitsMs, 1)),
        String(total(outcome.load)),
        String(Math.max(0, ...outcome.load)),
        String(outcome.turnedAway),
        String(outcome.earlyPolls),
        String(outcome.reuses),
      ]),
    ),
  );
  console.log(`\n${count} TVs, seed ${seed}: the same seed gives the same figures.`);
  if (values.json !== undefined) {
    const report = { tvs: count, seed, scenarios: outcomes };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  const broken = outcomes.filter(({ outcome }) => !keepsTheRules(outcome));
  for (const { name } of broken) {
    console.error(`${name}: not every TV arrived, or a rule of the server was broken.`);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
