import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(path.join(tmpdir(), 'package-offline-'));
const asked = path.join(folder, 'asked-for');

/** Refuses every connection and name that is not this machine's, and writes down who asked. */
const refuseNetwork = `
  const { appendFileSync } = require('node:fs');
  const dns = require('node:dns');
  const net = require('node:net');
  const ours = /^(localhost|127\\.[\\d.]+|::1)$/;
  const refuse = (what) => {
    appendFileSync(${JSON.stringify(asked)}, what + '\\n');
    throw new Error('No network: ' + what);
  };
  const { lookup } = dns;
  dns.lookup = (host, ...rest) => (ours.test(host) ? lookup(host, ...rest) : refuse(host));
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    const host = typeof options === 'object' ? options.host : args[1];
    const isPath = typeof options === 'object' && options.path !== undefined;
    if (!isPath && host !== undefined && !ours.test(host)) refuse(host);
    return connect.apply(this, args);
  };
`;

/** Programs that would fetch something: here they only write down that they were called. */
function addDownloaders(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const program of ['npm', 'npx', 'yarn', 'pnpm', 'corepack', 'curl', 'wget', 'git']) {
    const file = path.join(to, program);
    writeFileSync(file, `#!/bin/sh\necho "${program} $*" >> "${asked}"\nexit 1\n`);
    chmodSync(file, 0o755);
  }
}

function runOffline(program: string, args: readonly string[]) {
  const hook = path.join(folder, 'refuse-network.cjs');
  writeFileSync(hook, refuseNetwork);
  const downloaders = path.join(folder, 'bin');
  addDownloaders(downloaders);
  return promisify(execFile)(process.execPath, [program, ...args], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${downloaders}${path.delimiter}${process.env['PATH']}`,
      NODE_OPTIONS: `--require ${hook}`,
    },
  });
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run package without a network', () => {
  it.each([
    ['the server of development', { allowInsecureHttp: true }, []],
    ['a server whose hosts are known', { issuer: 'https://id.example.com' }, ['--offline']],
  ])(
    'npm run package asks no other machine and starts no downloader: %s',
    async (_name, signIn, options) => {
      const out = mkdtempSync(path.join(folder, 'out-'));
      const settings = path.join(folder, 'settings.json');
      const given = { issuer: 'http://localhost:4001', clientId: 'tv', ...signIn };
      writeFileSync(settings, JSON.stringify({ appSettings: { name: 'TV', signIn: given } }));
      const program = ['tools/package/main.ts', '--settings', settings, '--out', out, ...options];
      await runOffline('tools/run.mjs', program);
      expect(existsSync(asked) ? readFileSync(asked, 'utf8') : '').toBe('');
      const endings = readdirSync(out).map((name) => name.replace(/^.*\./, ''));
      expect(endings.sort()).toEqual(['SHA256SUMS', 'ipk', 'wgt', 'zip']);
    },
    200_000,
  );

  it('the refused network writes down what a download asks for', async () => {
    const program = path.join(folder, 'download.cjs');
    writeFileSync(
      program,
      `process.on('uncaughtException', () => {});
      require('node:child_process').spawnSync('npx', ['some-tool']);
      require('node:https').get('https://packages.example/x');`,
    );
    await runOffline(program, []);
    const called = readFileSync(asked, 'utf8');
    rmSync(asked);
    expect(called).toBe('npx some-tool\npackages.example\n');
  });
});
