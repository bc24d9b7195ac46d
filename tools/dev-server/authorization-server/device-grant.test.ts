import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { send, startWithTv } from './testing/tv.ts';

describe('The device authorization response', () => {
  it('a device authorization response has everything RFC 8628 §3.2 names, with the interval that polls are held to', async () => {
    const { requestCode, url } = await startWithTv({
      intervalSeconds: 7,
      codeLifetimeSeconds: 300,
    });
    const issued = await requestCode();
    expect(issued).toEqual({
      device_code: expect.stringMatching(/^.{40,}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${url}/device`,
      verification_uri_complete: `${url}/device?user_code=${issued.user_code}`,
      expires_in: 300,
      interval: 7,
    });
  });

  it('a device authorization response can leave interval and verification_uri_complete out', async () => {
    const { requestCode, control } = await startWithTv();
    control.changeSettings({ omitInterval: true, omitVerificationUriComplete: true });
    const issued = await requestCode();
    expect(issued).not.toHaveProperty('interval');
    expect(issued).not.toHaveProperty('verification_uri_complete');
  });

  it('every URL of a device authorization response begins with the public address, whatever name the TV came by', async () => {
    const { server, url } = await startWithTv({ publicUrl: 'https://sign-in.example/' });
    const here = `http://127.0.0.1:${server.port}`;
    const body = new URLSearchParams({ client_id: 'tv' });
    const { json } = await send(`${here}/device/auth`, { method: 'POST', body });
    expect(url).toBe('https://sign-in.example');
    expect(json).toMatchObject({ verification_uri: 'https://sign-in.example/device' });
    const discovered = await send(`${here}/.well-known/openid-configuration`);
    expect(discovered.json).toMatchObject({ token_endpoint: 'https://sign-in.example/token' });
  });

  it('an unknown client is refused as oidc-provider does: 401 invalid_client', async () => {
    const { post } = await startWithTv();
    const reply = await post('/device/auth', { client_id: 'radio' });
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({ error: 'invalid_client' });
  });
});

describe('Polling', () => {
  it('a poll is answered authorization_pending until a person decides, then with tokens', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    expect(await poll(issued)).toMatchObject({
      status: 400,
      json: { error: 'authorization_pending' },
    });
    await control.approve(issued.user_code, 'grace');
    expect(await poll(issued)).toMatchObject({
      status: 200,
      json: {
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        id_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'openid profile email offline_access',
      },
    });
  });

  it('an early poll costs slow_down, even for a code that was just approved', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 5 });
    const issued = await requestCode();
    expect((await poll(issued)).json).toMatchObject({ error: 'slow_down' });
    await control.approve(issued.user_code, 'ada');
    expect((await poll(issued)).json).toMatchObject({ error: 'slow_down' });
    expect(control.state().codes[0]).toMatchObject({ intervalSeconds: 15, polls: 2 });
  });

  it('each device code is paced by itself', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 5 });
    const hasty = await requestCode();
    const patient = await requestCode();
    await poll(hasty);
    const [first, second] = control.state().codes;
    expect(first).toMatchObject({ userCode: hasty.user_code, intervalSeconds: 10 });
    expect(second).toMatchObject({ userCode: patient.user_code, intervalSeconds: 5 });
  });

  it('polls for an expired code are answered expired_token for as long as a TV asks', async () => {
    const { requestCode, poll } = await startWithTv({ intervalSeconds: 0, codeLifetimeSeconds: 1 });
    const issued = await requestCode();
    expect((await poll(issued)).json).toMatchObject({ error: 'authorization_pending' });
    await sleep(1_050);
    for (let times = 0; times < 3; times += 1) {
      expect((await poll(issued)).json).toMatchObject({ error: 'expired_token' });
    }
  });

  it('a poll is answered expired_token at once when a code is expired by the control', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    control.expire(issued.user_code);
    expect((await poll(issued)).json).toMatchObject({ error: 'expired_token' });
  });

  it('polls for a denied code are answered access_denied for as long as a TV asks', async () => {
    const { requestCode, poll, control } = await startWithTv();
    const issued = await requestCode();
    await control.deny(issued.user_code);
    for (let times = 0; times < 3; times += 1) {
      expect((await poll(issued)).json).toMatchObject({ error: 'access_denied' });
    }
  });

  it('a poll with a used code is invalid_grant and ends the session that came of it', async () => {
    const { requestCode, poll, control, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    await control.approve(issued.user_code, 'ada');
    const { json } = await poll(issued);
    const access = String(json['access_token']);
    expect((await userinfo(access)).status).toBe(200);
    expect((await poll(issued)).json).toMatchObject({ error: 'invalid_grant' });
    expect((await userinfo(access)).status).toBe(401);
  });

  it('the server signs a TV in by itself after a while when told to', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 0 });
    control.changeSettings({ autoApproveAfterSeconds: 0.2, autoApproveAccount: 'grace' });
    const issued = await requestCode();
    expect((await poll(issued)).json).toMatchObject({ error: 'authorization_pending' });
    await sleep(250);
    expect((await poll(issued)).status).toBe(200);
    expect(control.state().codes[0]).toMatchObject({ status: 'used', account: 'grace' });
  });

  it('a poll gets no refresh token without offline_access', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode({ scope: 'openid profile' });
    await control.approve(issued.user_code, 'ada');
    const { json } = await poll(issued);
    expect(json).toMatchObject({ scope: 'openid profile' });
    expect(json).not.toHaveProperty('refresh_token');
  });
});
