import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts';
import { createAuthorizationServer } from '../../src/oauth/client.ts';
import type { MetadataCache } from '../../src/oauth/discovery.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { providerFactsOf, providerNamed, providerNames } from '../../src/oauth/providers/index.ts';
import {
  type ControllableClock,
  createControllableClock,
} from '../../src/oauth/testing/controllable-clock.ts';
import { createAccountRecords } from '../../src/session/account-records.ts';
import type { AccessTokenOutcome } from '../../src/session/api.ts';
import { createSeal } from '../../src/session/seal.ts';
import { memoryStore, type RecordStore } from '../../src/session/store.ts';
import { settle as settleCrypto, watchedCrypto } from '../../src/session/testing/session-clock.ts';
import { checkSettings, type SignInSettings } from '../../src/settings/settings.ts';
import type { SignInEvent } from '../../src/sign-in/states.ts';
import { createFleetTv, type FleetTv } from '../fleet/tv.ts';
import { type FaultyServer, startFaultyServer } from './faulty-server.ts';
import { createNetwork, type Network } from './network.ts';

const startsAtMs = Date.UTC(2026, 0, 1, 20);

/** Puts a client that works otherwise in the place of the app's own. */
export type ChangeClient = (client: AuthorizationServer) => AuthorizationServer;

/** One TV and one server on a real network, in virtual time. */
export interface World {
  readonly time: ControllableClock;
  readonly server: FaultyServer;
  readonly network: Network;
  readonly store: RecordStore;
  readonly tv: FleetTv;
  /** Every problem that the viewer's screen or the app was told of. */
  readonly problems: Problem[];
  /** Lets virtual time pass. */
  pass(ms: number): Promise<void>;
  /** Presses a control and lets what follows from it happen. */
  press(event: SignInEvent): Promise<void>;
  /** What a promise came to within some virtual time; undefined when it is still open. */
  within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined>;
  /** The access token as the app's own screens would ask for it. */
  access(): Promise<AccessTokenOutcome | undefined>;
  /** Ids of the accounts that this TV keeps. */
  keptAccounts(): Promise<string[]>;
  /** Switches the TV off and on again; memory is lost, storage is not. */
  restart(options?: { forgetMetadata?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Settings as the app reads them.
 * @param changes what they say besides issuer and client
 * @throws Error with what is wrong with them
 */
export function settingsFor(issuer: string, changes: Record<string, unknown>): SignInSettings {
  const signIn = { issuer, clientId: 'tv', scope: 'openid', allowInsecureHttp: true, ...changes };
  const outcome = checkSettings(
    { appSettings: { name: 'Faults', signIn } },
    {
      providers: providerNames,
      providerFacts: providerFactsOf,
      languages: [],
      colors: [],
      keys: [],
    },
  );
  if (outcome.type === 'invalid') {
    throw new Error(outcome.faults.map(({ sentence }) => sentence).join(' '));
  }
  return outcome.settings.signIn;
}

/** Keeps metadata as the TV's storage does. */
export function createMetadataCache(): MetadataCache & { clear(): void } {
  const kept = new Map<string, unknown>();
  return {
    get: (issuer) => Promise.resolve(kept.get(issuer)),
    set: async (issuer, content) => {
      kept.set(issuer, content);
    },
    clear: () => kept.clear(),
  };
}

/** What outlives a restart of the app, and what it is restarted with. */
interface TvParts {
  settings: SignInSettings;
  time: ControllableClock;
  network: Network;
  random(): number;
  store: RecordStore;
  crypto: Crypto | undefined;
  metadataCache: MetadataCache;
  problems: Problem[];
  changeClient: ChangeClient;
}

/** A TV that is switched off, with the app's own client on the faulty network. */
function createTv(parts: TvParts, apiOrigin: string): FleetTv {
  const { settings, time, network, random, store, crypto, metadataCache, problems } = parts;
  return createFleetTv({
    server: parts.changeClient(
      createAuthorizationServer({
        settings,
        provider: providerNamed(settings.provider),
        dependencies: {
          fetch: network.fetch,
          clock: time,
          isOnline: () => true,
          pageOrigin: 'https://tv.example',
        },
        appName: 'Faults',
        language: () => 'en',
        deviceId: () => Promise.resolve('tv-1'),
        metadataCache,
      }),
    ),
    clock: time,
    random,
    store,
    crypto,
    fetch: network.fetch,
    apiOrigins: [apiOrigin],
    onChange(state) {
      if (state.type === 'failed') problems.push(state.problem);
      if (state.type === 'showingCode' && state.transientFailure !== undefined) {
        problems.push(state.transientFailure.problem);
      }
    },
  });
}

/** A server and a network in the same virtual time. */
async function createPlaces(closedPort: number, sealed: boolean) {
  let network: Network | undefined;
  const time = createControllableClock(startsAtMs, async () => {
    await network?.settle();
    if (sealed) await settleCrypto();
  });
  const server = await startFaultyServer({
    clock: time,
    onHold: (requestId, held) => network?.hold(requestId, held),
  });
  network = createNetwork({
    nowMs: time.monotonicMs,
    refuses: (call) => {
      const failing = server.failing();
      const isMet = failing?.call === call || call === 'probe';
      return isMet && failing?.fault.delivery.type === 'refused-connection';
    },
    onRefused: () => server.countRefusal(),
    closedPort,
  });
  return { time, server, network };
}

/**
 * Builds a world with the app switched off.
 *
 * @param random in [0, 1)
 * @param closedPort port of this machine on which connections are refused
 * @param sealed true when the TV seals what it keeps
 * @param changeClient left out for the app's own client
 */
export async function createWorld(
  random: () => number,
  closedPort: number,
  sealed: boolean,
  changeClient: ChangeClient = (client) => client,
): Promise<World> {
  const { time, server, network } = await createPlaces(closedPort, sealed);
  const settings = settingsFor(server.url, { dpop: 'off' });
  const metadataCache = createMetadataCache();
  const problems: Problem[] = [];
  const store = memoryStore();
  const crypto = sealed ? watchedCrypto : undefined;
  const seal = createSeal(store, crypto);
  const kept = { store, crypto, metadataCache };
  const parts = { ...kept, settings, time, network, random, problems, changeClient };

  const pass = (ms: number) => time.pass(ms);
  const within = async <Value>(ms: number, promise: Promise<Value>) => {
    let value: Value | undefined;
    promise.then(
      (result) => {
        value = result;
      },
      () => {},
    );
    await pass(ms);
    return value;
  };
  let tv = createTv(parts, server.url);
  return {
    time,
    server,
    network,
    store,
    get tv() {
      return tv;
    },
    problems,
    pass,
    within,
    async press(event) {
      tv.press(event);
      await pass(200);
    },
    async access() {
      const session = tv.session();
      if (session === undefined) return undefined;
      const outcome = await within(60_000, session.accessToken());
      if (outcome?.type === 'transient-failure') problems.push(outcome.problem);
      return outcome;
    },
    async keptAccounts() {
      const owner = { serverId: settings.issuer ?? '', clientId: settings.clientId };
      const { kept } = await createAccountRecords(store, seal, owner, random).list();
      return kept.map(({ account }) => account.id);
    },
    async restart({ forgetMetadata = false } = {}) {
      tv.switchOff();
      if (forgetMetadata) metadataCache.clear();
      await pass(1000);
      tv = createTv(parts, server.url);
      tv.switchOn();
      await pass(200);
    },
    async close() {
      tv.switchOff();
      await server.close();
    },
  };
}
