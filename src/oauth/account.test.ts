import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { answeringClients } from './testing/answering-client';
import { sendJson } from './testing/http-server';

const never = new AbortController().signal;
const serverWith = answeringClients();

const jwt = (claims: unknown, header: unknown = { alg: 'RS256' }) =>
  [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2ln')
    .join('.');

const tokens = { accessToken: 'AT', tokenType: 'Bearer' as const };
const sent = (type: string, body: string) => (response: ServerResponse) =>
  response.writeHead(200, { 'Content-Type': type }).end(body);

describe('the account that userinfo tells', () => {
  it.each([
    ['application/jwt'],
    ['application/jwt; charset=utf-8'],
    ['application/JWT'],
    ['text/plain'],
  ])(
    'reads the account from a signed JWT, sent as %s (OpenID Connect Core §5.3.2)',
    async (type) => {
      const tv = await serverWith(sent(type, `${jwt({ sub: '1', name: 'Zoë 電' })}\n`));
      expect(await tv.account(tokens, never)).toEqual({
        type: 'known',
        account: { id: '1', name: 'Zoë 電' },
      });
    },
  );

  it.each([
    ['an encrypted JWT', 'application/jwt', 'eyJhbGciOiJSU0EifQ.a.b.c.d'],
    ['a JWT whose payload is no JSON', 'application/jwt', 'eyJhbGciOiJSUzI1NiJ9.bm8.c2ln'],
  ])('reads no account from %s', async (_case, type, body) => {
    const tv = await serverWith(sent(type, body));
    const outcome = await tv.account(tokens, never);
    expect(outcome).toMatchObject({
      type: 'transient-failure',
      problem: { kind: 'server-error', code: 'unreadable_reply' },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'given and family name before a user name',
      { given_name: 'Ada', family_name: 'Lovelace', preferred_username: 'ada1' },
      'Ada Lovelace',
    ],
    ['a given name alone', { given_name: 'Ada', preferred_username: 'ada1' }, 'Ada'],
    ['a family name alone', { family_name: 'Lovelace', preferred_username: 'ada1' }, 'Lovelace'],
    ['the whole name first', { name: 'A. Lovelace', given_name: 'Ada' }, 'A. Lovelace'],
    ['a nickname', { nickname: 'ad' }, 'ad'],
    [
      'a user name where the name shows nothing',
      { name: '\u200B\u2060', preferred_username: 'ada1' },
      'ada1',
    ],
    ['nothing where nothing shows', { name: '\u3164', email: '\u200B' }, ''],
    ['no half of a character', { name: `A${'🍎'.repeat(70)}` }, `A${'🍎'.repeat(59)}`],
    ['a user name without names', { preferred_username: 'ada1', given_name: ' ' }, 'ada1'],
  ])('names the account by %s', async (_case, claims, name) => {
    const tv = await serverWith((response) => sendJson(response, 200, { sub: '1', ...claims }));
    expect(await tv.account(tokens, never)).toMatchObject({ account: { id: '1', name } });
  });

  it.each([
    ['the same subject', '1', { id: '1', name: 'Ada', email: 'ada@example.com' }],
    ['the same subject as a number', 1, { id: '1', name: 'Ada', email: 'ada@example.com' }],
  ])('takes the name of the ID token where userinfo has none: %s', async (_case, sub, account) => {
    const claims = { sub: '1', name: 'Ada', email: 'ada@example.com' };
    const tv = await serverWith((response) => sendJson(response, 200, { sub }));
    expect(await tv.account({ ...tokens, claims }, never)).toEqual({ type: 'known', account });
  });

  it.each<[string, unknown]>([
    ['another', '2'],
    ['one that differs in case', 'ADA'],
    ['one that differs by a space', 'ada '],
    ['no', undefined],
    ['an empty', ''],
    ['an unreadable', { id: 'ada' }],
    ['a list for a', ['ada']],
  ])('does not use userinfo with %s subject beside an ID token', async (_case, sub) => {
    const userinfo = { sub, id: 'ada', name: 'Mallory', email: 'mallory@example.com' };
    const claims = { sub: 'ada' };
    const expected = { type: 'known', account: { id: 'ada', name: '' } };
    const plain = await serverWith((response) => sendJson(response, 200, userinfo));
    expect(await plain.account({ ...tokens, claims }, never)).toEqual(expected);
    const signed = await serverWith(sent('application/jwt', jwt(userinfo)));
    expect(await signed.account({ ...tokens, claims }, never)).toEqual(expected);
  });

  it('leaves the account without a name where nothing tells one', async () => {
    const tv = await serverWith((response) => sendJson(response, 200, {}));
    expect(await tv.account(tokens, never)).toEqual({
      type: 'known',
      account: { id: '\u0000viewer', name: '' },
    });
  });
});
