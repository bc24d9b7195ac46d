import type Koa from 'koa';

const clientLeft = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Has a server print its own mistakes, but not that a client left before its answer: TVs that
 * cancel and browsers that close a page do so all the time, and the wire log shows it.
 */
export function reportErrors(app: Koa): void {
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (!clientLeft.has(error.code ?? '')) app.onerror(error);
  });
}
