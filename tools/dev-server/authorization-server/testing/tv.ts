import { afterEach } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../server.ts';

type Json = Record<string, unknown>;

/** A reply as a test looks at it. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Empty when the body is no JSON. */
  json: Json;
}

/** A device authorization response (RFC 8628 §3.2). */
export interface Issued {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete?: string;
  expires_in: number;
  interval?: number;
}

const running: AuthorizationServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

/** Sends a request and reads the whole reply. */
export async function send(url: string, init?: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** A server on a free port, until the test ends, and what a TV asks of it. */
export async function startWithTv(
  options: Partial<Parameters<typeof startAuthorizationServer>[0]> = {},
) {
  const server = await startAuthorizationServer({ host: '127.0.0.1', port: 0, ...options });
  running.push(server);

  function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
    return send(server.url + path, { method: 'POST', body: new URLSearchParams(form), headers });
  }

  async function requestCode(form: Record<string, string> = {}): Promise<Issued> {
    const reply = await post('/device/auth', { client_id: 'tv', ...form });
    return reply.json as unknown as Issued;
  }

  function poll(issued: Pick<Issued, 'device_code'>, headers: Record<string, string> = {}) {
    return post(
      '/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: 'tv',
        device_code: issued.device_code,
      },
      headers,
    );
  }

  return {
    server,
    control: server.control,
    url: server.url,
    post,
    requestCode,
    poll,
    refresh: (token: string) =>
      post('/token', { grant_type: 'refresh_token', client_id: 'tv', refresh_token: token }),
    revoke: (token: string) => post('/revoke', { client_id: 'tv', token }),
    userinfo: (token: string) =>
      send(`${server.url}/userinfo`, { headers: { Authorization: `Bearer ${token}` } }),
    /** Signs in without waiting, as the tests of what comes after need it. */
    async signIn(): Promise<{ access: string; refresh: string; body: Json }> {
      const issued = await requestCode();
      await server.control.approve(issued.user_code, 'ada');
      const { json } = await poll(issued);
      return {
        access: String(json['access_token']),
        refresh: String(json['refresh_token']),
        body: json,
      };
    },
    /** Sends an order to the control API. */
    order: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      send(`${server.url}/control${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      }),
  };
}
