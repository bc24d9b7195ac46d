import type { IncomingMessage, ServerResponse } from 'node:http';

/** Nothing that these servers are asked is longer. */
const maxRequestBytes = 64 * 1024;

/**
 * Reads a request's body. One that is too long is not read on, and its connection ends with the
 * answer.
 *
 * @returns undefined when it is too long
 * @throws when the client leaves before its end
 */
export async function readRequest(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = Number(request.headers['content-length'] ?? 0);
  if (length <= maxRequestBytes) {
    length = 0;
    // Not destroyed when it is too long: the answer goes over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > maxRequestBytes) break;
      chunks.push(chunk as Buffer);
    }
  }
  if (length <= maxRequestBytes) return Buffer.concat(chunks);
  response.setHeader('Connection', 'close');
  return undefined;
}
