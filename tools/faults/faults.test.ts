import { beforeAll, describe, expect, it } from 'vitest';
import { cases, runCase, smallCampaign } from './campaign.ts';
import { faults } from './faults.ts';
import { closedPort } from './network.ts';
import { situations } from './situations.ts';

let port: number;

beforeAll(async () => {
  port = await closedPort();
});

describe('the campaign of faults', () => {
  it('the campaign has every fault in every situation, each once and lasting', () => {
    expect(cases.length).toBe(faults.length * situations.length * 2);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('the small campaign has every situation and every kind of fault', () => {
    expect(new Set(smallCampaign.map(({ situation }) => situation)).size).toBe(situations.length);
    const kinds = new Set(faults.map(({ delivery }) => delivery.type));
    expect(new Set(smallCampaign.map(({ fault }) => fault.delivery.type))).toEqual(kinds);
  });

  it('the small campaign passes', async () => {
    const failures: string[] = [];
    for (const one of smallCampaign) {
      const result = await runCase(one, port);
      failures.push(...result.failures.map((failure) => `${one.name}: ${failure}`));
    }
    expect(failures).toEqual([]);
  }, 240_000);
});
