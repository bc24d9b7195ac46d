import type { IncomingMessage, RequestListener } from 'node:http';

/** Whether a `Host` header is one: without it an address can still be told. */
function isHost(host: string | undefined): boolean {
  if (host === undefined || host === '') return true;
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  return url?.pathname === '/' && url.username === '' && url.search === '' && url.hash === '';
}

/**
 * The request's target as a path with its query. A whole address, as proxies are asked for, stands
 * for its path (RFC 9112 §3.2.2).
 *
 * @returns undefined for what is neither
 */
function pathOf({ url = '', headers }: IncomingMessage): string | undefined {
  if (!isHost(headers.host)) return undefined;
  if (url === '*') return url;
  const isWhole = /^https?:\/\//i.test(url);
  if (!isWhole && !url.startsWith('/')) return undefined;
  if (!URL.canParse(isWhole ? url : `http://localhost${url}`)) return undefined;
  return isWhole ? url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/') : url;
}

/**
 * Answers requests whose target or host cannot be read with 400 and one plain sentence, so that
 * nothing behind it has to expect them.
 */
export function readableRequests(handler: RequestListener): RequestListener {
  return (request, response) => {
    const path = pathOf(request);
    if (path !== undefined) {
      request.url = path;
      handler(request, response);
      return;
    }
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    response.end('The address of this request cannot be read.\n');
  };
}
