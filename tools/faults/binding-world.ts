import { createAuthorizationServer } from '../../src/oauth/client.ts';
import { providerNamed } from '../../src/oauth/providers/index.ts';
import {
  type ControllableClock,
  createControllableClock,
} from '../../src/oauth/testing/controllable-clock.ts';
import type { AccessTokenOutcome } from '../../src/session/api.ts';
import { createProofs } from '../../src/session/dpop.ts';
import type { SessionDiagnostics } from '../../src/session/session.ts';
import { memoryStore, type RecordStore } from '../../src/session/store.ts';
import { settle as settleCrypto, watchedCrypto } from '../../src/session/testing/session-clock.ts';
import type { SignInState } from '../../src/sign-in/states.ts';
import { createFleetTv, type FleetTv } from '../fleet/tv.ts';
import { type BindingNetwork, createBindingNetwork } from './binding-network.ts';
import type { BindingServer } from './binding-server.ts';
import { createMetadataCache, settingsFor } from './world.ts';

/** One TV whose sessions are bound to a key, on a network that is cut, in virtual time. */
export interface BindingWorld {
  readonly clock: ControllableClock;
  readonly network: BindingNetwork;
  readonly store: RecordStore;
  readonly tv: FleetTv;
  readonly server: BindingServer;
  /** The states that the viewer saw, each once in a row. */
  readonly seenStates: SignInState[];
  /** Switches the TV off and on again, with what it has kept. */
  restart(): Promise<void>;
  /** Presses "Sign in" and approves the code on the phone. */
  signIn(account?: string): Promise<void>;
  access(): Promise<AccessTokenOutcome | undefined>;
  /** How many accounts the TV keeps. */
  keptAccounts(): Promise<number>;
  diagnostics(): SessionDiagnostics | undefined;
}

/** @param signIn what the settings say besides issuer and client */
export function createBindingWorld(
  server: BindingServer,
  signIn: Record<string, unknown> = {},
): BindingWorld {
  const network = createBindingNetwork(() => `${server.url}/token`);
  const clock = createControllableClock(Date.UTC(2026, 0, 1), async () => {
    // What a reply sets off may be the next request.
    for (let quiet = 0; quiet < 2; quiet++) {
      await network.idle();
      await settleCrypto();
    }
    await network.idle();
  });
  const settings = settingsFor(server.url, signIn);
  const store = memoryStore();
  const metadataCache = createMetadataCache();
  const seenStates: SignInState[] = [];
  let count = 0;

  const build = (): FleetTv => {
    const proofs = createProofs({ mode: settings.dpop, store, clock, crypto: watchedCrypto });
    return createFleetTv({
      server: createAuthorizationServer({
        settings,
        provider: providerNamed(settings.provider),
        dependencies: {
          fetch: network.fetch,
          clock,
          isOnline: () => true,
          pageOrigin: 'https://tv.example',
        },
        appName: 'Binding',
        language: () => 'en',
        deviceId: () => Promise.resolve('tv-1'),
        proofs,
        metadataCache,
      }),
      clock,
      random: () => ++count / 1e6,
      store,
      fetch: network.fetch,
      crypto: watchedCrypto,
      proofs,
      onChange(state) {
        if (seenStates[seenStates.length - 1]?.type !== state.type) seenStates.push(state);
      },
    });
  };
  let tv = build();

  return {
    clock,
    network,
    store,
    get tv() {
      return tv;
    },
    server,
    seenStates,
    async restart() {
      tv.switchOff();
      await clock.pass(1000);
      tv = build();
      tv.switchOn();
      await clock.pass(200);
    },
    async signIn(account = 'ada') {
      tv.press({ type: 'signInRequested' });
      await clock.pass(200);
      server.approve(account);
    },
    async access() {
      const asked = tv.session()?.accessToken();
      return asked && clock.run(asked);
    },
    async keptAccounts() {
      const keys = (await store.entries()).map(([key]) => key);
      return keys.filter((key) => /^account\//.test(key)).length;
    },
    diagnostics: () => tv.session()?.diagnostics(),
  };
}
