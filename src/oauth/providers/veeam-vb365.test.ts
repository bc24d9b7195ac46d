import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCall,
  clientOf,
  type ReplyingServer,
  startReplyingServer,
} from '../testing/recorded-client';
import { type RecordedReply, recordingNamed } from '../testing/recording';

const never = new AbortController().signal;
const signIn = recordingNamed('veeam-vb365');
const authorize = recordingNamed('veeam-vb365-device-code');
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const ok = (body: unknown): RecordedReply => ({ status: 200, body, from: 'unverified' });
const replyOf = (recording: typeof signIn, name: keyof typeof signIn.replies): RecordedReply => {
  const reply = recording.replies[name];
  if (reply === undefined) throw new Error(`No ${name}`);
  return reply;
};

const withoutSession = {
  providerOptions: { version: 'v7', flow: 'device-code', tenant: 'contoso.onmicrosoft.com' },
};

describe('a Veeam server', () => {
  it('Veeam takes Microsoft’s whole reply as the assertion, and names who signed in', async () => {
    const client = clientOf(signIn, server.url);
    server.answerWith(replyOf(signIn, 'device'));
    const issued = await client.requestCode(never);
    if (issued.type !== 'issued') throw new Error(JSON.stringify(issued));
    server.answerWith(replyOf(signIn, 'success'), replyOf(signIn, 'redeemed'));
    const outcome = await client.poll(issued.authorization, never);
    if (outcome.type !== 'approved') throw new Error(JSON.stringify(outcome));
    expect(await client.account(outcome.tokens, never)).toEqual({
      type: 'known',
      account: { id: 'user@contoso.onmicrosoft.com', name: 'user@contoso.onmicrosoft.com' },
    });
  });

  it.each(['v6', 'v7'])('Veeam of version %s is not asked about cookies', async (version) => {
    const client = clientOf(signIn, server.url, { providerOptions: { version, tenant: 't' } });
    server.answerWith(replyOf(signIn, 'success'), replyOf(signIn, 'redeemed'));
    const { type: outcome } = await client.poll(
      {
        deviceCode: 'DC',
        userCode: 'A',
        verificationUri: 'https://x.example/',
        expiresInSeconds: 9,
        intervalSeconds: 5,
      },
      never,
    );
    expect(outcome).toBe('approved');
    const last = server.seen[server.seen.length - 1];
    expect(last?.path).toBe(`/https/vb365.example:4443/${version}/token`);
    expect(last?.form).not.toHaveProperty('disable_antiforgery_token');
  });

  it('Veeam is asked again when its reply gets lost, since Microsoft’s code is used up by then', async () => {
    const client = clientOf(signIn, server.url);
    server.answerWith(
      replyOf(signIn, 'success'),
      { status: 503, body: null, from: 'unverified' },
      replyOf(signIn, 'redeemed'),
    );
    const authorization = {
      deviceCode: 'DC',
      userCode: 'A',
      verificationUri: 'https://x.example/',
      expiresInSeconds: 9,
      intervalSeconds: 5,
    };
    expect((await client.poll(authorization, never)).type).toBe('approved');
    server.answerWith(replyOf(signIn, 'success'), { status: 503, body: null, from: 'unverified' });
    expect(await client.poll(authorization, never)).toMatchObject({
      type: 'failed',
      problem: { kind: 'not-completed' },
    });
  });

  it('Veeam shows a second code after the sign-in when no session is configured, and logs out', async () => {
    const client = clientOf(authorize, server.url, withoutSession);
    server.answerWith(replyOf(signIn, 'device'));
    const first = await client.requestCode(never);
    if (first.type !== 'issued') throw new Error(JSON.stringify(first));
    expect(first.authorization.userCode).toBe(signIn.variables.userCode);

    server.answerWith(
      replyOf(signIn, 'success'),
      replyOf(signIn, 'redeemed'),
      replyOf(authorize, 'device'),
    );
    const second = await client.poll(first.authorization, never);
    if (second.type !== 'next-code') throw new Error(JSON.stringify(second));
    expect(second.authorization.userCode).toBe(authorize.variables.userCode);
    expect(asCall(server.seen[server.seen.length - 1], ['authorization'])).toEqual({
      method: 'POST',
      url: 'https://vb365.example:4443/v7/DeviceCode',
      headers: { authorization: 'Bearer VEEAM-AT' },
      json: { targetRegion: 'Worldwide' },
    });

    server.answerWith(replyOf(authorize, 'pending'));
    expect((await client.poll(second.authorization, never)).type).toBe('pending');
    server.answerWith(replyOf(authorize, 'success'), replyOf(authorize, 'revoked'));
    expect((await client.poll(second.authorization, never)).type).toBe('authorized');
    await expect
      .poll(() => server.seen[server.seen.length - 1]?.path)
      .toBe('/https/vb365.example:4443/v7/token/logout');

    server.answerWith(replyOf(signIn, 'device'));
    const again = await client.requestCode(never);
    expect(again).toMatchObject({ authorization: { userCode: signIn.variables.userCode } });
  });

  const reply = (status: number, body: unknown): RecordedReply => ({ ...ok(body), status });
  const paths = (from: number) => server.seen.slice(from).map(({ path }) => path);
  const veeam = '/https/vb365.example:4443/v7';

  /** A client whose viewer has signed in and sees the second code. */
  async function atSecondCode() {
    const client = clientOf(authorize, server.url, withoutSession);
    server.answerWith(replyOf(signIn, 'device'));
    const first = await client.requestCode(never);
    if (first.type !== 'issued') throw new Error(JSON.stringify(first));
    server.answerWith(
      replyOf(signIn, 'success'),
      replyOf(signIn, 'redeemed'),
      replyOf(authorize, 'device'),
    );
    const second = await client.poll(first.authorization, never);
    if (second.type !== 'next-code') throw new Error(JSON.stringify(second));
    return { client, first: first.authorization, second: second.authorization };
  }

  it.each([
    ['denied', reply(400, { error: 'access_denied' })],
    ['expired', reply(400, { error: 'expired_token' })],
    ['unknown-code', reply(400, { error: 'invalid_grant' })],
    ['unknown-code', reply(404, { message: 'No such code', authenticated: true })],
    ['failed', reply(401, { error: 'invalid_client' })],
  ])('Veeam is logged out of when the second code ends as %s', async (expected, answer) => {
    const { client, second } = await atSecondCode();
    const from = server.seen.length;
    server.answerWith(answer, replyOf(authorize, 'revoked'));
    expect((await client.poll(second, never)).type).toBe(expected);
    expect(paths(from)).toEqual([`${veeam}/DeviceCode/check`, `${veeam}/token/logout`]);
    expect(server.seen[from + 1]?.headers['authorization']).toBe('Bearer VEEAM-AT');
  });

  it('Veeam is logged out of when the viewer leaves at the second code', async () => {
    const { client } = await atSecondCode();
    const from = server.seen.length;
    server.answerWith(replyOf(authorize, 'revoked'));
    client.abandoned?.();
    await expect.poll(() => paths(from)).toEqual([`${veeam}/token/logout`]);
    client.abandoned?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(paths(from)).toHaveLength(1);
  });

  it('Veeam is logged out of at the next sign-in when the viewer left at the second code', async () => {
    const { client } = await atSecondCode();
    const from = server.seen.length;
    server.answerWith(replyOf(signIn, 'device'));
    const again = await client.requestCode(never);
    expect(again).toMatchObject({ authorization: { userCode: signIn.variables.userCode } });
    await expect.poll(() => paths(from)).toContain(`${veeam}/token/logout`);
  });

  it('Veeam is logged out of when it gives no second code', async () => {
    const { client, first } = await atSecondCode();
    server.answerWith(replyOf(signIn, 'device'));
    await client.requestCode(never);
    const from = server.seen.length;
    server.answerWith(
      replyOf(signIn, 'success'),
      replyOf(signIn, 'redeemed'),
      reply(403, { message: 'Not allowed' }),
      replyOf(authorize, 'revoked'),
    );
    expect((await client.poll(first, never)).type).toBe('failed');
    expect(paths(from)).toContain(`${veeam}/token/logout`);
  });

  it.each([
    ['seconds', { expiresIn: 899 }, 899],
    ['milliseconds', { expiresIn: 899_000 }, 899],
    ['a moment', { expiresIn: new Date(Date.now() + 600_000).toISOString() }, 600],
    [
      'a moment of its own name',
      { expiresOnUtc: new Date(Date.now() + 600_000).toISOString() },
      600,
    ],
    ['a moment that a wrong clock puts in the past', { expiresIn: '2020-01-01T00:00:00Z' }, 900],
    ['nothing', {}, 900],
  ])('reads the end of a Veeam code given as %s', async (_form, end, seconds) => {
    server.answerWith(
      ok({ userCode: 'ABCD2EFGH', verificationUrl: 'https://microsoft.com/devicelogin', ...end }),
    );
    const outcome = await clientOf(authorize, server.url).requestCode(never);
    if (outcome.type !== 'issued') throw new Error(JSON.stringify(outcome));
    expect(outcome.authorization.expiresInSeconds).toBeGreaterThan(seconds - 5);
    expect(outcome.authorization.expiresInSeconds).toBeLessThanOrEqual(seconds);
  });

  it('a Veeam server that refuses the session is reported as refusing it', async () => {
    server.answerWith({ status: 401, body: { message: 'Token is not valid' }, from: 'unverified' });
    expect(await clientOf(authorize, server.url).requestCode(never)).toMatchObject({
      type: 'failed',
      problem: { kind: 'misconfigured', code: 'http_401', detail: 'Token is not valid' },
    });
  });

  it.each(['Global', 'Germany', 'China', 'Government'])(
    'Veeam is told the cloud: %s',
    async (cloud) => {
      const recording = recordingNamed('veeam-vb365-azure-service-account');
      const options = recording.signIn['providerOptions'] as Record<string, string>;
      server.answerWith(replyOf(recording, 'deviceAlternative'));
      const client = clientOf(recording, server.url, {
        providerOptions: { ...options, azureEnvironment: cloud },
      });
      expect((await client.requestCode(never)).type).toBe('issued');
      expect(JSON.parse(server.seen[server.seen.length - 1]?.body ?? '')).toEqual({
        azureEnvironment: cloud,
        azureTenantId: '00000000-1111-2222-3333-444444444444',
      });
    },
  );
});
