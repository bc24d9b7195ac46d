import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readableRequests } from './readable-requests.ts';
import { rememberHost } from './source.ts';

/** What every reply says unless it says more itself. */
const headers = {
  'Content-Security-Policy': "frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
};

/** Adds the headers at the last moment: frameworks drop what was set before an error. */
function addHeaders(response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = ((...given: Parameters<ServerResponse['writeHead']>) => {
    for (const [name, value] of Object.entries(headers)) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
    return writeHead.apply(response, given);
  }) as ServerResponse['writeHead'];
}

const refusal = (host: string) =>
  `This development server does not answer as ${host || 'a host without a name'}. If that is right, start it with ALLOWED_HOSTS=${host || 'NAME'}.\n`;

/**
 * Stands before every listener of the development server: answers what cannot be read and what asks
 * for a host that is not this machine, and gives each reply the headers that keep other sites out.
 */
export function guarded(
  handler: RequestListener,
  isAllowed: (host: string) => boolean,
): RequestListener {
  const guard = (request: IncomingMessage, response: ServerResponse) => {
    const { host = '' } = request.headers;
    if (!isAllowed(host)) {
      response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(refusal(host.replace(/:\d+$/, '')));
      return;
    }
    rememberHost(response, host);
    handler(request, response);
  };
  const readable = readableRequests(guard);
  return (request, response) => {
    addHeaders(response);
    readable(request, response);
  };
}
