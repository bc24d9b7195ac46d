import type { AuthorizationServer } from '../../oauth/authorization-server';
import type { Clock } from '../../oauth/clock';
import { type Credentials, secretOf } from '../../oauth/credentials';
import type {
  Account,
  AccountOutcome,
  RefreshOutcome,
  RevokeOutcome,
  TokenSet,
} from '../../oauth/outcome';
import type { Problem } from '../../oauth/problem';
import type { Binding } from '../../oauth/proof';

export const unreachable: Problem = { kind: 'server-unreachable', code: 'fetch_failed' };

const invalidGrant: RefreshOutcome = {
  type: 'ended',
  problem: { kind: 'not-completed', code: 'invalid_grant', status: 400 },
};

const invalidTarget: RefreshOutcome = {
  type: 'refused',
  problem: { kind: 'misconfigured', code: 'invalid_target', status: 400 },
};

/** Tokens as they come with a refresh token. */
export type GrantedTokens = TokenSet & {
  credentials: Extract<Credentials, { type: 'refresh' }>;
};

/** An authorization server that rotates refresh tokens and takes a reused one for a theft. */
export interface ModelServer extends AuthorizationServer {
  /** As after an approval. */
  grant(account: Account, changes?: Partial<Omit<TokenSet, 'credentials'>>): GrantedTokens;
  /** True while the grant behind the token has not been revoked. */
  isAlive(refreshToken: string): boolean;
  /** True for the newest refresh token of a living grant. */
  isCurrent(refreshToken: string | undefined): boolean;
  /** Everything that was asked, in order, e.g. `refresh`. */
  readonly calls: string[];
  /** What the credentials of each refresh were bound to, in order. */
  readonly bindings: (Binding | undefined)[];
  /** Every secret ever issued. */
  readonly secrets: string[];
  reuses: number;
  /** Replies to the next refreshes; `lost` rotates, but the reply never arrives. */
  readonly refreshScript: (RefreshOutcome | 'lost')[];
  readonly revokeScript: RevokeOutcome[];
  accountReply?: AccountOutcome;
  expiresInSeconds: number | undefined;
  rotates: boolean;
  /** An old token is good for one more time, as servers with a grace window have it. */
  grace: boolean;
  down: boolean;
  /** Resources and audiences for which it gives tokens. */
  targets: readonly string[];
  /** How long every call takes, on the clock. */
  delayMs: number;
}

interface Grant {
  account: Account;
  alive: boolean;
  newest: string;
}

export function modelServer(clock: Clock): ModelServer {
  let count = 0;
  const grants = new Map<string, Grant>();
  const secret = (kind: string) => {
    const made = `${kind}-secret-${++count}`;
    server.secrets.push(made);
    return made;
  };
  const pass = () =>
    server.delayMs === 0
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          clock.setTimer(server.delayMs, resolve);
        });
  const reply = (tokens: TokenSet): TokenSet => {
    if (server.expiresInSeconds !== undefined) tokens.expiresInSeconds = server.expiresInSeconds;
    return tokens;
  };

  const server: ModelServer = {
    id: 'https://id.example',
    clientId: 'tv',
    calls: [],
    bindings: [],
    secrets: [],
    reuses: 0,
    refreshScript: [],
    revokeScript: [],
    expiresInSeconds: 3600,
    rotates: true,
    grace: false,
    down: false,
    targets: [],
    delayMs: 0,

    grant(account, changes = {}) {
      const refreshToken = secret('refresh');
      grants.set(refreshToken, { account, alive: true, newest: refreshToken });
      return {
        ...reply({ accessToken: secret('access'), tokenType: 'Bearer' }),
        credentials: { type: 'refresh', refreshToken, binding: changes.binding },
        ...changes,
      };
    },
    isAlive: (refreshToken) => grants.get(refreshToken)?.alive ?? false,
    isCurrent: (refreshToken) => {
      const grant = grants.get(refreshToken ?? '');
      return grant?.alive === true && grant.newest === refreshToken;
    },

    requestCode: async () => ({ type: 'failed', problem: unreachable }),
    poll: async () => ({ type: 'pending' }),

    async refresh(credentials, _signal, target) {
      const refreshToken = secretOf(credentials);
      const { binding } = credentials;
      server.bindings.push(binding);
      const wanted = target?.resource ?? target?.audience;
      server.calls.push(wanted === undefined ? 'refresh' : `refresh for ${wanted}`);
      await pass();
      if (server.down) return { type: 'transient-failure', problem: unreachable };
      const scripted = server.refreshScript.shift();
      if (scripted !== undefined && scripted !== 'lost') return scripted;
      const grant = grants.get(refreshToken);
      if (grant === undefined || !grant.alive) return invalidGrant;
      if (grant.newest !== refreshToken) {
        server.reuses++;
        if (!server.grace) {
          grant.alive = false;
          return invalidGrant;
        }
      }
      if (wanted !== undefined && !server.targets.includes(wanted)) return invalidTarget;
      const tokens = reply({ accessToken: secret('access'), tokenType: 'Bearer' });
      if (server.rotates) {
        grant.newest = secret('refresh');
        grants.set(grant.newest, grant);
        tokens.credentials = { type: 'refresh', refreshToken: grant.newest, binding };
      }
      await pass();
      return scripted === 'lost'
        ? { type: 'transient-failure', problem: unreachable }
        : { type: 'renewed', tokens };
    },

    async revoke({ credentials, accessToken }) {
      const refreshToken = credentials && secretOf(credentials);
      server.calls.push(`revoke ${refreshToken ?? accessToken}`);
      await pass();
      if (server.down) return { type: 'transient-failure', problem: unreachable };
      const scripted = server.revokeScript.shift();
      if (scripted !== undefined) return scripted;
      const grant = grants.get(refreshToken ?? '');
      if (grant !== undefined) grant.alive = false;
      return { type: 'revoked' };
    },

    async account(tokens) {
      server.calls.push('account');
      await pass();
      if (server.accountReply !== undefined) return server.accountReply;
      if (server.down) return { type: 'transient-failure', problem: unreachable };
      const grant = grants.get(
        tokens.credentials === undefined ? '' : secretOf(tokens.credentials),
      );
      return {
        type: 'known',
        account: grant?.account ?? { id: 'ada', name: 'Ada' },
      };
    },
  };
  return server;
}
