import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startWithTv } from '../testing/tv.ts';

async function started(fault: Record<string, unknown>) {
  const tv = await startWithTv({ intervalSeconds: 0 });
  const { status, json } = await tv.order('POST', '/faults', fault);
  expect(status, JSON.stringify(json)).toBe(200);
  return tv;
}

describe('A fault', () => {
  it('a fault spoils the next replies, as many as were ordered', async () => {
    const { post } = await started({ kind: 'status', status: 500, count: 2 });
    const status = async () => (await post('/device/auth', { client_id: 'tv' })).status;
    expect([await status(), await status(), await status()]).toEqual([500, 500, 200]);
  });

  it('a fault without a count spoils every reply until it is cleared', async () => {
    const { post, order } = await started({ kind: 'status', status: 500, count: null });
    const status = async () => (await post('/device/auth', { client_id: 'tv' })).status;
    expect([await status(), await status(), await status()]).toEqual([500, 500, 500]);
    await order('DELETE', '/faults');
    expect(await status()).toBe(200);
  });

  it('a fault spoils only the endpoint it is aimed at; a refresh is not a poll', async () => {
    const { requestCode, poll, signIn, refresh, order } = await startWithTv({ intervalSeconds: 0 });
    const { refresh: token } = await signIn();
    await order('POST', '/faults', { kind: 'status', status: 503, endpoint: 'refresh' });
    expect((await poll(await requestCode())).status).toBe(400);
    expect((await refresh(token)).status).toBe(503);
    expect((await refresh(token)).status).toBe(200);
  });

  it.each([
    [{ kind: 'status', status: 503, retryAfterSeconds: 30 }, 503, 'Service Unavailable'],
    [{ kind: 'status', status: 429, error: 'slow_down' }, 429, '{"error":"slow_down"}'],
    [{ kind: 'html' }, 200, '<!doctype html>'],
    [{ kind: 'html', status: 502 }, 502, '<!doctype html>'],
    [{ kind: 'empty-body', status: 400 }, 400, ''],
    [{ kind: 'huge-body' }, 200, '{"padding":"xxx'],
  ])('a fault can be %j', async (fault, status, beginning) => {
    const { post } = await started(fault);
    const reply = await post('/device/auth', { client_id: 'tv' });
    expect(reply.status).toBe(status);
    expect(reply.text.slice(0, beginning.length)).toBe(beginning);
    if (fault.kind === 'empty-body') expect(reply.text).toBe('');
    if (fault.kind === 'huge-body') expect(reply.text.length).toBeGreaterThan(1024 * 1024);
  });

  it('a fault can end the real reply in the middle of its JSON', async () => {
    const { post, control } = await started({ kind: 'truncated-json' });
    const reply = await post('/device/auth', { client_id: 'tv' });
    expect(reply.text).toMatch(/^\{"device_code":"/);
    expect(() => JSON.parse(reply.text)).toThrow();
    expect(control.state().codes).toHaveLength(1);
  });

  it('a fault can cut the connection before anything is processed', async () => {
    const { requestCode, control } = await started({ kind: 'cut-before' });
    await expect(requestCode()).rejects.toThrow();
    expect(control.state().codes).toHaveLength(0);
  });

  it('a fault can cut the connection after processing: the TV never sees its tokens', async () => {
    const { requestCode, poll, order, control } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    await control.approve(issued.user_code, 'ada');
    await order('POST', '/faults', { kind: 'cut-after', endpoint: 'token' });
    await expect(poll(issued)).rejects.toThrow();
    expect(control.state().codes[0]).toMatchObject({ status: 'used' });
  });

  it('a cut also hits the repetition that a browser sends by itself', async () => {
    const { requestCode } = await started({ kind: 'cut-before', endpoint: 'device' });
    await expect(requestCode()).rejects.toThrow();
    await expect(requestCode()).rejects.toThrow();
    await sleep(300);
    expect(await requestCode()).toHaveProperty('user_code');
  });

  it('a fault can leave the TV without an answer', async () => {
    const { post, url } = await started({ kind: 'hang' });
    const signal = AbortSignal.timeout(300);
    const asked = fetch(`${url}/device/auth`, { method: 'POST', signal });
    await expect(asked).rejects.toThrow('timeout');
    expect((await post('/device/auth', { client_id: 'tv' })).status).toBe(200);
  });

  it('a fault can delay the real reply', async () => {
    const { requestCode } = await started({ kind: 'delay', delayMs: 200 });
    const before = Date.now();
    expect(await requestCode()).toHaveProperty('user_code');
    expect(Date.now() - before).toBeGreaterThanOrEqual(195);
  });

  it('a fault can slow a patient TV down, for good', async () => {
    const { requestCode, poll, control } = await started({ kind: 'slow-down' });
    const issued = await requestCode();
    expect((await poll(issued)).json).toMatchObject({ error: 'slow_down' });
    expect(control.state().codes[0]).toMatchObject({ intervalSeconds: 5 });
    expect((await poll(issued)).json).toMatchObject({ error: 'slow_down' });
  });

  it('a fault that makes no sense is refused with a reason', async () => {
    const { order } = await startWithTv();
    const refused = async (fault: unknown) =>
      (await order('POST', '/faults', fault)).json['message'];
    expect(await refused({ kind: 'fire' })).toMatch(/^"kind" must be one of status, html/);
    expect(await refused({ kind: 'status' })).toBe(
      '"status" must be a whole number from 200 to 599.',
    );
    expect(await refused({ kind: 'hang', endpoint: 'moon' })).toMatch(/^"endpoint" must be one of/);
    expect(await refused([])).toMatch(/kind/);
  });
});

describe('Offline and latency', () => {
  it('offline cuts everything but the control', async () => {
    const { requestCode, order, url } = await startWithTv();
    await order('PATCH', '/settings', { offline: true });
    await expect(requestCode()).rejects.toThrow();
    await expect(fetch(`${url}/device`)).rejects.toThrow();
    await order('PATCH', '/settings', { offline: false });
    expect(await requestCode()).toHaveProperty('user_code');
  });

  it('latency delays every reply', async () => {
    const { requestCode, control } = await startWithTv();
    control.changeSettings({ latencyMs: 150 });
    const before = Date.now();
    await requestCode();
    expect(Date.now() - before).toBeGreaterThanOrEqual(145);
  });
});
