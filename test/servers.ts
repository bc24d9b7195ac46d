import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { readSettings } from '../tools/build/build.ts';
import { startDevServer } from '../tools/dev-server/app-server.ts';
import type {
  Exchange,
  WireEndpoint,
} from '../tools/dev-server/authorization-server/control/wire-log.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The settings of the repository, with some of `appSettings.signIn` replaced. */
export function settingsWith(signIn: Record<string, unknown> = {}): unknown {
  const settings = readSettings(path.join(root, 'settings.json')) as {
    appSettings: { signIn: Record<string, unknown> };
  };
  // Options are those of one provider.
  if (signIn['provider'] !== undefined) delete settings.appSettings.signIn['providerOptions'];
  Object.assign(settings.appSettings.signIn, signIn);
  return settings;
}

export interface Servers {
  /** The TV app. */
  appUrl: string;
  /** The authorization server. */
  authUrl: string;
  authPort: number;
  qaUrl: string;
  /** Sends one order to the control API, as a test suite in any language would. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /**
   * What has been asked at an endpoint since the last reset, oldest first, redacted. An exchange
   * that goes on has the outcome `open`.
   */
  exchanges(endpoint: WireEndpoint): Promise<Exchange[]>;
  close(): Promise<void>;
}

/** Starts what `npm start` starts, on free ports. */
export async function startServers(
  options: {
    signIn?: Record<string, unknown>;
    settings?: unknown;
    authPort?: number;
    /** `0.0.0.0` lets the network in. */
    host?: string;
    /** A system whose stand-in the app signs in to. */
    provider?: string;
    /** Names of this machine besides its addresses. */
    allowedHosts?: readonly string[];
    /** Takes forms whose type has parameters, as `npm start` does. */
    lenient?: boolean;
  } = {},
): Promise<Servers> {
  const server = await startDevServer({
    host: options.host ?? 'localhost',
    appPort: 0,
    authPort: options.authPort ?? 0,
    settings: options.settings ?? settingsWith(options.signIn),
    provider: options.provider,
    allowedHosts: options.allowedHosts,
    // Some servers compare the type of a form as it stands.
    strictContentType: options.lenient !== true,
    outDir: inject('site'),
  });
  async function control(method: string, order: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://localhost:${server.authPort}/control${order}`, {
      method,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${order}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    appUrl: server.appUrl,
    authUrl: server.standIn?.url ?? server.authUrl,
    authPort: server.authPort,
    qaUrl: server.qaUrl,
    control,
    async exchanges(endpoint) {
      const log = (await control('GET', '/log')) as Exchange[];
      return log.filter((exchange) => exchange.endpoint === endpoint);
    },
    close: server.close,
  };
}
