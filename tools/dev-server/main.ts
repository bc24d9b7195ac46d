import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildApp, readSettings } from '../build/build.ts';
import { publicSettings } from '../settings/public-settings.ts';
import { readAllowedHosts } from './allowed-hosts.ts';
import { startDevServer } from './app-server.ts';
import { publicHost } from './public-host.ts';
import { standInNamed } from './stand-ins/names.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Not `build/`, which `npm run build` may have filled with other settings. */
const siteFolder = path.join(root, '.cache', 'dev-site');

function port(variable: string, fallback: number): number {
  const text = process.env[variable] ?? '';
  if (text === '') return fallback;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new Error(`${variable} must be a port number from 0 to 65535, not "${text}".`);
}

async function site(build: boolean): Promise<string> {
  if (build) return (await buildApp({ outDir: siteFolder })).outDir;
  if (existsSync(path.join(siteFolder, 'appBundle.js'))) return siteFolder;
  throw new Error('Nothing has been built yet: start once without --no-build.');
}

function line(name: string, url: string): void {
  process.stdout.write(`${name.padEnd(21)} ${url}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string', default: path.join(root, 'settings.json') },
      provider: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const provider = values.provider === undefined ? undefined : standInNamed(values.provider);
  const clientSecret = process.env['RELAY_CLIENT_SECRET'] || undefined;
  const host = process.env['HOST'] || 'localhost';
  const settings = readSettings(values.settings);
  for (const { key, why } of publicSettings(settings, { development: true }).withheld) {
    const isForRelay = key === 'appSettings.signIn.clientSecret';
    const where = isForRelay
      ? 'the relay of this server adds it'
      : 'no site or package may have it';
    process.stderr.write(`${key} ${why}, so the app does not get it: ${where}.\n`);
  }
  const allowedHosts = readAllowedHosts(process.env['ALLOWED_HOSTS'] ?? '');
  // Ports first: half a minute of building should not end in "already in use".
  let finishSite: (folder: string) => void = () => {};
  const server = await startDevServer({
    host,
    appPort: port('PORT', 8080),
    authPort: port('AUTH_PORT', 4001),
    settings,
    provider,
    clientSecret,
    allowedHosts,
    outDir: new Promise<string>((resolve) => {
      finishSite = resolve;
    }),
  });
  const stop = () => process.exit(0);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  finishSite(await site(!values['no-build']));
  const everywhere = host === '0.0.0.0' || host === '::';
  const shown = everywhere ? 'localhost' : publicHost(host);
  line('TV app', `http://${shown}:${server.appPort}/`);
  if (server.standIn === undefined) {
    line('Authorization server', `http://${shown}:${server.authPort}/`);
  } else {
    line('Stand-in', `${server.standIn.url}/`);
    line('Phones decide at', server.standIn.pageUrl);
  }
  line('QA console', server.qaUrl);
  if (!everywhere) return;
  const lan = publicHost(host, allowedHosts);
  if (lan === 'localhost') {
    process.stdout.write('This machine has no network address, so no phone or TV can reach it.\n');
    return;
  }
  line('TV app on the LAN', `http://${lan}:${server.appPort}/`);
  if (server.standIn !== undefined) return;
  line('Phones sign in at', `http://${lan}:${server.authPort}/device`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
