import { assertNever } from '../assert-never';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { Credentials, RevocableTokens, TokenTarget } from '../oauth/credentials';
import type { AccountOutcome, RefreshOutcome, RevokeOutcome, TokenSet } from '../oauth/outcome';
import { withTimeLimit } from '../oauth/time-limit';

/** The calls of a session to its server. None rejects, and none lasts longer than its limit. */
export interface ServerCalls {
  /** At most 20 s; RFC 6749 §6. */
  refresh(credentials: Credentials, target?: TokenTarget): Promise<RefreshOutcome>;
  /** At most 5 s; RFC 7009. */
  revoke(tokens: RevocableTokens): Promise<RevokeOutcome>;
  /**
   * Asks the server itself about an access token that an API refused; at most 10 s.
   * @returns true only when the server refuses it, too
   */
  refuses(tokens: TokenSet): Promise<boolean>;
}

const timedOut = (code: string) =>
  ({ type: 'transient-failure', problem: { kind: 'time-out', code } }) as const;

const refreshLimitMs = 20_000;
const revokeLimitMs = 5000;
const accountLimitMs = 10_000;

function isRefused(outcome: AccountOutcome): boolean {
  switch (outcome.type) {
    case 'token-refused':
      return true;
    case 'known':
    case 'refused':
    case 'transient-failure':
      return false;
    default:
      return assertNever(outcome);
  }
}

/** Puts limits on a server's calls. */
export function createServerCalls(server: AuthorizationServer, clock: Clock): ServerCalls {
  const withLimit = <Outcome>(
    limitMs: number,
    call: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | undefined> => withTimeLimit(clock, limitMs, call).catch(() => undefined);
  return {
    async refresh(credentials, target) {
      const outcome = await withLimit(refreshLimitMs, (signal) =>
        server.refresh(credentials, signal, target),
      );
      return outcome ?? timedOut('refresh_timed_out');
    },
    async revoke(tokens) {
      const revoked = await withLimit(revokeLimitMs, (signal) => server.revoke(tokens, signal));
      return revoked ?? timedOut('revocation_timed_out');
    },
    async refuses(tokens) {
      const asked = await withLimit(accountLimitMs, (signal) => server.account(tokens, signal));
      return asked !== undefined && isRefused(asked);
    },
  };
}
