import { type Cut, cutHeader } from './binding-server.ts';

/** A browser's fetch for a page of another origin, with real preflights, on a network that is cut. */
export interface BindingNetwork {
  fetch: typeof fetch;
  /**
   * Cuts calls to the token endpoint from now on: the first where the lowest bit is set, and so on.
   *
   * @param cut how; preflights are not counted as calls of their own
   */
  cutCalls(pattern: number, cut: Cut): void;
  /** True while calls of the pattern are still to come. */
  isCutting(): boolean;
  /** Resolves when no request is under way. */
  idle(): Promise<void>;
}

const safeHeaders = ['accept', 'accept-language', 'content-language', 'content-type'];
const readableHeaders = ['content-type', 'content-length', 'cache-control', 'expires'];

const failure = () => new TypeError('Failed to fetch');

/** Asks whether the page may send its headers (Fetch §4.8). */
async function preflight(
  request: Request,
  headers: readonly string[],
  cut: boolean,
): Promise<void> {
  const reply = await fetch(request.url, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://tv.example',
      'Access-Control-Request-Method': request.method,
      'Access-Control-Request-Headers': headers.join(','),
      ...(cut ? { [cutHeader]: 'preflight' } : {}),
    },
  });
  const allowed = (reply.headers.get('Access-Control-Allow-Headers') ?? '')
    .toLowerCase()
    .split(/ *, */);
  if (headers.some((name) => !allowed.includes(name))) throw failure();
}

/** One call as a browser makes it: a page learns nothing of why it failed. */
async function call(request: Request, body: string, cut: Cut | undefined): Promise<Response> {
  const headers = new Headers(request.headers);
  const unsafe = Array.from(headers.keys()).filter((name) => !safeHeaders.includes(name));
  if (unsafe.length > 0) await preflight(request, unsafe, cut === 'preflight');
  // A call without a preflight is cut before it arrives.
  if (cut !== undefined) headers.set(cutHeader, cut === 'preflight' ? 'before' : cut);
  const reply = await fetch(request.url, {
    method: request.method,
    headers,
    ...(body === '' ? {} : { body }),
  });
  const text = await reply.text();
  if (!reply.headers.has('Access-Control-Allow-Origin')) throw failure();
  const exposed = (reply.headers.get('Access-Control-Expose-Headers') ?? '').toLowerCase();
  const shown = new Headers();
  reply.headers.forEach((value, name) => {
    if (readableHeaders.includes(name) || exposed.includes(name)) shown.set(name, value);
  });
  return new Response([204, 205, 304].includes(reply.status) ? null : text, {
    status: reply.status,
    headers: shown,
  });
}

/** @param tokenUrl address of the endpoint whose calls are cut */
export function createBindingNetwork(tokenUrl: () => string): BindingNetwork {
  let pattern = 0;
  let how: Cut = 'before';
  let underWay = 0;
  let onIdle = () => {};

  function nextCut(url: string): Cut | undefined {
    if (url !== tokenUrl()) return undefined;
    const isCut = (pattern & 1) === 1;
    pattern >>= 1;
    return isCut ? how : undefined;
  }

  return {
    async fetch(input, init) {
      const isOpaque = init?.mode === 'no-cors';
      const request = new Request(input, isOpaque ? { ...init, mode: 'cors' } : init);
      const body = await request.clone().text();
      const cut = nextCut(request.url);
      underWay++;
      try {
        const reply = await call(request, body, cut).catch(() => {
          throw failure();
        });
        return isOpaque ? Response.error() : reply;
      } finally {
        underWay--;
        if (underWay === 0) onIdle();
      }
    },
    cutCalls(next, cut) {
      pattern = next;
      how = cut;
    },
    isCutting: () => pattern !== 0,
    async idle() {
      while (underWay > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
    },
  };
}
