import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lanAddress } from '../../public-host.ts';
import { send, startWithTv } from '../testing/tv.ts';

describe('The control API', () => {
  it('the control API shows settings, faults and codes, but no device code', async () => {
    const { requestCode, order } = await startWithTv();
    const issued = await requestCode();
    const { json, text } = await order('GET', '/state');
    expect(json).toMatchObject({
      settings: { intervalSeconds: 5, offline: false },
      faults: [],
      codes: [{ userCode: issued.user_code, status: 'pending', polls: 0 }],
    });
    expect(text).not.toContain(issued.device_code);
  });

  it('the control API changes settings, and names the field that is wrong', async () => {
    const { order } = await startWithTv();
    expect((await order('PATCH', '/settings', { intervalSeconds: 2 })).json).toMatchObject({
      intervalSeconds: 2,
    });
    const wrong = await order('PATCH', '/settings', { latencyMs: 'long' });
    expect(wrong.status).toBe(400);
    expect(wrong.json['message']).toBe('"latencyMs" must be a number from 0 to 120000.');
    const unknown = await order('PATCH', '/settings', { interval: 2 });
    expect(unknown.json['message']).toMatch(/^"interval" must be left out: known are/);
  });

  it('the control API approves a code for real, by any spelling of it', async () => {
    const { requestCode, poll, order, userinfo } = await startWithTv({ intervalSeconds: 0 });
    const issued = await requestCode();
    const spelled = issued.user_code.toLowerCase().replace('-', '');
    const approved = await order('POST', `/codes/${spelled}/approve`, { account: 'grace' });
    expect(approved.json).toMatchObject({ status: 'approved', account: 'grace' });
    const { json } = await poll(issued);
    expect((await userinfo(String(json['access_token']))).json).toMatchObject({
      name: 'Grace Hopper',
    });
  });

  it('the control API knows the latest code without its name', async () => {
    const { requestCode, order } = await startWithTv();
    await requestCode();
    const { user_code } = await requestCode();
    expect((await order('POST', '/codes/latest/deny')).json).toMatchObject({
      userCode: user_code,
      status: 'denied',
    });
  });

  it('the control API refuses to decide twice, and to decide a code that it does not know', async () => {
    const { requestCode, order } = await startWithTv();
    const { user_code } = await requestCode();
    await order('POST', `/codes/${user_code}/deny`);
    expect(await order('POST', `/codes/${user_code}/approve`, { account: 'ada' })).toMatchObject({
      status: 409,
      json: { error: 'already-decided', message: `The code ${user_code} is denied already.` },
    });
    expect((await order('POST', '/codes/AAAA-AAAA/deny')).status).toBe(404);
    expect((await order('POST', '/codes/latest/approve', { account: 'eve' })).status).toBe(400);
    expect((await order('POST', '/nothing')).status).toBe(404);
  });

  it('the control API returns all to normal, and ends what hangs', async () => {
    const { requestCode, order } = await startWithTv({ intervalSeconds: 3 });
    await order('PATCH', '/settings', { intervalSeconds: 9, omitInterval: true, latencyMs: 1 });
    await order('POST', '/faults', { kind: 'hang', count: null });
    const hanging = expect(requestCode()).rejects.toThrow();
    await sleep(100);
    const { json } = await order('POST', '/reset');
    await hanging;
    expect(json).toMatchObject({
      settings: { intervalSeconds: 3, omitInterval: false, latencyMs: 0 },
      faults: [],
    });
    expect((await order('GET', '/log')).json).toEqual([]);
  });

  it('the control API reports each exchange as it opens and as it ends', async () => {
    const { requestCode, url } = await startWithTv();
    const stream = await fetch(`${url}/control/log/stream`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await requestCode();
    let text = '';
    while (!text.includes('"outcome":"ok"')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(text).toMatch(/^event: state\n/);
    expect(text).toContain('"endpoint":"device"');
    expect(text).toContain('"outcome":"open"');
  });

  it.runIf(lanAddress() !== undefined)('the control API answers this machine only', async () => {
    const { server } = await startWithTv({ host: '0.0.0.0' });
    const fromOutside = await send(`http://${lanAddress()}:${server.port}/control/state`);
    expect(fromOutside.status).toBe(403);
    const fromHere = await send(`http://127.0.0.1:${server.port}/control/state`);
    expect(fromHere.status).toBe(200);
  });

  it('the control API refuses what a tunnel forwards and what other sites make a browser send', async () => {
    const { order } = await startWithTv();
    const status = async (headers: Record<string, string>) =>
      (await order('GET', '/state', undefined, headers)).status;
    expect(await status({ 'X-Forwarded-For': '203.0.113.9' })).toBe(403);
    expect(await status({ Origin: 'https://evil.example' })).toBe(403);
    expect(await status({ Origin: 'null' })).toBe(403);
    expect(await status({ Origin: 'http://localhost:8080' })).toBe(200);
  });
});
