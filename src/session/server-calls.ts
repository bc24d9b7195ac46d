import { assertNever } from '../assert-never';
import type { AuthorizationServer } from '../oauth/authorization-server';
import type { Clock } from '../oauth/clock';
import type { Credentials, RevocableTokens, TokenTarget } from '../oauth/credentials';
import type { AccountOutcome, RefreshOutcome, RevokeOutcome, TokenSet } from '../oauth/outcome';
import { sharesGrant } from '../oauth/shared-grant';
import { withTimeLimit } from '../oauth/time-limit';
import type { Access } from './access';

/** The calls of a session to its server. None rejects, and none lasts longer than its limit. */
export interface ServerCalls {
  /** At most 20 s; RFC 6749 §6. */
  refresh(credentials: Credentials, target?: TokenTarget): Promise<RefreshOutcome>;
  /** At most 5 s; RFC 7009. */
  revoke(tokens: RevocableTokens): Promise<RevokeOutcome>;
  /**
   * Whether a grant may be revoked while another one of the same person goes on: not where they are
   * the same, and not where revoking one ends them all.
   */
  mayRevokeBeside(old: Credentials, lasting: Credentials): boolean;
  /**
   * Revokes what is left of a session that another one of the same person has replaced, where that
   * leaves the other alone; best effort.
   * @param lasting credentials of the other; undefined where it has none
   */
  revokeBeside(
    old: { access?: Access | undefined; credentials?: Credentials | undefined },
    lasting: Credentials | undefined,
  ): Promise<void>;
  /**
   * Revokes tokens that no session was made of; best effort.
   * @param isSomeoneSignedIn true while a session of this TV may belong to the same person
   */
  revokeUnused(tokens: RevocableTokens, isSomeoneSignedIn: boolean): Promise<void>;
  /** Revoking one token ends every grant that this person gave the app. */
  readonly revokesAll: boolean;
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
  const revoke: ServerCalls['revoke'] = async (tokens) => {
    const revoked = await withLimit(revokeLimitMs, (signal) => server.revoke(tokens, signal));
    return revoked ?? timedOut('revocation_timed_out');
  };
  const revokesAll = server.revocationReach === 'person';
  const mayRevokeBeside: ServerCalls['mayRevokeBeside'] = (old, lasting) =>
    !revokesAll && !sharesGrant(old, lasting);
  return {
    revoke,
    revokesAll,
    mayRevokeBeside,
    async revokeBeside({ access, credentials }, lasting) {
      if (revokesAll || (access === undefined && credentials === undefined)) return;
      if (credentials && lasting && sharesGrant(credentials, lasting)) return;
      await revoke({ accessToken: access?.token, credentials });
    },
    async revokeUnused(tokens, isSomeoneSignedIn) {
      if (!revokesAll || !isSomeoneSignedIn) await revoke(tokens);
    },
    async refresh(credentials, target) {
      const outcome = await withLimit(refreshLimitMs, (signal) =>
        server.refresh(credentials, signal, target),
      );
      return outcome ?? timedOut('refresh_timed_out');
    },
    async refuses(tokens) {
      const asked = await withLimit(accountLimitMs, (signal) => server.account(tokens, signal));
      return asked !== undefined && isRefused(asked);
    },
  };
}
