import { type AddressInfo, createServer } from 'node:net';

/** What a request asks for. `probe` is none of the client's own calls, but a look at the server. */
export type Call =
  | 'metadata'
  | 'device'
  | 'poll'
  | 'refresh'
  | 'revoke'
  | 'userinfo'
  | 'api'
  | 'probe';

/** One request that left the TV. */
export interface Sent {
  call: Call;
  url: string;
  /** When it was sent, virtual ms. */
  atMs: number;
  /** When its reply or failure was there, virtual ms. */
  endedAtMs?: number | undefined;
}

/** A browser's fetch for a page of another origin, over the real network. */
export interface Network {
  fetch: typeof fetch;
  /** Every request so far, oldest first. */
  readonly sent: readonly Sent[];
  /** Resolves when every request under way has either ended or is held up by the server. */
  settle(): Promise<void>;
  /** The server holds this request up, or goes on with it. */
  hold(requestId: string, held: boolean): void;
}

/** Header by which the server tells the requests under way apart. */
export const requestIdHeader = 'x-request-id';

/** Says what a request is for by its path and its grant. */
export function callOf(method: string, path: string, body: string): Call {
  const bare = path.replace(/[?#].*$/, '').replace(/\/$/, '');
  if (bare.includes('/.well-known/')) return 'metadata';
  if (bare === '/userinfo' && method === 'GET') return 'userinfo';
  if (bare === '/api') return 'api';
  if (method !== 'POST' || body === '') return 'probe';
  if (bare === '/device') return 'device';
  if (bare === '/revoke') return 'revoke';
  const grant = new URLSearchParams(body).get('grant_type');
  if (grant === 'refresh_token') return 'refresh';
  return grant?.endsWith(':device_code') ? 'poll' : 'probe';
}

/** @returns a port of this machine on which connections are refused */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const readableHeaders = ['content-type', 'content-length', 'cache-control', 'expires'];

/** What a page of another origin may read of a reply: its body and the headers that CORS leaves. */
function filtered(response: Response, body: ReadableStream<Uint8Array> | null): Response {
  const exposed = (response.headers.get('access-control-expose-headers') ?? '').toLowerCase();
  const headers = new Headers();
  response.headers.forEach((value, name) => {
    if (readableHeaders.includes(name) || exposed.split(/, */).includes(name)) {
      headers.set(name, value);
    }
  });
  const { status, statusText } = response;
  const shown = new Response([204, 205, 304].includes(status) ? null : body, {
    status,
    statusText,
    headers,
  });
  Object.defineProperty(shown, 'url', { value: response.url });
  return shown;
}

/** A reply of which a page sees nothing, not even its status (Fetch §2.2.6). */
function opaque(type: 'opaque' | 'opaqueredirect'): Response {
  const response = Response.error();
  Object.defineProperty(response, 'type', { value: type });
  return response;
}

/** The same bytes, whether they are read or not; `onEnd` hears when no more will come. */
function watched(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const pump = async () => {
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            controller.enqueue(value);
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        onEnd();
      };
      void pump();
    },
  });
}

/**
 * Makes the network of one TV.
 *
 * @param options.nowMs the virtual time
 * @param options.refuses true when the connection for this call is to be refused
 * @param options.closedPort where connections are refused
 */
export function createNetwork(options: {
  nowMs(): number;
  refuses(call: Call): boolean;
  /** A connection was refused. */
  onRefused(): void;
  closedPort: number;
}): Network {
  const sent: Sent[] = [];
  /** Requests under way; true while the server holds them up. */
  const underWay = new Map<string, boolean>();
  let ids = 0;
  let onChange = () => {};

  const isIdle = () => Array.from(underWay.values()).every((held) => held);

  const send: typeof fetch = async (input, init) => {
    const given = new Request(input, init?.mode === 'no-cors' ? { ...init, mode: 'cors' } : init);
    const url = new URL(given.url);
    const body = await given.clone().text();
    const call = callOf(given.method, url.pathname, body);
    const entry: Sent = { call, url: given.url, atMs: options.nowMs() };
    sent.push(entry);
    const requestId = String(++ids);
    underWay.set(requestId, false);
    const end = () => {
      entry.endedAtMs ??= options.nowMs();
      underWay.delete(requestId);
      onChange();
    };
    const headers = new Headers(given.headers);
    headers.set(requestIdHeader, requestId);
    if (options.refuses(call)) {
      url.port = String(options.closedPort);
      options.onRefused();
    }
    try {
      const response = await fetch(url, {
        method: given.method,
        headers,
        redirect: given.redirect,
        signal: given.signal,
        ...(body === '' ? {} : { body }),
      });
      const allowed = response.headers.get('access-control-allow-origin') !== null;
      const noCors = init?.mode === 'no-cors';
      const redirects = response.status >= 300 && response.status < 400 && response.status !== 304;
      if (noCors || !allowed || redirects || response.body === null) {
        await response.body?.cancel();
        end();
        if (noCors) return opaque('opaque');
        if (!allowed) throw new TypeError('Failed to fetch');
        return redirects ? opaque('opaqueredirect') : filtered(response, null);
      }
      return filtered(response, watched(response.body, end));
    } catch (error) {
      end();
      throw error;
    }
  };

  return {
    fetch: send,
    sent,
    hold(requestId, held) {
      if (underWay.has(requestId)) underWay.set(requestId, held);
      onChange();
    },
    async settle() {
      // What a reply sets off takes a few turns of its own before the next request is sent.
      for (let quietTurns = 0; quietTurns < 4; quietTurns++) {
        await new Promise((resolve) => setImmediate(resolve));
        while (!isIdle()) {
          quietTurns = 0;
          await new Promise<void>((resolve) => {
            onChange = resolve;
          });
        }
      }
    },
  };
}
