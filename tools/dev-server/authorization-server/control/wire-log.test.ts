import { describe, expect, it } from 'vitest';
import { startWithTv } from '../testing/tv.ts';
import type { Control } from './control.ts';
import { redact, redactAuthorization } from './redact.ts';

/** An exchange is written down to its end a moment after the TV has its reply. */
const closed = (control: Control) =>
  expect.poll(() => control.log().every((exchange) => exchange.outcome !== 'open')).toBe(true);

describe('The wire log', () => {
  it('the wire log holds each exchange, its outcome and when the next poll may come', async () => {
    const { requestCode, poll, control } = await startWithTv({ intervalSeconds: 5 });
    const issued = await requestCode();
    await poll(issued);
    await closed(control);
    const [device, token] = control.log();
    expect(device).toMatchObject({
      endpoint: 'device',
      method: 'POST',
      path: '/device/auth',
      status: 200,
      outcome: 'ok',
      userCode: issued.user_code,
      intervalSeconds: 5,
      request: { form: { client_id: 'tv' } },
    });
    expect(device?.nextPollAt).toBeGreaterThan(Date.now() + 4_000);
    expect(device?.durationMs).toBeTypeOf('number');
    expect(token).toMatchObject({
      endpoint: 'token',
      status: 400,
      outcome: 'slow_down',
      userCode: issued.user_code,
      intervalSeconds: 10,
    });
  });

  it('the wire log never holds a device code or a token whole', async () => {
    const { requestCode, poll, control, userinfo, refresh, revoke } = await startWithTv({
      intervalSeconds: 0,
    });
    const issued = await requestCode();
    await poll(issued);
    await control.approve(issued.user_code, 'ada');
    const { json } = await poll(issued);
    await userinfo(String(json['access_token']));
    const again = (await refresh(String(json['refresh_token']))).json;
    await revoke(String(again['refresh_token']));
    control.addFault({ kind: 'truncated-json', endpoint: 'device', count: 1 });
    await requestCode();
    await closed(control);
    const log = JSON.stringify(control.log());
    const secrets = [issued.device_code, ...secretsOf(json), ...secretsOf(again)];
    expect(secrets).toHaveLength(7);
    for (const secret of secrets) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(secret.slice(0, 10));
    }
    expect(log).toContain(`${issued.device_code.slice(0, 4)}… (43 characters)`);
    expect(control.log().map((exchange) => exchange.endpoint)).toEqual([
      'device',
      'token',
      'token',
      'userinfo',
      'refresh',
      'revocation',
      'device',
    ]);
  });

  it('the wire log names what was done to a reply', async () => {
    const { requestCode, control } = await startWithTv();
    control.addFault({ kind: 'html', status: 200, endpoint: 'any', count: 1 });
    await requestCode();
    control.addFault({ kind: 'cut-before', endpoint: 'any', count: 1 });
    await requestCode().catch(() => undefined);
    await closed(control);
    const [page, cut] = control.log();
    expect(page).toMatchObject({ outcome: 'html instead of JSON', fault: 'html', status: 200 });
    expect(cut).toMatchObject({ outcome: 'cut before processing', status: null, response: null });
  });

  it('the wire log sees a TV that disconnects before its answer', async () => {
    const { url, control } = await startWithTv();
    control.changeSettings({ latencyMs: 5000 });
    const leaving = new AbortController();
    const asked = fetch(`${url}/device/auth`, { method: 'POST', signal: leaving.signal });
    const newest = () => control.log()[0];
    await expect.poll(newest).toMatchObject({ outcome: 'open', status: null });
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(newest).toMatchObject({ outcome: 'client went away', status: null });
  });
});

function secretsOf(tokens: Record<string, unknown>): string[] {
  return [tokens['access_token'], tokens['refresh_token'], tokens['id_token']].map(String);
}

describe('Redaction', () => {
  it('redaction shows four characters of a long secret and none of a short one', () => {
    expect(redact({ access_token: 'abcdefghijklmnopqrstuvwxyz' })).toEqual({
      access_token: 'abcd… (26 characters)',
    });
    expect(redact({ token: 'abcdef' })).toEqual({ token: '… (6 characters)' });
  });

  it('redaction finds nested secrets, and those in fields it does not know', () => {
    expect(redact({ list: [{ Device_Code: 'abcdefghijklmnopqrst' }] })).toEqual({
      list: [{ Device_Code: 'abcd… (20 characters)' }],
    });
    expect(redact({ mystery: 'x'.repeat(40) })).toEqual({ mystery: 'xxxx… (40 characters)' });
  });

  it('redaction cuts known secrets, whatever their field, and other spellings of fields', () => {
    const known = new Set(['123456789', 'short']);
    expect(redact({ id: 123456789, note: 'short', deviceCode: 'abc' }, '', known)).toEqual({
      id: '… (9 characters)',
      note: '… (5 characters)',
      deviceCode: '… (3 characters)',
    });
  });

  it('redaction leaves what is needed to understand an exchange', () => {
    const plain = {
      error: 'authorization_pending',
      interval: 5,
      user_code: 'ABCD-EFGH',
      verification_uri_complete: 'http://localhost:4001/device?user_code=ABCD-EFGH',
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    };
    expect(redact(plain)).toEqual(plain);
  });

  it('redaction keeps the scheme of an Authorization header', () => {
    expect(redactAuthorization('Bearer abcdefghijklmnopqrst')).toBe('Bearer abcd… (20 characters)');
  });
});
