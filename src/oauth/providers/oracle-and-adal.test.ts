import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCall,
  clientOf,
  type ReplyingServer,
  startReplyingServer,
} from '../testing/recorded-client';
import { recordingNamed } from '../testing/recording';

const never = new AbortController().signal;
const oracle = recordingNamed('oracle-idcs');
const azure = recordingNamed('azure-ad-v1');
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const authorization = {
  deviceCode: '11111111-2222-3333-4444-555555555555',
  userCode: 'SDFGHJKL',
  verificationUri: 'https://x.example/',
  expiresInSeconds: 300,
  intervalSeconds: 5,
};
const last = () => server.seen[server.seen.length - 1];

describe('Oracle', () => {
  it('Oracle gets no secret with the device request, and HTTP Basic with the token request', async () => {
    const { device, pending } = oracle.replies;
    if (device === undefined || pending === undefined) throw new Error('Incomplete recording');
    const client = clientOf(oracle, server.url, { clientSecret: 'hush hush' });
    server.answerWith(device);
    await client.requestCode(never);
    expect(last()?.form).not.toHaveProperty('client_secret');
    expect(last()?.headers['authorization']).toBeUndefined();
    server.answerWith(pending);
    await client.poll(authorization, never);
    expect(asCall(last(), ['authorization'])).toEqual({
      method: 'POST',
      url: 'https://idcs-t.identity.oraclecloud.com/oauth2/v1/token',
      headers: {
        authorization: `Basic ${btoa('a5bf5db7f6c43b47b1eae399c68319c4:hush%20hush')}`,
      },
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: authorization.deviceCode,
      },
    });
  });

  it('Oracle is asked for a refresh token and for who signed in, unless the settings say otherwise', async () => {
    const { device } = oracle.replies;
    if (device === undefined) throw new Error('Incomplete recording');
    server.answerWith(device);
    const client = clientOf(oracle, server.url, { scope: undefined });
    await client.requestCode(never);
    expect(last()?.form['scope']).toBe('openid offline_access');
    server.answerWith({ status: 200, body: { sub: '1', name: 'Ada' }, from: 'unverified' });
    expect(await client.account({ accessToken: 'AT', tokenType: 'Bearer' }, never)).toMatchObject({
      type: 'known',
      account: { name: 'Ada' },
    });
  });

  it('codes of Oracle are polled every five seconds for 300 seconds, though it names no interval', async () => {
    const { device } = oracle.replies;
    if (device === undefined) throw new Error('Incomplete recording');
    server.answerWith(device);
    expect(await clientOf(oracle, server.url).requestCode(never)).toMatchObject({
      authorization: { intervalSeconds: 5, expiresInSeconds: 300 },
    });
  });
});

describe('Azure AD v1', () => {
  it('Azure AD v1 is also understood in the camelCase of ADAL for Node', async () => {
    server.answerWith({
      status: 200,
      body: {
        userCode: 'FRWQDE7YL',
        deviceCode: 'FABCDE',
        verificationUrl: 'https://microsoft.com/devicelogin',
        expiresIn: 900,
        interval: 5,
        message: 'To sign in, …',
      },
      from: 'published',
    });
    expect(await clientOf(azure, server.url).requestCode(never)).toMatchObject({
      type: 'issued',
      authorization: { userCode: 'FRWQDE7YL', deviceCode: 'FABCDE', expiresInSeconds: 900 },
    });
  });

  it('Azure AD v1 is found under the name of the library, adal, too', async () => {
    const { device } = azure.replies;
    if (device === undefined) throw new Error('Incomplete recording');
    server.answerWith(device);
    const outcome = await clientOf(azure, server.url, { provider: 'adal' }).requestCode(never);
    expect(outcome.type).toBe('issued');
  });

  it('Azure AD v1 gets no poll that was cancelled before it was sent', async () => {
    const cancel = new AbortController();
    const polled = clientOf(azure, 'http://127.0.0.1:9').poll(authorization, cancel.signal);
    const before = server.seen.length;
    cancel.abort();
    expect(await polled).toMatchObject({ type: 'transient-failure', problem: { code: 'aborted' } });
    expect(server.seen.length).toBe(before);
  });
});
