import { afterEach, describe, expect, it } from 'vitest';
import { createAuthorizationServer } from '../../../src/oauth/client.ts';
import { systemClock } from '../../../src/oauth/clock.ts';
import { secretOf } from '../../../src/oauth/credentials.ts';
import type { DeviceAuthorization, PollOutcome } from '../../../src/oauth/outcome.ts';
import { providerNamed } from '../../../src/oauth/providers/index.ts';
import { checkedSignIn } from '../../../src/oauth/testing/recorded-client.ts';
import { recordingNamed } from '../../../src/oauth/testing/recording.ts';
import { createWireLog, type Exchange } from '../authorization-server/control/wire-log.ts';
import { standInNamed, standInNames } from './names.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const never = new AbortController().signal;
const running: StandIn[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

/** A stand-in whose time passes as the test says, and the app's client for it. */
async function scene(name: string) {
  let nowMs = Date.now();
  const wire = createWireLog();
  const now = () => nowMs;
  const standIn = await startStandIn({
    name,
    host: 'localhost',
    port: 0,
    wire,
    now,
    strict: true,
  });
  running.push(standIn);
  const { relay: _direct, ...signIn } = standIn.signIn;
  const { clientSecret } = standIn;
  const settings = checkedSignIn(clientSecret === undefined ? signIn : { ...signIn, clientSecret });
  const client = createAuthorizationServer({
    settings,
    provider: providerNamed(settings.provider),
    dependencies: { fetch, clock: systemClock, isOnline: () => true },
    appName: 'TV app',
    language: () => 'en',
    deviceId: () => Promise.resolve('device-1'),
  });
  const pass = (seconds: number) => {
    nowMs += seconds * 1000;
  };
  const code = async (): Promise<DeviceAuthorization> => {
    const outcome = await client.requestCode(never);
    if (outcome.type !== 'issued') throw new Error(JSON.stringify(outcome));
    return outcome.authorization;
  };
  const decide = async (authorization: DeviceAuthorization, decision: 'approved' | 'denied') => {
    const response = await fetch(authorization.verificationUri, {
      method: 'POST',
      headers: { Origin: standIn.url },
      body: new URLSearchParams({ user_code: authorization.userCode, decision }),
    });
    return response.text();
  };
  const poll = async (authorization: DeviceAuthorization): Promise<PollOutcome> => {
    pass(authorization.intervalSeconds);
    return client.poll(authorization, never);
  };
  const outcomes = (endpoint: Exchange['endpoint']) =>
    wire
      .list()
      .filter((exchange) => exchange.endpoint === endpoint)
      .map(({ outcome }) => outcome);
  return { standIn, client, pass, code, decide, poll, wire, outcomes };
}

describe.each(standInNames)('the stand-in of %s', (name) => {
  const recording = recordingNamed(name);

  it('a stand-in signs in, names the account, refreshes and signs out', async () => {
    const { client, code, decide, poll } = await scene(name);
    let authorization = await code();
    expect(authorization.userCode).not.toBe(recording.variables.userCode);
    expect((await poll(authorization)).type).toBe('pending');
    expect(await decide(authorization, 'approved')).toContain('data-result="allowed"');
    let outcome = await poll(authorization);
    if (outcome.type === 'next-code') {
      authorization = outcome.authorization;
      expect((await poll(authorization)).type).toBe('pending');
      await decide(authorization, 'approved');
      outcome = await poll(authorization);
    }
    if (recording.expected?.success === 'authorized') {
      expect(outcome.type).toBe('authorized');
      return;
    }
    if (outcome.type !== 'approved') throw new Error(JSON.stringify(outcome));
    const { tokens } = outcome;
    const account = await client.account(tokens, never);
    expect(account.type).toBe('known');
    if (tokens.credentials === undefined) throw new Error('Nothing to keep.');
    const renewed = await client.refresh(tokens.credentials, never);
    if (renewed.type !== 'renewed') throw new Error(JSON.stringify(renewed));
    expect((await client.revoke(renewed.tokens, never)).type).toMatch(/revoked|unsupported/);
  });

  it('a stand-in paces polls and reports a refusal, as far as the provider does', async () => {
    const { client, code, decide, pass, poll } = await scene(name);
    if (recording.standIn.firstSignIn !== undefined) return;
    const authorization = await code();
    if (recording.standIn.lenient) {
      // As ADAL did: at once, and then a little early.
      expect((await client.poll(authorization, never)).type).toBe('pending');
      pass(authorization.intervalSeconds - 0.5);
      expect((await client.poll(authorization, never)).type).toBe('pending');
    }
    const hurried = await client.poll(authorization, never);
    expect(hurried.type).toBe(recording.replies.slowDown ? 'slow-down' : 'pending');
    await decide(authorization, 'denied');
    // Hurrying has cost five seconds for good.
    pass(5);
    const refused = await poll(authorization);
    expect(refused.type).toBe(recording.replies.denied ? 'denied' : 'pending');
  });

  it('a stand-in logs its exchanges in the words of RFC 8628, and no secret whole', async () => {
    const { standIn, client, code, poll, wire, outcomes } = await scene(name);
    const secrets: string[] = [];
    let authorization = await code();
    secrets.push(authorization.deviceCode);
    await poll(authorization);
    expect(outcomes('token')).toEqual(['authorization_pending']);
    standIn.orders.decide(authorization.userCode, 'approved');
    let outcome = await poll(authorization);
    if (outcome.type === 'next-code') {
      authorization = outcome.authorization;
      await poll(authorization);
      standIn.orders.decide(authorization.userCode, 'approved');
      outcome = await poll(authorization);
    }
    expect(outcomes('device').every((one) => one === 'ok')).toBe(true);
    expect(outcomes('token').at(-1)).toBe('ok');
    expect(outcomes('unknown')).toEqual([]);
    if (outcome.type === 'approved') {
      await client.account(outcome.tokens, never);
      const { accessToken, credentials } = outcome.tokens;
      secrets.push(accessToken, ...(credentials === undefined ? [] : [secretOf(credentials)]));
      if (credentials !== undefined) await client.refresh(credentials, never);
      standIn.orders.endSessions();
      await client.account(outcome.tokens, never);
    }
    const device = wire.list().find((exchange) => exchange.endpoint === 'device');
    expect(device).toMatchObject({ system: name, status: recording.replies.device?.status });
    expect(standIn.orders.codes()[0]).toMatchObject({ system: name, status: 'used' });
    const log = JSON.stringify(wire.list());
    // Where the user code is all there is, it stands for the device code, and every viewer sees it.
    const shown = standIn.orders.codes().map(({ userCode }) => userCode);
    for (const secret of secrets.filter((one) => !shown.includes(one))) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toMatch(/per-user-secret|GOCSPX-XXXX/);
  });

  it('a stand-in stops accepting a code when its lifetime is over', async () => {
    const { code, decide, pass, poll } = await scene(name);
    if (recording.standIn.firstSignIn !== undefined) return;
    const authorization = await code();
    pass(4000);
    expect(await decide(authorization, 'approved')).toContain('expired');
    const expected = recording.replies.expired
      ? (recording.expected?.expired ?? 'expired')
      : 'pending';
    expect((await poll(authorization)).type).toBe(expected);
  });
});

describe('a stand-in', () => {
  it('a stand-in answers browsers only where the provider does', async () => {
    const preflight = (url: string) =>
      fetch(url, { method: 'OPTIONS', headers: { Origin: 'http://tv.example' } });
    const twitch = (await scene('twitch')).standIn;
    const github = (await scene('github')).standIn;
    const allowed = await preflight(`${twitch.url}/oauth2/device`);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://tv.example');
    expect(twitch.signIn['relay']).toBeUndefined();
    const refusedCall = await preflight(`${github.url}/login/device/code`);
    expect(refusedCall.headers.get('access-control-allow-origin')).toBeNull();
    expect(github.signIn['relay']).toBe('relay');
  });

  it('a stand-in keeps a client secret from the TV', async () => {
    const { standIn } = await scene('google');
    expect(standIn.clientSecret).toBeDefined();
    expect(JSON.stringify(standIn.signIn)).not.toContain(standIn.clientSecret);
    expect(standIn.signIn['relay']).toBe('relay');
  });

  it('a stand-in is found by name, and the nearest name is suggested', () => {
    expect(standInNamed('adal')).toBe('azure-ad-v1');
    expect(() => standInNamed('githubb')).toThrow(/Did you mean github\?/);
    expect(() => standInNamed('zzzzzzzzzz')).toThrow(/Known: .*real-debrid/);
  });
});

describe('a strict stand-in', () => {
  it.each([
    ['client_id=x&scope=read:user&audience=y', 'application/x-www-form-urlencoded', 400],
    ['client_id=x&scope=read:user', 'application/x-www-form-urlencoded;charset=UTF-8', 400],
    ['client_id=x&scope=read:user', 'application/x-www-form-urlencoded', 200],
  ])('a strict stand-in answers %s as %s with %i', async (body, type, status) => {
    const { standIn } = await scene('github');
    const headers = { 'Content-Type': type };
    const url = `${standIn.url}/login/device/code`;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(status);
  });
});

describe('codes of a stand-in', () => {
  it('codes of a stand-in are forgotten some minutes after their end, unless a session came of them', async () => {
    const { standIn, code, decide, poll, pass } = await scene('github');
    const first = await code();
    const second = await code();
    await decide(second, 'approved');
    expect((await poll(second)).type).toBe('approved');
    pass(first.expiresInSeconds + 60);
    await code();
    expect(standIn.orders.codes()).toHaveLength(3);
    pass(600);
    await code();
    expect(standIn.orders.codes().map(({ userCode }) => userCode)).toContain(second.userCode);
    expect(standIn.orders.codes().map(({ userCode }) => userCode)).not.toContain(first.userCode);
  });
});
