import type { Call } from './network.ts';
import { serverFacts } from './server-model.ts';
import type { World } from './world.ts';

/** Where the app can stand when a call meets a fault. */
export interface Situation {
  /** Names it in reports and on the command line. */
  name: string;
  /** The call that fails. */
  call: Exclude<Call, 'probe'>;
  /** The server's origin has answered before, in this run of the app. */
  knowsServer: boolean;
  /** The endpoint itself has answered rightly before, in this run of the app. */
  knowsEndpoint: boolean;
  /** The access of kept accounts is not to get lost. */
  accounts: readonly string[];
  /** The TV seals what it keeps; only then an unfinished sign-out outlives a restart. */
  sealed?: true;
  /** Comes to this situation, on a server without faults. */
  prepare(world: World): Promise<void>;
  /** Meets the fault, for as long as it lasts. */
  meet(world: World): Promise<void>;
  /**
   * Looks, after a temporary fault and the way back to signed in, for what it must not leave behind.
   * @returns what is wrong, in a sentence
   */
  aftermath?(world: World): Promise<string | undefined>;
}

const minuteMs = 60_000;

async function switchOn(world: World): Promise<void> {
  world.tv.switchOn();
  await world.pass(200);
}

async function showCode(world: World): Promise<void> {
  await switchOn(world);
  await world.press({ type: 'signInRequested' });
}

async function signIn(world: World, account = 'ada'): Promise<void> {
  await world.press({ type: 'signInRequested' });
  world.server.approve(account);
  await world.pass(15_000);
}

async function signedIn(world: World): Promise<void> {
  await switchOn(world);
  await signIn(world);
}

/** Presses "Sign in" and, while the fault lasts, "Try again" once. */
async function requestTwice(world: World): Promise<void> {
  await world.press({ type: 'signInRequested' });
  await world.pass(40_000);
  if (world.tv.state().type === 'failed') await world.press({ type: 'signInRequested' });
  await world.pass(40_000);
}

/** The server must hear of a sign-out in the end: at the next start at the latest. */
async function isSignedOutAtServer(world: World): Promise<string | undefined> {
  await world.restart();
  await world.pass(minuteMs);
  return world.server.liveTokens > 1 ? 'the server never heard of the sign-out' : undefined;
}

/** A name that could not be had at sign-in is learned with the next renewal. */
async function isNamed(world: World): Promise<string | undefined> {
  await world.pass(serverFacts.accessLifetime * 1000);
  const state = world.tv.state();
  const name = state.type === 'signedIn' ? state.account.name : '';
  return name === 'Ada Lovelace' ? undefined : 'the name of the account was never learned';
}

const metadataSituations: readonly Situation[] = [
  {
    name: 'first start',
    call: 'metadata',
    knowsServer: false,
    knowsEndpoint: false,
    accounts: [],
    prepare: switchOn,
    meet: requestTwice,
  },
  {
    name: 'start with an account, without kept metadata',
    call: 'metadata',
    knowsServer: false,
    knowsEndpoint: false,
    accounts: ['ada'],
    prepare: signedIn,
    async meet(world) {
      await world.restart({ forgetMetadata: true });
      await world.access();
      await world.pass(minuteMs);
    },
  },
  {
    name: 'start with an account and kept metadata',
    call: 'metadata',
    knowsServer: false,
    knowsEndpoint: false,
    accounts: ['ada'],
    prepare: signedIn,
    async meet(world) {
      await world.restart();
      await world.pass(minuteMs);
    },
  },
];

const deviceSituations: readonly Situation[] = [
  {
    name: 'first sign-in',
    call: 'device',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    prepare: switchOn,
    meet: requestTwice,
  },
  {
    name: 'adding an account',
    call: 'device',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: ['ada'],
    prepare: signedIn,
    meet: requestTwice,
  },
  {
    name: 'choosing an account',
    call: 'device',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: ['ada', 'grace'],
    async prepare(world) {
      await signedIn(world);
      await signIn(world, 'grace');
      await world.press({ type: 'chooseAccountRequested' });
    },
    meet: requestTwice,
  },
  {
    name: 'new code after the last one expired',
    call: 'device',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: [],
    async prepare(world) {
      await showCode(world);
      await world.pass(serverFacts.codeLifetime * 1000 + minuteMs);
    },
    meet: requestTwice,
  },
];

