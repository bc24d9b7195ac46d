import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DevServer, startDevServer } from './app-server.ts';
import { startStandIn } from './stand-ins/stand-in.ts';

let server: DevServer;
const ports: Record<string, () => number> = {
  app: () => server.appPort,
  'authorization server': () => server.authPort,
};

beforeAll(async () => {
  const settings = { appSettings: { name: 'T', signIn: { issuer: 'http://localhost:4001' } } };
  server = await startDevServer({
    host: '127.0.0.1',
    appPort: 0,
    authPort: 0,
    settings,
    outDir: process.cwd(),
  });
});

afterAll(() => server.close());

/** Sends lines as they are. @returns all that is answered before the connection ends */
const raw = (port: number, ...lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

const odd = [
  ['GET http://[ HTTP/1.1', 'Host: localhost'],
  ['GET http://[::1 HTTP/1.1', 'Host: localhost'],
  ['GET http://:99999/ HTTP/1.1', 'Host: localhost'],
  ['GET https:// HTTP/1.1', 'Host: localhost'],
  ['GET [ HTTP/1.1', 'Host: localhost'],
  ['GET x HTTP/1.1', 'Host: localhost'],
  ['GET ftp://localhost/ HTTP/1.1', 'Host: localhost'],
  ['GET / HTTP/1.1', 'Host: ['],
  ['GET / HTTP/1.1', 'Host: a b'],
  ['GET / HTTP/1.1', 'Host: localhost:99999'],
  ['GET / HTTP/1.1', 'Host: user@localhost'],
  ['GET / HTTP/1.1', 'Host: localhost/x?y'],
  ['GET / HTTP/1.1', 'Host: localhost', 'Host: evil.example'],
  ['GET / HTTP/1.1', 'Host: localhost', 'host: localhost'],
  ['POST http://[ HTTP/1.1', 'Host: localhost', 'Content-Length: 0'],
];

/** Paths that mean no text: nothing is there. */
const undecodable = ['/%E0%A4%A', '/%', '/qa/%ff', '/%00', '/control/%zz', '/relay/https/%'];

describe.each(Object.keys(ports))('the development server (%s)', (name) => {
  const port = () => ports[name]?.() ?? 0;

  it.each(odd)(
    'the development server answers %j with 400 and no trace of its inside',
    async (...lines) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const answer = await raw(port(), ...lines.filter((line) => line !== undefined));
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).not.toMatch(/\bat |\.ts|node_modules|Error:/);
      expect(log).not.toHaveBeenCalled();
      log.mockRestore();
    },
  );

  it.each(undecodable)(
    'the development server answers %s without a trace of its inside',
    async (path) => {
      const answer = await raw(port(), `GET ${path} HTTP/1.1`, 'Host: localhost');
      expect(answer).toMatch(/^HTTP\/1\.1 40[034] /);
      expect(answer).not.toMatch(/\bat |\.ts|node_modules|Error:/);
    },
  );

  it('the development server takes a whole address for its path', async () => {
    const path = name === 'app' ? '/package.json' : '/.well-known/openid-configuration';
    const line = `GET http://localhost:${port()}${path} HTTP/1.1`;
    expect(await raw(port(), line, 'Host: localhost')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw(port(), `GET ${path}?x=%zz HTTP/1.1`, 'Host: localhost')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

it.each(odd)('a stand-in answers %j with 400', async (...lines) => {
  const standIn = await startStandIn({ name: 'github', host: '127.0.0.1', port: 0 });
  const answer = await raw(standIn.port, ...lines.filter((line) => line !== undefined));
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  await standIn.close();
});
