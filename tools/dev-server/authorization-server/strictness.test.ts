import { describe, expect, it } from 'vitest';
import { client } from '../../../src/oauth/testing/client.ts';
import { createDeviceCodes } from './device-codes.ts';
import { clientSecret } from './strictness.ts';
import { send, startWithTv } from './testing/tv.ts';

const never = new AbortController().signal;
const form = 'application/x-www-form-urlencoded';

async function strict(settings: Record<string, unknown>) {
  const { server } = await startWithTv({ intervalSeconds: 0 });
  server.control.changeSettings(settings);
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    send(server.url + path, {
      method: 'POST',
      body,
      headers: { 'Content-Type': form, ...headers },
    });
  return { server, post };
}

/** Signs in, asks who it is, refreshes and signs out with the app's own client. */
async function wholeSignIn(url: string, signIn: Record<string, unknown>, approve: () => unknown) {
  const tv = client({ issuer: url, scope: 'openid profile offline_access', ...signIn });
  const issued = await tv.requestCode(never);
  if (issued.type !== 'issued') throw new Error(JSON.stringify(issued));
  expect((await tv.poll(issued.authorization, never)).type).toBe('pending');
  await approve();
  const polled = await tv.poll(issued.authorization, never);
  if (polled.type !== 'approved') throw new Error(JSON.stringify(polled));
  expect(await tv.account(polled.tokens, never)).toMatchObject({ type: 'known' });
  const { credentials } = polled.tokens;
  if (credentials === undefined) throw new Error('Nothing to keep.');
  const renewed = await tv.refresh(credentials, never);
  if (renewed.type !== 'renewed') throw new Error(JSON.stringify(renewed));
  expect(await tv.revoke(renewed.tokens, never)).toMatchObject({ type: 'revoked' });
}

describe('a server that is as strict as the strictest', () => {
  it.each([
    ['none', {}],
    ['client_secret_basic', { clientSecret }],
    ['client_secret_post', { clientSecret }],
  ])('a strict server lets the app sign in and out: %s', async (clientAuthentication, signIn) => {
    const { server } = await strict({
      strictContentType: true,
      strictParameters: true,
      clientAuthentication,
    });
    await wholeSignIn(server.url, signIn, () => server.control.approve('latest', 'ada'));
  });

  it('a strict server lets the app sign in with a proof key, too', async () => {
    const { server } = await strict({ strictContentType: true, strictParameters: true });
    const signIn = { providerOptions: { pkce: 'S256' } };
    await wholeSignIn(server.url, signIn, () => server.control.approve('latest', 'ada'));
  });

  it.each([
    [{ strictContentType: true }, `${form};charset=UTF-8`, 'client_id=tv', 'Content-Type must be'],
    [{ strictContentType: true }, 'application/json', '{"client_id":"tv"}', 'Content-Type must'],
    [{ strictParameters: true }, form, 'client_id=tv&audience=x', 'Unknown parameter: audience'],
    [{ strictParameters: true }, form, 'client_id=tv&client_id=tv', 'Repeated parameter'],
  ])('a server with %j refuses %s %s', async (settings, type, body, sentence) => {
    const { post } = await strict(settings);
    const reply = await post('/device/auth', body, { 'Content-Type': type });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining(sentence) as string,
    });
  });

  const basic = (pair: string) => ({ Authorization: `Basic ${btoa(pair)}` });
  it.each([
    ['client_secret_basic', 'client_id=tv', {}],
    ['client_secret_basic', `client_id=tv&client_secret=${clientSecret}`, {}],
    ['client_secret_basic', 'client_id=tv', basic(`tv:${clientSecret}`)],
    ['client_secret_basic', '', basic('tv:wrong')],
    ['client_secret_post', 'client_id=tv', {}],
    ['client_secret_post', '', basic(`tv:${clientSecret}`)],
    ['none', `client_id=tv&client_secret=${clientSecret}`, {}],
    ['none', '', {}],
  ])(
    'a strict server knows %s only, not %j with %j',
    async (clientAuthentication, body, headers) => {
      const { post } = await strict({ clientAuthentication });
      for (const path of ['/device/auth', '/token', '/revoke']) {
        const reply = await post(path, body, headers);
        expect([reply.status, reply.json['error']]).toEqual([401, 'invalid_client']);
      }
    },
  );

  it('a server says in its metadata how clients authenticate themselves', async () => {
    const { server } = await strict({ clientAuthentication: 'client_secret_basic' });
    const reply = await send(`${server.url}/.well-known/openid-configuration`);
    expect(reply.json['token_endpoint_auth_methods_supported']).toEqual(['client_secret_basic']);
  });

  it('a server is lenient unless it is told otherwise', async () => {
    const { post } = await strict({});
    const type = { 'Content-Type': `${form};charset=UTF-8` };
    expect((await post('/device/auth', 'client_id=tv&audience=x', type)).status).toBe(200);
  });
});

describe('the device codes of the server', () => {
  const minutes = (count: number) => count * 60_000;
  const issued = (name: string) => ({
    deviceCode: name,
    userCode: name.toUpperCase(),
    clientId: 'tv',
    scope: 'openid',
    verificationUri: 'https://id.example',
    verificationUriComplete: 'https://id.example',
  });
  const pacing = { intervalSeconds: 5, lifetimeSeconds: 600 };

  it('device codes are forgotten ten minutes after their end', () => {
    const codes = createDeviceCodes();
    codes.issue(issued('one'), pacing, 0);
    expect(codes.list(minutes(19))).toHaveLength(1);
    expect(codes.list(minutes(21))).toHaveLength(0);
    expect(codes.byDeviceCode('one')).toBeUndefined();
    expect(codes.byUserCode('ONE')).toBeUndefined();
  });

  it('device codes are forgotten with the next code, even when nothing lists them', () => {
    const codes = createDeviceCodes();
    codes.issue(issued('one'), pacing, 0);
    codes.issue(issued('two'), pacing, minutes(21));
    expect(codes.byDeviceCode('one')).toBeUndefined();
    expect(codes.byDeviceCode('two')).toBeDefined();
  });

  it('device codes stay known while a TV asks after them', () => {
    const codes = createDeviceCodes();
    const record = codes.issue(issued('one'), pacing, 0);
    record.pace = { ...record.pace, nextPollAt: minutes(30) };
    expect(codes.list(minutes(39))).toHaveLength(1);
    expect(codes.list(minutes(41))).toHaveLength(0);
  });
});
