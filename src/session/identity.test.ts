import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../oauth/clock';
import { answeringClients } from '../oauth/testing/answering-client';
import { sendJson } from '../oauth/testing/http-server';
import { identify } from './identity';

const never = new AbortController().signal;
const serverWith = answeringClients();

const claims = { sub: '1', name: 'Ada' };
const tokens = { accessToken: 'AT', tokenType: 'Bearer' as const };

describe('a sign-in whose account call fails', () => {
  const html = { 'Content-Type': 'text/html' };

  it.each<[string, (response: ServerResponse) => void]>([
    ['401', (r) => sendJson(r, 401, { error: 'invalid_token' })],
    ['403', (r) => sendJson(r, 403, { error: 'insufficient_scope' })],
    ['404', (r) => r.writeHead(404, html).end('<html></html>')],
    ['429', (r) => sendJson(r, 429, {}, { 'Retry-After': '100' })],
    ['500', (r) => r.writeHead(500).end()],
    ['503', (r) => sendJson(r, 503, {})],
    ['a redirect', (r) => r.writeHead(302, { Location: 'http://hotel.example/' }).end()],
    ['a web page', (r) => r.writeHead(200, html).end('<html></html>')],
    ['nothing', (r) => r.writeHead(204).end()],
    ['a cut connection', (r) => r.destroy()],
  ])('identifies a viewer by the tokens when the account call fails: %s', async (_case, answer) => {
    const tv = await serverWith(answer);
    expect(await identify(tv, systemClock, { ...tokens, claims }, never)).toEqual({
      id: '1',
      name: 'Ada',
    });
    expect(await identify(tv, systemClock, tokens, never)).toEqual({
      id: '\u0000viewer',
      name: '',
    });
  });
});
