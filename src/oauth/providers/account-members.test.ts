import { afterEach, describe, expect, it } from 'vitest';
import type { Account } from '../outcome';
import { sendJson, startTestServer, type TestServer } from '../testing/http-server';
import { clientOf } from '../testing/recorded-client';
import { recordingNamed } from '../testing/recording';

const never = new AbortController().signal;
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function accountOf(provider: string, body: unknown): Promise<Account> {
  const server = await startTestServer((_request, response) => sendJson(response, 200, body));
  servers.push(server);
  const tv = clientOf(recordingNamed(provider), server.url);
  const outcome = await tv.account({ accessToken: 'AT', tokenType: 'Bearer' }, never);
  if (outcome.type !== 'known') throw new Error(JSON.stringify(outcome));
  return outcome.account;
}

const object = { value: 'ada' };
const long = `${'a'.repeat(254)}z`;

describe('who signed in, as a provider tells it', () => {
  it.each<[string, unknown]>([
    ['plex', { uuid: object, username: object, title: object, email: object }],
    ['trakt', { user: { username: object, name: object } }],
    ['trakt', { user: 'ada' }],
    ['simkl', { account: { id: object }, user: { name: object } }],
    ['simkl', { account: null, user: null }],
    ['simkl', { account: 'ada', user: ['ada'] }],
    ['github', { id: object, login: object, name: object }],
    ['twitch', { user_id: object, login: object }],
    ['facebook', { id: object, name: object }],
    ['google', { sub: object, name: object, email: object }],
  ])('an account whose members are objects is unknown: %s %j', async (provider, body) => {
    expect(await accountOf(provider, body)).toEqual({ id: '\u0000viewer', name: '' });
  });

  it.each<[string, unknown, Account]>([
    ['plex', { uuid: long, username: 'ada' }, { id: long, name: 'ada' }],
    ['trakt', { user: { username: long } }, { id: long, name: long }],
    ['simkl', { account: { id: 7 }, user: { name: 'Ada' } }, { id: '7', name: 'Ada' }],
    ['simkl', { user: { name: 'Ada' } }, { id: '\u0000viewer', name: 'Ada' }],
    ['github', { id: 7, login: 'ada' }, { id: '7', name: 'ada' }],
    ['twitch', { user_id: ' 7', login: 'ada' }, { id: ' 7', name: 'ada' }],
  ])('an account has the whole id: %s %j', async (provider, body, account) => {
    expect(await accountOf(provider, body)).toEqual(account);
  });
});
