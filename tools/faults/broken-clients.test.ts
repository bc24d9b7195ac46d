import { beforeAll, describe, expect, it } from 'vitest';
import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { cases, runCase } from './campaign.ts';
import { closedPort } from './network.ts';
import type { ChangeClient } from './world.ts';

let port: number;

beforeAll(async () => {
  port = await closedPort();
});

/** What the campaign has to say of one case. */
async function failuresOf(name: string, changeClient?: ChangeClient): Promise<readonly string[]> {
  const one = cases.find((candidate) => candidate.name === name);
  if (one === undefined) throw new Error(`There is no case “${name}”.`);
  return (await runCase(one, port, changeClient)).failures;
}

const changing =
  (change: (client: AuthorizationServer) => Partial<AuthorizationServer>): ChangeClient =>
  (client) => ({ ...client, ...change(client) });

/** The outcome of every call, with another problem in it. */
const withProblem = (changed: (problem: Problem) => Problem): ChangeClient => {
  const mended = <Outcome extends { type: string; problem?: Problem | undefined }>(
    outcome: Outcome,
  ): Outcome =>
    outcome.problem === undefined ? outcome : { ...outcome, problem: changed(outcome.problem) };
  return changing((client) => ({
    requestCode: async (signal) => mended(await client.requestCode(signal)),
    poll: async (code, signal) => mended(await client.poll(code, signal)),
    refresh: async (...given) => mended(await client.refresh(...given)),
  }));
};

const never = new Promise<never>(() => {});

/** A client with one fault, a case that shows it, and what the campaign says then. */
const brokenClients: readonly (readonly [
  what: string,
  name: string,
  failure: RegExp,
  change: ChangeClient,
])[] = [
  [
    'polls before the interval is over',
    'poll / code waits / 502 / once',
    /polls came before the interval was over/,
    changing((client) => ({
      async requestCode(signal) {
        const outcome = await client.requestCode(signal);
        if (outcome.type !== 'issued') return outcome;
        return { ...outcome, authorization: { ...outcome.authorization, intervalSeconds: 2 } };
      },
    })),
  ],
  [
    'takes a 502 for the end of the code',
    'poll / code waits / 502 / once',
    /the code was given up/,
    changing((client) => ({
      async poll(code, signal) {
        const outcome = await client.poll(code, signal);
        return outcome.type === 'transient-failure'
          ? { type: 'failed', problem: outcome.problem }
          : outcome;
      },
    })),
  ],
  [
    'forgets the viewer when the reply to a renewal is cut off',
    'refresh / renewal due / reset instead of the answer / lasting',
    /ada is not kept/,
    changing((client) => ({
      async refresh(...given) {
        const outcome = await client.refresh(...given);
        return outcome.type === 'transient-failure'
          ? { type: 'ended', problem: outcome.problem }
          : outcome;
      },
    })),
  ],
  [
    'hangs for good after a failed request',
    'device / first sign-in / 502 / once',
    /the app does not get to signed in/,
    changing((client) => {
      let failed = false;
      return {
        async requestCode(signal) {
          if (failed) return never;
          const outcome = await client.requestCode(signal);
          failed = outcome.type === 'failed';
          return outcome;
        },
      };
    }),
  ],
  [
    'hangs after a failed poll',
    'poll / approved meanwhile / 502 / once',
    /"time-out" was shown; expected: server-error/,
    changing((client) => ({
      async poll(code, signal) {
        const outcome = await client.poll(code, signal);
        return outcome.type === 'transient-failure' ? never : outcome;
      },
    })),
  ],
  [
    'says of a server in trouble that the app is set up wrongly',
    'device / first sign-in / 502 / lasting',
    /"misconfigured" was shown; expected: /,
    withProblem((problem) => ({ ...problem, kind: 'misconfigured' })),
  ],
  [
    'repeats a failed request at once, again and again',
    'device / first sign-in / 502 / once',
    /extra requests, 1 allowed/,
    changing((client) => ({
      async requestCode(signal) {
        let outcome = await client.requestCode(signal);
        for (let more = 0; more < 3; more++) outcome = await client.requestCode(signal);
        return outcome;
      },
    })),
  ],
  [
    'does not wait as Retry-After says',
    'poll / code waits / 503 Retry-After as seconds / lasting',
    /requests came before Retry-After was over/,
    withProblem(({ retryAfterSeconds: _ignored, ...problem }) => problem),
  ],
  [
    'rejects where it promises not to',
    'poll / code waits / 502 / once',
    /"not-completed" was shown; expected: server-error/,
    changing((client) => ({
      async poll(code, signal) {
        const outcome = await client.poll(code, signal);
        if (outcome.type === 'transient-failure') throw new Error('An error of the client');
        return outcome;
      },
    })),
  ],
  [
    'never learns the name of the account',
    'userinfo / completing / reset before / once',
    /the name of the account was never learned/,
    changing((client) => ({
      async account(tokens, signal) {
        const outcome = await client.account(tokens, signal);
        if (outcome.type !== 'known') return outcome;
        return { type: 'known', account: { ...outcome.account, name: '' } };
      },
    })),
  ],
  [
    'signs out on the TV only',
    'revoke / sign-out / reset before / lasting',
    /the server never heard of the sign-out/,
    changing((client) => ({
      async revoke(tokens, signal) {
        await client.revoke(tokens, signal);
        return { type: 'revoked' };
      },
    })),
  ],
];

describe('a client that', () => {
  it.each(brokenClients)('%s fails the campaign in %s', async (_what, name, failure, change) => {
    expect(await failuresOf(name)).toEqual([]);
    expect((await failuresOf(name, change)).join('\n')).toMatch(failure);
  });
});
