import type { RequestListener } from 'node:http';
import { type Listening, listen } from '../listen.ts';
import { publicHost } from '../public-host.ts';
import { reportErrors } from '../report-errors.ts';
import type { AccountName } from './accounts.ts';
import { createChanges } from './control/changes.ts';
import { type Control, createControl, type OtherSystem } from './control/control.ts';
import { faultInjection } from './control/fault-injection.ts';
import { createFaults } from './control/faults.ts';
import { controlRoutes } from './control/routes.ts';
import { type ControlSettings, normalSettings } from './control/settings.ts';
import { createWireLog, type WireLog } from './control/wire-log.ts';
import { wireRecorder } from './control/wire-recorder.ts';
import { cors } from './cors.ts';
import { createDeviceCodes } from './device-codes.ts';
import { deviceReply } from './device-reply.ts';
import { grants } from './grants.ts';
import { createProvider } from './provider.ts';
import { publicAddress } from './public-address.ts';
import { readBody } from './request-body.ts';
import { createStorage } from './storage.ts';
import { strictness } from './strictness.ts';
import { tokenRules } from './token-rules.ts';
import { verificationPage } from './verification/page.ts';

export type { AccountName, Control };

/** A running authorization server. */
export interface AuthorizationServer {
  /** The issuer: the public URL, without a trailing slash. */
  url: string;
  /** The port that answers. */
  port: number;
  control: Control;
  /** The log that the control API shows; the relay and the stand-ins write into it, too. */
  wire: WireLog;
  /** Has the control API decide the codes of another server as well. */
  adopt(system: OtherSystem): void;
  close(): Promise<void>;
}

function assemble(
  url: string,
  normal: ControlSettings,
  framedBy: () => readonly string[],
  allowedOrigins?: readonly string[],
) {
  const settings = { ...normal };
  const storage = createStorage();
  const provider = createProvider(url, {
    adapter: storage.adapter,
    accessTokenLifetimeSeconds: () => settings.accessTokenLifetimeSeconds,
    codeLifetimeSeconds: () => settings.codeLifetimeSeconds,
    requireDpopNonce: () => settings.requireDpopNonce,
  });
  const codes = createDeviceCodes();
  const faults = createFaults();
  const log = createWireLog();
  const changes = createChanges();
  const others: OtherSystem[] = [];
  const { grant, refuse } = grants(provider, changes.tell);
  const { middleware: injectFaults, releaseHanging } = faultInjection(faults, settings);
  const control = createControl({
    issuer: url,
    settings,
    normalSettings: normal,
    faults,
    codes,
    log,
    changes,
    others,
    grant,
    refuse,
    forgetSessions: storage.forgetSessions,
    releaseHanging,
  });
  const middlewares = [
    readBody,
    controlRoutes(control),
    wireRecorder(log, codes),
    cors({ allowedOrigins, refuse: () => settings.refuseCors }),
    injectFaults,
    publicAddress(url),
    strictness(settings),
    verificationPage({ codes, grant, refuse, framedBy }),
    tokenRules({
      codes,
      settings,
      approve: (record) => grant(record, settings.autoApproveAccount),
      onChange: changes.tell,
    }),
    deviceReply(codes, settings, changes.tell),
  ];
  for (const middleware of middlewares) provider.use(middleware);
  reportErrors(provider);
  const adopt = (system: OtherSystem) => {
    others.push(system);
    system.onChange(changes.tell);
  };
  return { handler: provider.callback(), control, wire: log, adopt };
}

/**
 * Starts a real authorization server (oidc-provider) for development: device grant (RFC 8628) with
 * strict pacing, refresh rotation, revocation, DPoP, discovery and a verification page, wrapped in
 * a control API that can make any of it go wrong.
 *
 * @param options.host `localhost` for this machine only, `0.0.0.0` for phones and TVs on the LAN
 * @param options.port 0 picks a free one
 * @param options.publicUrl the issuer, when it is not what host and port say (behind a proxy)
 * @param options.allowedOrigins who may call from a browser; everyone when left out
 * @param options.allowedHosts names that this machine has besides its addresses
 * @param options.framedBy origins of the pages that may show the verification page in a frame
 * @throws PortTaken when another program has the port
 */
export async function startAuthorizationServer(options: {
  host: string;
  port: number;
  publicUrl?: string;
  allowedOrigins?: readonly string[];
  allowedHosts?: readonly string[] | undefined;
  framedBy?: () => readonly string[];
  intervalSeconds?: number;
  codeLifetimeSeconds?: number;
  accessTokenLifetimeSeconds?: number;
  strictContentType?: boolean | undefined;
}): Promise<AuthorizationServer> {
  const { host, port, publicUrl, allowedOrigins, allowedHosts = [], framedBy, ...given } = options;
  let handler: RequestListener = (_request, response) => response.writeHead(503).end();
  // The issuer holds the port, and with port 0 only listening tells it.
  const listening: Listening = await listen((request, response) => handler(request, response), {
    host,
    port,
    variable: 'AUTH_PORT',
    allowedHosts:
      publicUrl === undefined ? allowedHosts : [...allowedHosts, new URL(publicUrl).hostname],
  });
  const url = (publicUrl ?? `http://${publicHost(host, allowedHosts)}:${listening.port}`).replace(
    /\/$/,
    '',
  );
  const stated = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const { handler: ready, ...assembled } = assemble(
    url,
    { ...normalSettings, ...stated },
    framedBy ?? (() => []),
    allowedOrigins,
  );
  handler = ready;
  return { url, port: listening.port, ...assembled, close: listening.close };
}
