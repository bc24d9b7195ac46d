import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import { renderIndexHtml } from '../build/index-html.ts';
import { isLoopback } from './authorization-server/control/routes.ts';
import { type Control, startAuthorizationServer } from './authorization-server/server.ts';
import { consoleFacts } from './console-facts.ts';
import { type Listening, listen } from './listen.ts';
import { publicHost } from './public-host.ts';
import { relay } from './relay.ts';
import { reportErrors } from './report-errors.ts';
import { type StandIn, startStandIn } from './stand-ins/stand-in.ts';
import { sendFile } from './static-files.ts';

const consoleFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'qa');

/** The issuer in a fresh settings.json: it stands for whichever address the embedded server has. */
const defaultIssuer = 'http://localhost:4001';

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

/** The settings with the embedded server's real address in place of the default one. */
export function withIssuer(settings: unknown, issuer: string): unknown {
  const copy = structuredClone(settings);
  const signIn = (copy as { appSettings?: { signIn?: Record<string, unknown> } } | null)
    ?.appSettings?.signIn;
  if (signIn?.['issuer'] === defaultIssuer) signIn['issuer'] = issuer;
  const origins = signIn?.['apiOrigins'];
  if (signIn !== undefined && Array.isArray(origins)) {
    signIn['apiOrigins'] = origins.map((one) => (one === defaultIssuer ? issuer : one));
  }
  return copy;
}

/** The settings with another `signIn`. */
function withSignIn(settings: unknown, signIn: StandIn['signIn']): unknown {
  const copy = structuredClone(settings) as { appSettings?: Record<string, unknown> } | null;
  return { ...copy, appSettings: { ...copy?.appSettings, signIn } };
}

const refusal = `The QA console is for the machine that runs the server: open it there, at localhost.`;

function createApp(options: {
  settings: unknown;
  outDir: Promise<string>;
  authUrl: string;
  authPort: number;
  clientSecret?: string;
}): Koa {
  const app = new Koa();
  reportErrors(app);

  async function answerConsole(context: Koa.Context): Promise<void> {
    if (!isLoopback(context.req.socket.remoteAddress)) {
      context.status = 403;
      context.body = refusal;
      return;
    }
    const below = context.path.slice('/qa'.length).replace(/^\/$/, '');
    if (below === '/facts.json') {
      context.set('Cache-Control', 'no-store');
      context.body = consoleFacts({
        issuer: options.authUrl,
        control: `http://${context.hostname}:${options.authPort}/control`,
        settings: options.settings,
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
    context.type = 'text/html';
    context.set('Cache-Control', 'no-store');
    // The levers of the QA console are in the page only when its address asks for them.
    const levers = context.query['qa'] !== undefined;
    context.body = renderIndexHtml(
      options.settings,
      levers ? { headScripts: ['/qa/tv-levers.js'] } : {},
    );
  }

  app.use(relay(options));
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
  outDir: string | Promise<string>;
}): Promise<DevServer> {
  const { host, appPort, authPort, provider } = options;
  const standIn =
    provider === undefined
      ? undefined
      : await startStandIn({ name: provider, host, port: authPort });
  const auth = await startAuthorizationServer({ host, port: standIn === undefined ? authPort : 0 });
  const clientSecret = standIn?.clientSecret ?? options.clientSecret;
  const app = createApp({
    settings:
      standIn === undefined
        ? withIssuer(options.settings, auth.url)
        : withSignIn(options.settings, standIn.signIn),
    outDir: Promise.resolve(options.outDir),
    authUrl: auth.url,
    authPort: auth.port,
    ...(clientSecret === undefined ? {} : { clientSecret }),
  });
  let listening: Listening;
  try {
    listening = await listen(app.callback(), { host, port: appPort, variable: 'PORT' });
  } catch (error) {
    await Promise.all([auth.close(), standIn?.close()]);
    throw error;
  }
  const appUrl = `http://${publicHost(host)}:${listening.port}/`;
  return {
    appUrl,
    authUrl: auth.url,
    qaUrl: `${appUrl}qa`,
    appPort: listening.port,
    authPort: auth.port,
    control: auth.control,
    ...(standIn === undefined ? {} : { standIn }),
    close: async () => {
      await Promise.all([listening.close(), auth.close(), standIn?.close()]);
    },
  };
}
