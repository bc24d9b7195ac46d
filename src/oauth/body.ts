/** A reply of this flow has a few hundred bytes; what is longer is not one. */
export const maxBodyBytes = 256 * 1024;

/** On the wire; gzip makes at most a thousand times as much of it. */
const shortBytes = 16 * 1024;

/** A body, or as much of it as the limit allowed. */
export interface Body {
  bytes: Uint8Array;
  /** False when the body is longer than the limit. */
  isWhole: boolean;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** For engines without streams: what says that it is too long is not read at all. */
async function readAtOnce(response: Response, maxBytes: number): Promise<Body> {
  if (Number(response.headers.get('Content-Length')) > maxBytes) {
    return { bytes: new Uint8Array(0), isWhole: false };
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { bytes: bytes.subarray(0, maxBytes), isWhole: bytes.length <= maxBytes };
}

/**
 * Reads a body that a stranger may have sent. Reading stops at the limit, so that a body that
 * unpacks to gigabytes takes no more memory than a small one.
 *
 * @param maxBytes counted after decompression
 * @throws what the stream throws when the connection ends early
 */
export async function readBytes(response: Response, maxBytes: number): Promise<Body> {
  if (!response.body?.getReader) return readAtOnce(response, maxBytes);
  // Chromium's developer tools show no-store replies only where a page reads a copy of them; a copy
  // is read ahead of the page, so that this is for what cannot unpack to much.
  const isShort = Number(response.headers.get('Content-Length') ?? Infinity) <= shortBytes;
  const reader = (isShort ? response.clone() : response).body?.getReader();
  if (reader === undefined) return readAtOnce(response, maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks, length), isWhole: true };
    const room = maxBytes - length;
    if (value.length > room) {
      chunks.push(value.subarray(0, room));
      // Not waited for: a cancellation that hangs or fails changes nothing.
      reader.cancel().catch(() => undefined);
      if (isShort) response.body.cancel().catch(() => undefined);
      return { bytes: joined(chunks, maxBytes), isWhole: false };
    }
    chunks.push(value);
    length += value.length;
  }
}
