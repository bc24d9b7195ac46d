import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { send, startWithTv } from './testing/tv.ts';

describe('A signed-in TV', () => {
  it('a signed-in TV learns from userinfo whose account it is', async () => {
    const { signIn, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const { access } = await signIn();
    expect((await userinfo(access)).json).toEqual({
      sub: 'ada',
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      email: 'ada@example.com',
      email_verified: true,
    });
  });

  it('a signed-in TV gets a new refresh token at each refresh', async () => {
    const { signIn, refresh, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const { refresh: first } = await signIn();
    const { json } = await refresh(first);
    expect(json['refresh_token']).not.toBe(first);
    expect((await userinfo(String(json['access_token']))).status).toBe(200);
  });

  it('the whole session is lost when a refresh token is used twice', async () => {
    const { signIn, refresh, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const { refresh: first } = await signIn();
    const { json } = await refresh(first);
    expect((await refresh(first)).json).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(String(json['refresh_token']))).json).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await userinfo(String(json['access_token']))).status).toBe(401);
  });

  it('a TV signs out by revoking its refresh token, which ends the access token too', async () => {
    const { signIn, revoke, refresh, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const { access, refresh: token } = await signIn();
    expect((await revoke(token)).status).toBe(200);
    expect((await revoke('unknown')).status).toBe(200);
    expect((await refresh(token)).json).toMatchObject({ error: 'invalid_grant' });
    expect((await userinfo(access)).status).toBe(401);
  });

  it('a TV is signed out when the control ends all sessions', async () => {
    const { signIn, control, refresh, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const { access, refresh: token } = await signIn();
    control.endSessions();
    expect((await userinfo(access)).status).toBe(401);
    expect((await refresh(token)).json).toMatchObject({ error: 'invalid_grant' });
  });

  it('access tokens live as long as the control says', async () => {
    const { signIn, control } = await startWithTv({ intervalSeconds: 0 });
    control.changeSettings({ accessTokenLifetimeSeconds: 42 });
    expect((await signIn()).body).toMatchObject({ expires_in: 42 });
  });
});

describe('Discovery', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'discovery names every endpoint in %s, below the issuer',
    async (document) => {
      const { url } = await startWithTv();
      const { json } = await send(`${url}/.well-known/${document}`);
      expect(json).toMatchObject({
        issuer: url,
        device_authorization_endpoint: `${url}/device/auth`,
        token_endpoint: `${url}/token`,
        userinfo_endpoint: `${url}/userinfo`,
        revocation_endpoint: `${url}/revoke`,
        dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      });
    },
  );
});

describe('A proof of possession (RFC 9449)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  function proof(method: string, url: string, extra: Record<string, string> = {}): string {
    const jwk = publicKey.export({ format: 'jwk' });
    const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk });
    const iat = Math.floor(Date.now() / 1000);
    const payload = encode({ jti: randomUUID(), htm: method, htu: url, iat, ...extra });
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${header}.${payload}.${signature.toString('base64url')}`;
  }

  it('a proof of possession binds the tokens to the key', async () => {
    const { requestCode, poll, control, url, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    await control.approve(issued.user_code, 'ada');
    const { json } = await poll(issued, { DPoP: proof('POST', `${url}/token`) });
    expect(json).toMatchObject({ token_type: 'DPoP' });
    const access = String(json['access_token']);
    expect((await userinfo(access)).status).toBe(401);
    const ath = createHash('sha256').update(access).digest('base64url');
    const asked = await send(`${url}/userinfo`, {
      headers: {
        Authorization: `DPoP ${access}`,
        DPoP: proof('GET', `${url}/userinfo`, { ath }),
      },
    });
    expect(asked.json).toMatchObject({ sub: 'ada' });
  });

  it('a proof without the demanded nonce costs no poll: the TV repeats it at once', async () => {
    const { requestCode, poll, control, url } = await startWithTv({ intervalSeconds: 0 });
    control.changeSettings({ requireDpopNonce: true, intervalSeconds: 0.2 });
    const issued = await requestCode();
    await new Promise((resolve) => setTimeout(resolve, 220));
    const first = await poll(issued, { DPoP: proof('POST', `${url}/token`) });
    expect(first.json).toMatchObject({ error: 'use_dpop_nonce' });
    const nonce = first.headers.get('DPoP-Nonce') ?? '';
    const second = await poll(issued, { DPoP: proof('POST', `${url}/token`, { nonce }) });
    expect(second.json).toMatchObject({ error: 'authorization_pending' });
    expect(control.state().codes[0]).toMatchObject({ polls: 1, intervalSeconds: 0.2 });
  });
});
