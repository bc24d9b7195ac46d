import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import {
  type GrantedTokens,
  modelServer,
  unreachable,
} from '../../src/session/testing/model-server.ts';
import { createDeviceCodes } from './device-codes.ts';

/** What the server was asked for, by kind of request. */
export type Asked = 'code' | 'poll' | 'refresh' | 'account' | 'revoke';

/** An authorization server that counts, is strict about RFC 8628 §3.5, and can be too small. */
export interface ModelServer {
  /** The server as one TV sees it. */
  seenBy(tv: number): AuthorizationServer;
  /** The viewer at a TV allows the code that it shows. */
  approve(tv: number): void;
  /** Tokens as after an approval, without one. */
  grant(tv: number): GrantedTokens;
  /** When a TV last got tokens, monotonic ms. */
  grantedAtMs(tv: number): number | undefined;
  /** False refuses every connection. */
  up: boolean;
  /** What it can answer each second; the rest gets 503 with `Retry-After`. */
  perSecond: number;
  readonly counts: Readonly<Record<Asked, number>>;
  /** Requests in each second since the start. */
  readonly load: readonly number[];
  /** Polls that came before the interval was over. */
  readonly earlyPolls: number;
  /** Requests that were turned away with 503. */
  readonly turnedAway: number;
  /** Refresh tokens that came a second time: a theft, had this been a real server. */
  readonly reuses: number;
}

/** Time between the TV and the server, there and back. */
const travelMs = 120;

export interface ModelServerOptions {
  clock: Clock;
  intervalSeconds?: number;
  codeLifetimeSeconds?: number;
  accessTokenLifetimeSeconds?: number;
  retryAfterSeconds?: number;
}

/** Makes a server that is up and can take everything. */
export function createModelServer(options: ModelServerOptions): ModelServer {
  const { clock } = options;
  const retryAfterSeconds = options.retryAfterSeconds ?? 10;
  const codes = createDeviceCodes(
    clock,
    options.intervalSeconds ?? 5,
    options.codeLifetimeSeconds ?? 600,
  );
  const grantedAtMs = new Map<number, number>();
  const tokens = modelServer(clock);
  tokens.expiresInSeconds = options.accessTokenLifetimeSeconds ?? 3600;
  const counts: Record<Asked, number> = { code: 0, poll: 0, refresh: 0, account: 0, revoke: 0 };
  const load: number[] = [];
  let turnedAway = 0;

  const pass = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.setTimer(ms, resolve);
    });

  /** Carries a request there; @returns why it was not served, if it was not */
  async function arrive(asked: Asked): Promise<Problem | undefined> {
    await pass(travelMs / 2);
    counts[asked]++;
    const second = Math.floor(clock.monotonicMs() / 1000);
    while (load.length <= second) load.push(0);
    load[second] = (load[second] ?? 0) + 1;
    if (!server.up) return unreachable;
    if ((load[second] ?? 0) > server.perSecond) {
      turnedAway++;
      return { kind: 'server-busy', code: 'http_503', status: 503, retryAfterSeconds };
    }
    return undefined;
  }

  const accountOf = (tv: number) => ({ id: `viewer-${tv}`, name: `Viewer ${tv}` });

  function grant(tv: number): GrantedTokens {
    grantedAtMs.set(tv, clock.monotonicMs());
    return tokens.grant(accountOf(tv));
  }

  const server: ModelServer = {
    up: true,
    perSecond: Number.POSITIVE_INFINITY,
    counts,
    load,
    get earlyPolls() {
      return codes.earlyPolls();
    },
    get turnedAway() {
      return turnedAway;
    },
    get reuses() {
      return tokens.reuses;
    },
    grant,
    grantedAtMs: (tv) => grantedAtMs.get(tv),
    approve: codes.approve,
    seenBy: (tv) => ({
      id: 'https://id.example',
      clientId: 'tv',
      async requestCode() {
        const problem = await arrive('code');
        if (problem !== undefined) return { type: 'failed', problem };
        const authorization = codes.issue(tv);
        await pass(travelMs / 2);
        return { type: 'issued', authorization };
      },
      async poll({ deviceCode }) {
        const problem = await arrive('poll');
        if (problem !== undefined) return { type: 'transient-failure', problem };
        const answer = codes.poll(tv, deviceCode);
        await pass(travelMs / 2);
        return answer === 'approved' ? { type: 'approved', tokens: grant(tv) } : { type: answer };
      },
      async refresh(credentials, signal) {
        const problem = await arrive('refresh');
        if (problem !== undefined) return { type: 'transient-failure', problem };
        const outcome = await tokens.refresh(credentials, signal);
        if (outcome.type === 'renewed') grantedAtMs.set(tv, clock.monotonicMs());
        await pass(travelMs / 2);
        return outcome;
      },
      async revoke(given, signal) {
        const problem = await arrive('revoke');
        if (problem !== undefined) return { type: 'transient-failure', problem };
        grantedAtMs.delete(tv);
        return tokens.revoke(given, signal);
      },
      async account() {
        const problem = await arrive('account');
        if (problem !== undefined) return { type: 'transient-failure', problem };
        await pass(travelMs / 2);
        return { type: 'known', account: accountOf(tv) };
      },
    }),
  };
  return server;
}
