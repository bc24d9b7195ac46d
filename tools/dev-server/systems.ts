import type { Middleware } from 'koa';
import { normalAddress, withoutWellKnown } from '../../src/settings/settings.ts';
import { embedded } from './authorization-server/control/wire-log.ts';
import type { AuthorizationServer } from './authorization-server/server.ts';
import { relay } from './relay.ts';
import { standInNamed } from './stand-ins/names.ts';
import { type StandIn, startStandIn } from './stand-ins/stand-in.ts';

/** A system that the TV app can sign in to, ready for it. */
export interface System {
  /** Content of a settings file with which the app signs in there. */
  settings: unknown;
  /** Carries the app's calls there, when the settings say so. */
  relay: Middleware;
  /** Undefined for the server that the settings file names. */
  standIn?: StandIn;
}

/** The issuer in a fresh settings.json: it stands for whichever address the embedded server has. */
const defaultIssuer = 'http://localhost:4001';

/** Whether an address is the default issuer, however it is written. */
const isDefaultIssuer = (address: unknown): boolean =>
  typeof address === 'string' &&
  withoutWellKnown(normalAddress(address, true) ?? '').replace(/\/$/, '') === defaultIssuer;

/** The settings with the embedded server's real address in place of the default one. */
export function withIssuer(settings: unknown, issuer: string): unknown {
  const copy = structuredClone(settings);
  const signIn = (copy as { appSettings?: { signIn?: Record<string, unknown> } } | null)
    ?.appSettings?.signIn;
  if (signIn !== undefined && isDefaultIssuer(signIn['issuer'])) signIn['issuer'] = issuer;
  const origins = signIn?.['apiOrigins'];
  if (signIn !== undefined && Array.isArray(origins)) {
    signIn['apiOrigins'] = origins.map((one) => (isDefaultIssuer(one) ? issuer : one));
  }
  return copy;
}

/** The client's secret in the settings; the app itself never gets it. */
function secretIn(settings: unknown): string | undefined {
  const secret = (settings as { appSettings?: { signIn?: Record<string, unknown> } } | null)
    ?.appSettings?.signIn?.['clientSecret'];
  return typeof secret === 'string' ? secret : undefined;
}

/** The settings with the server's own relay, where only a relay can know the client's secret. */
function withRelay(settings: unknown): unknown {
  if (secretIn(settings) === undefined) return settings;
  const copy = structuredClone(settings) as { appSettings: { signIn: Record<string, unknown> } };
  copy.appSettings.signIn['relay'] ??= 'relay';
  return copy;
}

/** The settings with another `signIn`. */
function withSignIn(settings: unknown, signIn: StandIn['signIn']): unknown {
  const copy = structuredClone(settings) as { appSettings?: Record<string, unknown> } | null;
  return { ...copy, appSettings: { ...copy?.appSettings, signIn } };
}

/**
 * The systems that the TV app can sign in to: the server that the settings file names, and the
 * stand-in of every other, started the first time it is asked for.
 *
 * @param options.settings content of the settings file; the stand-ins keep all of it but `signIn`
 * @param options.clientSecret what the relay adds for the server that the settings file names; by
 *   default the settings' own `clientSecret`
 * @param options.allowedHosts names that this machine has besides its addresses
 */
export function createSystems(options: {
  host: string;
  settings: unknown;
  auth: AuthorizationServer;
  clientSecret?: string;
  allowedHosts: readonly string[];
  /** Origins of the QA console, which shows the stand-ins' pages in a frame. */
  framedBy: () => readonly string[];
}) {
  const { host, auth, clientSecret, allowedHosts, framedBy } = options;
  const { wire } = auth;
  const started = new Map<string, Promise<System>>();
  /** Those that are ready, by the name in their relay's path. */
  const ready = new Map<string, System>();
  const settings = withRelay(withIssuer(options.settings, auth.url));
  const own: System = {
    settings,
    relay: relay({ settings, wire, clientSecret: clientSecret ?? secretIn(settings) }),
  };

  async function start(name: string, port: number): Promise<System> {
    const standIn = await startStandIn({ name, host, port, wire, allowedHosts, framedBy });
    auth.adopt(standIn.orders);
    const { relay: relayed, ...direct } = standIn.signIn;
    // A path of its own for each: one TV's relay forwards nothing for another's.
    const signIn = relayed === undefined ? direct : { ...direct, relay: `relay/${name}` };
    const standInSettings = withSignIn(options.settings, signIn);
    const system: System = {
      standIn,
      settings: standInSettings,
      relay: relay({
        settings: standInSettings,
        wire,
        system: name,
        clientSecret: standIn.clientSecret,
      }),
    };
    ready.set(name, system);
    return system;
  }

  return {
    /**
     * The system of a name, started when it is not running.
     *
     * @param name a stand-in's, or {@link embedded} for the server that the settings file names
     * @param port where to start it; 0 picks a free one
     * @throws Error for an unknown name, PortTaken
     */
    async named(name: string, port = 0): Promise<System> {
      if (name === embedded) return own;
      const known = standInNamed(name);
      const running = started.get(known) ?? start(known, port);
      started.set(known, running);
      // One that could not start may be asked for again.
      running.catch(() => started.delete(known));
      return running;
    },
    /** Whether asking for the system of a name starts nothing. */
    isRunning: (name: string): boolean => name === embedded || started.has(standInNamed(name)),
    /** The relays of all systems that run. */
    relay: ((context, next) => {
      const [, name = ''] = /^\/relay\/([\w-]+)\//.exec(context.path) ?? [];
      return (ready.get(name) ?? own).relay(context, next);
    }) satisfies Middleware as Middleware,
    /** Stops the stand-ins. */
    async close(): Promise<void> {
      await Promise.all([...ready.values()].map(({ standIn }) => standIn?.close()));
    },
  };
}

/** See {@link createSystems}. */
export type Systems = ReturnType<typeof createSystems>;
