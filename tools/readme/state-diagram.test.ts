import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initialMachine, transition } from '../../src/sign-in/machine.ts';
import type { Machine, SignInEvent } from '../../src/sign-in/states.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import {
  drawnEdges,
  edgeText,
  eventAt,
  labelOf,
  machineEdges,
  sampleEvents,
  sampleNowMs,
  stateDiagram,
} from './state-diagram.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const sorted = (edges: Iterable<string>) => [...new Set(edges)].sort();
const fromMachine = sorted(machineEdges().map(edgeText));

/** Edges that the machine has and the README lacks, and the other way round. */
function differences(text: string): { missing: string[]; extra: string[] } {
  const drawn = sorted(drawnEdges(text));
  return {
    missing: fromMachine.filter((edge) => !drawn.includes(edge)),
    extra: drawn.filter((edge) => !fromMachine.includes(edge)),
  };
}

/** Sends random events to the machine and writes down every change of state. */
function randomWalk(steps: number, seed: number): Set<string> {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const kinds: readonly (readonly SignInEvent[])[] = Object.values(sampleEvents);
  let answer = pick(sampleEvents.pollAnswered);
  /** What a machine that polls is waiting for; answers come in runs. */
  const likely = ({ state }: Machine): SignInEvent => {
    if (state.type !== 'showingCode') return pick<SignInEvent>(pick(kinds));
    if (!state.polling.inFlight) return pick(sampleEvents.waitEnded);
    if (random() < 0.3) answer = pick(sampleEvents.pollAnswered);
    return answer;
  };
  const seen = new Set<string>();
  let machine: Machine = initialMachine;
  let nowMs = 0;
  for (let step = 0; step < steps; step++) {
    // Restarts keep the rare states near the start in reach.
    if (random() < 0.02) machine = initialMachine;
    nowMs += pick([0, 100, 6000, 6000, 60_000, 60_000, 700_000]);
    const sample = random() < 0.75 ? likely(machine) : pick<SignInEvent>(pick(kinds));
    const event = eventAt(sample, machine.attempt, nowMs - sampleNowMs);
    const from = machine.state.type;
    const now = { monotonicMs: nowMs, wallMs: nowMs, random: random() };
    machine = transition(machine, event, now).machine;
    const to = machine.state.type;
    if (from !== to) seen.add(edgeText({ from, to, label: labelOf(event) }));
  }
  return seen;
}

describe('the state diagram in the README', () => {
  it('the state diagram draws every edge of the machine and no other', () => {
    expect(differences(readme)).toEqual({ missing: [], extra: [] });
  });

  it('the state diagram draws exactly the edges that random walks of the machine take', () => {
    expect(sorted(randomWalk(600_000, 1))).toEqual(sorted(drawnEdges(readme)));
  });

  it('a line that is taken out of the state diagram is noticed', () => {
    const lines = stateDiagram().split('\n');
    const edges = lines.filter((line) => / : /.test(line));
    expect(edges.length).toBeGreaterThan(15);
    for (const line of edges) {
      expect(differences(readme.replace(`${line}\n`, '\n')).missing.length, line).toBeGreaterThan(
        0,
      );
    }
  });

  it('a label that is taken out of the state diagram is noticed', () => {
    const changed = readme.replace(/( : .*), [\w -]+\n/, '$1\n');
    expect(changed).not.toBe(readme);
    expect(differences(changed).missing).toHaveLength(1);
  });

  it('an edge too many in the state diagram is noticed', () => {
    const changed = readme.replace(
      '  [*] --> starting\n',
      '  [*] --> starting\n  starting --> failed : requestFailed\n',
    );
    expect(differences(changed)).toEqual({
      missing: [],
      extra: ['starting --> failed : requestFailed'],
    });
  });
});