const pollSituations: readonly Situation[] = [
  {
    name: 'code waits',
    call: 'poll',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    prepare: showCode,
    meet: (world) => world.pass(90_000),
  },
  {
    name: 'approved meanwhile',
    call: 'poll',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    async prepare(world) {
      await showCode(world);
      await world.pass(8000);
      world.server.approve('ada');
    },
    meet: (world) => world.pass(90_000),
  },
  {
    name: 'last seconds of the code',
    call: 'poll',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    async prepare(world) {
      await showCode(world);
      await world.pass(serverFacts.codeLifetime * 1000 - 20_000);
    },
    meet: (world) => world.pass(2 * minuteMs),
  },
  {
    name: 'code waits beside an account',
    call: 'poll',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: ['ada'],
    async prepare(world) {
      await signedIn(world);
      await world.press({ type: 'signInRequested' });
    },
    meet: (world) => world.pass(90_000),
  },
];

const sessionSituations: readonly Situation[] = [
  {
    name: 'completing',
    call: 'userinfo',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    async prepare(world) {
      await showCode(world);
      world.server.approve('ada');
    },
    meet: (world) => world.pass(90_000),
    aftermath: isNamed,
  },
  {
    name: 'renewal due',
    call: 'refresh',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: ['ada'],
    prepare: signedIn,
    async meet(world) {
      await world.pass(serverFacts.accessLifetime * 1000);
      await world.access();
      await world.pass(5 * minuteMs);
    },
  },
  {
    name: 'start with an account',
    call: 'refresh',
    knowsServer: false,
    knowsEndpoint: false,
    accounts: ['ada'],
    prepare: signedIn,
    async meet(world) {
      await world.restart();
      await world.access();
      await world.pass(5 * minuteMs);
    },
  },
  {
    name: 'access refused',
    call: 'refresh',
    knowsServer: true,
    knowsEndpoint: true,
    accounts: ['ada'],
    async prepare(world) {
      await signedIn(world);
      // Access that is quite fresh is not renewed because an API refuses it.
      await world.pass(2 * minuteMs);
    },
    async meet(world) {
      world.server.endAccess();
      const api = world.tv.session()?.api();
      if (api !== undefined) {
        await world.within(minuteMs, api.get(`${world.server.url}/api`, { retry: 0 }));
      }
      await world.pass(minuteMs);
    },
  },
  {
    name: 'sign-out',
    sealed: true,
    call: 'revoke',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: [],
    prepare: signedIn,
    async meet(world) {
      await world.press({ type: 'signOutRequested' });
      await world.pass(minuteMs);
    },
    aftermath: isSignedOutAtServer,
  },
  {
    name: 'start after an unfinished sign-out',
    sealed: true,
    call: 'revoke',
    knowsServer: false,
    knowsEndpoint: false,
    accounts: [],
    async prepare(world) {
      await signedIn(world);
      world.server.failAt('revoke', {
        name: '503',
        meaning: 'busy',
        delivery: { type: 'answer', status: 503 },
      });
      await world.press({ type: 'signOutRequested' });
      await world.pass(minuteMs);
    },
    async meet(world) {
      await world.restart();
      await world.pass(minuteMs);
    },
    aftermath: isSignedOutAtServer,
  },
  {
    name: 'signed in',
    call: 'api',
    knowsServer: true,
    knowsEndpoint: false,
    accounts: ['ada'],
    prepare: signedIn,
    async meet(world) {
      const api = world.tv.session()?.api();
      if (api !== undefined) {
        await world.within(minuteMs, api.get(`${world.server.url}/api`, { retry: 0 }));
      }
      await world.pass(minuteMs);
    },
  },
];

/** Every situation in which a call can meet a fault. */
export const situations: readonly Situation[] = [
  ...metadataSituations,
  ...deviceSituations,
  ...pollSituations,
  ...sessionSituations,
];
