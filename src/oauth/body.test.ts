import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { maxBodyBytes, readBytes } from './body';
import { systemClock } from './clock';
import { createHttp } from './http';
import { sendJson, startTestServer, type TestServer } from './testing/http-server';

const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = await startTestServer((_request, response) => answer(response));
  servers.push(server);
  return server.url;
}

const send = (url: string) =>
  createHttp({ dependencies: { fetch, clock: systemClock, isOnline: () => true } }).send({
    request: { method: 'GET', url },
    signal: new AbortController().signal,
  });

const bombBytes = 100 * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(bombBytes));

/** Writes for as long as the client takes it. @returns how much that was, once it has left */
async function writeEndlessly(response: ServerResponse): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const closed = once(response, 'close');
  let written = 0;
  while (!response.destroyed) {
    written += chunk.length;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
  }
  return written;
}

describe('a body that is too long', () => {
  it('ends the reading of a body without an end, and the connection with it', async () => {
    let written: Promise<number> | undefined;
    const url = await serve((response) => {
      written = writeEndlessly(response);
    });
    const reply = await send(url);
    expect(reply).toMatchObject({ type: 'reply', status: 200, body: undefined });
    // What the kernel's buffers hold comes on top of the limit.
    expect(await written).toBeLessThan(64 * 1024 * 1024);
  });

  it('unpacks of a compressed body no more than the limit', async () => {
    expect(bomb.length).toBeLessThan(120_000);
    const url = await serve((response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' });
      response.end(bomb);
    });
    expect(await send(url)).toMatchObject({ type: 'reply', status: 200, body: undefined });
    const { bytes, isWhole } = await readBytes(await fetch(url), maxBodyBytes);
    expect(isWhole).toBe(false);
    expect(bytes.length).toBe(maxBodyBytes);
  });

  it('tells a long web page of a captive portal from JSON by its beginning', async () => {
    const page = `<!doctype html><title>Sign in to the hotel</title>${' '.repeat(maxBodyBytes)}`;
    const url = await serve((response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    });
    expect(await send(url)).toMatchObject({ type: 'reply', html: true, body: undefined });
  });

  it.each([
    ['one byte below the limit', maxBodyBytes - 1, true],
    ['the limit itself', maxBodyBytes, true],
    ['one byte over the limit', maxBodyBytes + 1, false],
  ])('reads JSON of %s: %i bytes, whole: %s', async (_name, length, isWhole) => {
    const text = `{"a":"${'x'.repeat(length - 8)}"}`;
    expect(text).toHaveLength(length);
    const url = await serve((response) => sendJson(response, 200, JSON.parse(text)));
    const reply = await send(url);
    expect(reply.type === 'reply' && reply.body !== undefined).toBe(isWhole);
  });
});

describe('an engine without streams', () => {
  /** A response of which only the whole body can be had. */
  async function withoutStreams(url: string) {
    const response = await fetch(url);
    let read = false;
    const arrayBuffer = () => {
      read = true;
      return response.arrayBuffer();
    };
    const { headers } = response;
    const result = await readBytes({ headers, arrayBuffer } as Response, 1000);
    return { result, read };
  }

  it('does not read a body whose Content-Length is over the limit', async () => {
    const url = await serve((response) => response.end('x'.repeat(1001)));
    expect(await withoutStreams(url)).toMatchObject({ read: false, result: { isWhole: false } });
  });

  it('cuts a body that states no length', async () => {
    const url = await serve((response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(600));
    });
    const { result, read } = await withoutStreams(url);
    expect(read).toBe(true);
    expect(result).toMatchObject({ isWhole: false, bytes: { length: 1000 } });
  });

  it('reads a body within the limit whole', async () => {
    const url = await serve((response) => response.end('{"a":1}'));
    const { result } = await withoutStreams(url);
    expect(result.isWhole).toBe(true);
    expect(new TextDecoder().decode(result.bytes)).toBe('{"a":1}');
  });
});
