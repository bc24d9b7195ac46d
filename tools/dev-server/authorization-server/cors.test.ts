import { describe, expect, it } from 'vitest';
import { send, startWithTv } from './testing/tv.ts';

describe('A TV app in a browser engine', () => {
  it.each(['http://localhost:8080', 'null'])(
    'a TV app may call from the origin %s',
    async (origin) => {
      const { post } = await startWithTv();
      const { headers } = await post('/device/auth', { client_id: 'tv' }, { Origin: origin });
      expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(headers.get('Access-Control-Expose-Headers')).toContain('DPoP-Nonce');
      expect(headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
      expect(headers.get('Vary')).toContain('Origin');
    },
  );

  it('a TV app in a browser may read refusals', async () => {
    const { post } = await startWithTv();
    const reply = await post('/token', { client_id: 'radio' }, { Origin: 'null' });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('null');
  });

  it('a TV app in a browser may read faults', async () => {
    const { post, order } = await startWithTv();
    await order('POST', '/faults', { kind: 'status', status: 503, retryAfterSeconds: 7 });
    const reply = await post('/token', { client_id: 'tv' }, { Origin: 'null' });
    expect(reply.status).toBe(503);
    expect(reply.headers.get('Retry-After')).toBe('7');
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('null');
  });

  it('a preflight allows a TV app to send a proof and a token', async () => {
    const { url } = await startWithTv();
    const reply = await send(`${url}/userinfo`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'null',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization, dpop',
      },
    });
    expect(reply.status).toBe(204);
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('null');
    expect(reply.headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization.*DPoP/);
  });

  it('a TV app is refused when its origin is not on a list that was given', async () => {
    const { post } = await startWithTv({ allowedOrigins: ['http://tv.example'] });
    const from = async (origin: string) =>
      (await post('/device/auth', { client_id: 'tv' }, { Origin: origin })).headers.get(
        'Access-Control-Allow-Origin',
      );
    expect(await from('http://tv.example')).toBe('http://tv.example');
    expect(await from('http://other.example')).toBeNull();
  });

  it('a TV app is refused everywhere when the server is told to know no CORS', async () => {
    const { post, control } = await startWithTv();
    control.changeSettings({ refuseCors: true });
    const { headers } = await post('/device/auth', { client_id: 'tv' }, { Origin: 'null' });
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});
