import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenSet } from '../../src/oauth/outcome.ts';
import {
  clientOf,
  type ReplyingServer,
  startReplyingServer,
} from '../../src/oauth/testing/recorded-client.ts';
import { recordingNamed, recordingNames } from '../../src/oauth/testing/recording.ts';

const never = new AbortController().signal;
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const codes = { deviceCode: 'device-code-4711', userCode: 'USERCODE4711' };
const secretToken = 'token-4711';
const credentials = {
  type: 'bound',
  refreshToken: secretToken,
  clientId: 'c',
  clientSecret: secretToken,
} as const;
const tokens: TokenSet = { accessToken: secretToken, tokenType: 'Bearer', credentials };

let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
  server.answerWith({ status: 400, body: { error: 'authorization_pending' }, from: 'unverified' });
});

afterAll(() => server.close());

/** Addresses that are called while `call` lasts. */
async function addressesOf(call: () => Promise<unknown>): Promise<readonly string[]> {
  const from = server.seen.length;
  await call();
  return server.seen.slice(from).map(({ path }) => path);
}

const clientNamed = (name: string) => clientOf(recordingNamed(name), server.url);

describe('secrets in addresses', () => {
  it('a code is in the address of a poll at the providers that the README names, and nowhere else', async () => {
    const found = new Set<string>();
    for (const name of recordingNames) {
      const authorization = {
        ...codes,
        verificationUri: 'https://id.example/',
        expiresInSeconds: 600,
        intervalSeconds: 5,
      };
      const addresses = await addressesOf(() => clientNamed(name).poll(authorization, never));
      expect(addresses.length, name).toBeGreaterThan(0);
      const withCode = addresses.some((one) =>
        Object.values(codes).some((code) => one.includes(code)),
      );
      if (withCode) found.add(recordingNamed(name).signIn.provider);
    }
    const [, sentence = ''] = readme.split('is in the address of a poll at');
    const [listed = ''] = sentence.split('because');
    const named = [...listed.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
    expect(named).toEqual([...found].sort());
  });

  it.each(recordingNames)('no token is in an address at %s', async (name) => {
    const client = clientNamed(name);
    const addresses = await addressesOf(async () => {
      await client.refresh(credentials, never);
      await client.revoke(tokens, never);
      await client.account(tokens, never);
    });
    expect(addresses.filter((one) => one.includes(secretToken))).toEqual([]);
  });
});
