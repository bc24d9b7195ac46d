import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import { securityHeaders } from '../build/headers.ts';
import { renderIndexHtml } from '../build/index-html.ts';
import { publicSettings } from '../settings/public-settings.ts';
import { whyForbidden } from './authorization-server/control/own-machine.ts';
import { embedded } from './authorization-server/control/wire-log.ts';
import { type Control, startAuthorizationServer } from './authorization-server/server.ts';
import { consoleFacts } from './console-facts.ts';
import { foreignLinkPage } from './foreign-link.ts';
import { type Listening, listen } from './listen.ts';
import { ownHost, publicHost } from './public-host.ts';
import { reportErrors } from './report-errors.ts';
import { sourceOf } from './source.ts';
import { isStandIn, standInNamed, standInNames } from './stand-ins/names.ts';
import type { StandIn } from './stand-ins/stand-in.ts';
import { sendFile } from './static-files.ts';
import { createSystems, type System, type Systems } from './systems.ts';

const consoleFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'qa');

/** The TV app, the authorization server and the QA console, running. */
export interface DevServer {
  /** The TV app, with a trailing slash. */
  appUrl: string;
  /** The issuer, without a trailing slash. */
  authUrl: string;
  qaUrl: string;
  appPort: number;
  authPort: number;
  control: Control;
  /** The system that the app signs in to in place of the authorization server. */
  standIn?: StandIn;
  close(): Promise<void>;
}

const refusal =
  'The QA console is for the machine that runs the server: open it there, at localhost. This request was refused because';

/** The parameter of the page's and the facts' address that chooses a system. */
const choice = 'provider';

/** Asks a person before what a page of another site makes a browser open here does anything. */
function answerForeignLink(context: Koa.Context): void {
  context.status = 403;
  context.type = 'text/html';
  context.set('Cache-Control', 'no-store');
  context.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  context.body = foreignLinkPage(context.path + context.search);
}

function createApp(options: {
  systems: Systems;
  /** The system of an address that chooses none. */
  provider: string;
  outDir: Promise<string>;
  authUrl: string;
  authPort: number;
}): Koa {
  const app = new Koa();
  reportErrors(app);

  /** The system that the address asks for; without one, the answer is given already. */
  async function chosen(context: Koa.Context): Promise<System | undefined> {
    const asked = context.query[choice];
    const name = typeof asked === 'string' && asked !== '' ? asked : options.provider;
    if (name !== embedded && !isStandIn(name)) {
      context.status = 404;
      context.body = `There is no stand-in of that name. Known: ${standInNames.join(', ')}.`;
      return undefined;
    }
    if (sourceOf(context) === 'foreign' && !options.systems.isRunning(name)) {
      answerForeignLink(context);
      return undefined;
    }
    return options.systems.named(name);
  }

  async function answerConsole(context: Koa.Context): Promise<void> {
    const forbidden = whyForbidden(context);
    if (forbidden !== undefined) {
      context.status = 403;
      context.body = `${refusal} ${forbidden}.`;
      return;
    }
    // The console does at once what its address says.
    if (sourceOf(context) === 'foreign' && context.search !== '') return answerForeignLink(context);
    const below = context.path.slice('/qa'.length).replace(/^\/$/, '');
    if (below === '/facts.json') {
      const system = await chosen(context);
      if (system === undefined) return;
      context.set('Cache-Control', 'no-store');
      context.body = consoleFacts({
        issuer: options.authUrl,
        control: `http://${context.hostname}:${options.authPort}/control`,
        settings: publicSettings(system.settings, { development: true }).settings,
        provider: options.provider,
        providers: standInNames,
      });
      return;
    }
    await sendFile(context, consoleFolder, below === '' ? '/index.html' : below);
  }

  async function answerApp(context: Koa.Context): Promise<void> {
    const outDir = await options.outDir;
    if (context.path !== '/' && context.path !== '/index.html') {
      await sendFile(context, outDir, context.path);
      return;
    }
    const system = await chosen(context);
    if (system === undefined) return;
    context.type = 'text/html';
    context.set('Cache-Control', 'no-store');
    // The levers of the QA console are in the page only when its address asks for them.
    const levers = context.query['qa'] !== undefined;
    const shown = publicSettings(system.settings, { development: true }).settings;
    context.set(securityHeaders(shown, { development: true }));
    context.body = renderIndexHtml(shown, {
      development: true,
      headScripts: levers ? ['/qa/tv-levers.js'] : [],
    });
  }

  app.use(options.systems.relay);
  app.use(async (context) => {
    if (context.method !== 'GET' && context.method !== 'HEAD') {
      context.status = 405;
      return;
    }
    const isConsole = context.path === '/qa' || context.path.startsWith('/qa/');
    await (isConsole ? answerConsole(context) : answerApp(context));
  });
  return app;
}

/**
 * Starts everything that `npm start` starts, except the build.
 *
 * @param options.host `localhost` for this machine only, `0.0.0.0` for phones and TVs on the LAN
 * @param options.appPort 0 picks a free one
 * @param options.authPort 0 picks a free one
 * @param options.settings the parsed content of a settings file; the default issuer in it becomes
 *   the embedded server's address
 * @param options.provider name of a system whose stand-in takes `authPort`; the authorization
 *   server then has a port of its own
 * @param options.clientSecret what the relay adds to calls that authenticate the client
 * @param options.allowedHosts names that this machine has besides its addresses
 * @param options.strictContentType has the authorization server refuse forms whose type has parameters
 * @param options.outDir the built site, or when it will be: requests for the app wait for it
 * @throws PortTaken
 */
export async function startDevServer(options: {
  host: string;
  appPort: number;
  authPort: number;
  settings: unknown;
  provider?: string;
  clientSecret?: string;
  allowedHosts?: readonly string[] | undefined;
  strictContentType?: boolean;
  outDir: string | Promise<string>;
}): Promise<DevServer> {
  const { host, appPort, authPort, settings, clientSecret, strictContentType } = options;
  const { allowedHosts = [] } = options;
  let framedBy: readonly string[] = [];
  const provider = options.provider === undefined ? embedded : standInNamed(options.provider);
  const reached = { host, allowedHosts, framedBy: () => framedBy };
  const port = provider === embedded ? authPort : 0;
  const auth = await startAuthorizationServer({ ...reached, port, strictContentType });
  const systems = createSystems({ ...reached, settings, auth, clientSecret });
  let listening: Listening;
  let standIn: StandIn | undefined;
  try {
    ({ standIn } = await systems.named(provider, authPort));
    const app = createApp({
      systems,
      provider,
      outDir: Promise.resolve(options.outDir),
      authUrl: auth.url,
      authPort: auth.port,
    });
    listening = await listen(app.callback(), {
      host,
      port: appPort,
      variable: 'PORT',
      allowedHosts,
    });
    // The QA console, which answers under these names only.
    framedBy = ['localhost', '127.0.0.1'].map((name) => `http://${name}:${listening.port}`);
  } catch (error) {
    await Promise.all([auth.close(), systems.close()]);
    throw error;
  }
  const appUrl = `http://${publicHost(host, allowedHosts)}:${listening.port}/`;
  return {
    appUrl,
    authUrl: auth.url,
    qaUrl: `http://${ownHost(host)}:${listening.port}/qa`,
    appPort: listening.port,
    authPort: auth.port,
    control: auth.control,
    standIn,
    close: async () => {
      await Promise.all([listening.close(), auth.close(), systems.close()]);
    },
  };
}
