import type { IncomingMessage, RequestListener } from 'node:http';

/** Whether a `Host` header is one: without it an address can still be told. */
function isHost(host: string | undefined): boolean {
  if (host === undefined || host === '') return true;
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  return url?.pathname === '/' && url.username === '' && url.search === '' && url.hash === '';
}

/** What a request asks for: a path with its query, and of which host. */
interface Target {
  path: string;
  host: string | undefined;
}

/**
 * The request's target. A whole address, as proxies are asked for, outweighs the `Host` header
 * (RFC 9112 §3.2.2).
 *
 * @returns undefined for what is neither that nor a path
 */
function targetOf({ url = '', headers, headersDistinct }: IncomingMessage): Target | undefined {
  const { host } = headers;
  // Two hosts: who stands before this server may have read the other one (RFC 9112 §3.2).
  if (!isHost(host) || (headersDistinct['host']?.length ?? 0) > 1) return undefined;
  if (url === '*') return { path: url, host };
  const [start, whole] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  if (start === undefined || whole === undefined) {
    const isPath = url.startsWith('/') && URL.canParse(`http://localhost${url}`);
    return isPath ? { path: url, host } : undefined;
  }
  if (!URL.canParse(url) || !isHost(whole)) return undefined;
  return { path: url.slice(start.length).replace(/^(?!\/)/, '/'), host: whole };
}

/**
 * Answers requests whose target or host cannot be read with 400 and one plain sentence, so that
 * nothing behind it has to expect them.
 */
export function readableRequests(handler: RequestListener): RequestListener {
  return (request, response) => {
    const target = targetOf(request);
    if (target !== undefined) {
      request.url = target.path;
      request.headers.host = target.host;
      handler(request, response);
      return;
    }
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    response.end('The address of this request cannot be read.\n');
  };
}
