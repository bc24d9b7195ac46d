import { describe, expect, it } from 'vitest';
import type { Account } from '../oauth/outcome';
import { type SessionHarness, sessionHarness } from './testing/harness';
import { unreachable } from './testing/model-server';

const never = new AbortController().signal;

async function signIn(tv: SessionHarness, account: Account) {
  tv.server.accountReply = { type: 'known', account };
  const tokens = tv.server.grant(account);
  const completion = await tv.clock.run(tv.session.complete(tokens, never));
  expect(completion).toMatchObject({ type: 'completed', keeping: 'kept' });
  return tokens.credentials.refreshToken;
}

async function keptAccounts(tv: SessionHarness): Promise<readonly Account[]> {
  tv.session.suspend();
  const next = tv.again();
  await next.clock.run(next.session.restore());
  const [event] = next.events;
  if (event?.type !== 'accountsFound') throw new Error(JSON.stringify(event));
  return event.accounts;
}

const long = (end: string) => `${'a'.repeat(254)}${end}`;

describe('accounts of two people', () => {
  it.each([
    ['long ids that differ at the end', long('1'), long('2')],
    ['ids of which one begins with the other', 'a'.repeat(120), 'a'.repeat(121)],
    ['ids that differ by a space', 'ada', 'ada '],
    ['ids that differ in case', 'ada', 'ADA'],
    ['ids that differ in their Unicode form', 'Zo\u00eb', 'Zoe\u0308'],
    ['ids that differ by what keys encode', 'a/b', 'a%2Fb'],
    ['an id that looks like one made up here', 'viewer', 'viewer-2'],
    ['an id that looks like the end of a key', 'ada', 'ada/beside'],
  ])('stay two accounts: %s', async (_case, one, other) => {
    const tv = sessionHarness();
    const first = await signIn(tv, { id: one, name: 'Ada' });
    const second = await signIn(tv, { id: other, name: 'Grace' });
    expect(tv.server.isAlive(first) && tv.server.isAlive(second)).toBe(true);
    expect((await keptAccounts(tv)).map(({ id }) => id)).toEqual([one, other]);
  });

  it('stay two accounts: one that the server does not identify, and one with the id “viewer”', async () => {
    const tv = sessionHarness();
    await signIn(tv, { id: '\u0000viewer', name: '' });
    await signIn(tv, { id: 'viewer', name: 'Grace' });
    await signIn(tv, { id: '\u0000viewer', name: '' });
    expect((await keptAccounts(tv)).map(({ id }) => id)).toEqual([
      '\u0000viewer',
      '\u0000viewer-2',
      'viewer',
    ]);
  });
});

describe('signing in again', () => {
  it('signing in again is the same account where the server gives an id without a name', async () => {
    const tv = sessionHarness();
    await signIn(tv, { id: 'sub-1', name: '' });
    await signIn(tv, { id: 'sub-1', name: '' });
    expect(await keptAccounts(tv)).toEqual([{ id: 'sub-1', name: '' }]);
  });
});

describe('an account that an earlier release kept under a cut id', () => {
  const whole = `${'a'.repeat(120)}-whole`;
  const cut = 'a'.repeat(120);

  async function restarted(tv: SessionHarness, account: Account) {
    tv.session.suspend();
    const next = tv.again();
    next.server.accountReply = { type: 'known', account };
    await next.clock.run(next.session.restore());
    next.session.open(cut);
    await next.clock.pass(5000);
    return next;
  }

  it('an account with a cut id gets its whole id when its own tokens tell it', async () => {
    const tv = sessionHarness();
    await signIn(tv, { id: cut, name: 'Ada' });
    const next = await restarted(tv, { id: whole, name: 'Ada' });
    expect(await keptAccounts(next)).toEqual([{ id: whole, name: 'Ada' }]);
  });

  it('an account with a cut id is not taken over by a person whose id begins alike', async () => {
    const tv = sessionHarness();
    const first = await signIn(tv, { id: cut, name: 'Ada' });
    await signIn(tv, { id: whole, name: 'Grace' });
    expect(tv.server.isAlive(first)).toBe(true);
    expect(await keptAccounts(tv)).toHaveLength(2);
  });

  it('an id that its own tokens confirm stays as it is, and is not asked for again', async () => {
    const tv = sessionHarness();
    await signIn(tv, { id: cut, name: 'Ada' });
    const next = await restarted(tv, { id: cut, name: 'Ada' });
    const asked = () => next.server.calls.filter((call) => call === 'account').length;
    const before = asked();
    await next.clock.pass(3_600_000 * 3);
    expect(asked()).toBe(before);
    expect(await keptAccounts(next)).toEqual([{ id: cut, name: 'Ada' }]);
  });

  it.each([
    ['another id', { id: 'grace', name: 'Grace' }],
    ['another id that begins otherwise', { id: `b${whole}`, name: 'Grace' }],
    ['no id', { id: '\u0000viewer', name: '' }],
  ])('a cut id stays as it is when the server tells %s', async (_case, account) => {
    const tv = sessionHarness();
    await signIn(tv, { id: cut, name: 'Ada' });
    const next = await restarted(tv, account);
    expect(await keptAccounts(next)).toEqual([{ id: cut, name: 'Ada' }]);
  });

  it('a cut id stays as it is while the server cannot be asked', async () => {
    const tv = sessionHarness();
    await signIn(tv, { id: cut, name: 'Ada' });
    tv.session.suspend();
    const next = tv.again();
    next.server.accountReply = { type: 'transient-failure', problem: unreachable };
    await next.clock.run(next.session.restore());
    next.session.open(cut);
    await next.clock.pass(5000);
    expect(await keptAccounts(next)).toEqual([{ id: cut, name: 'Ada' }]);
  });
});
