import type { Accounts } from './accounts';
import type { SessionDependencies } from './dependencies';

/**
 * Ends the sessions of accounts that another tab signs out.
 *
 * @param join joins the other tabs of this origin, where the engine lets them talk
 * @param realm distinguishes accounts of other servers and clients on this origin
 * @returns a function that tells the other tabs of a sign-out
 */
export function joinTabs(
  join: SessionDependencies['joinTabs'],
  realm: string,
  accounts: Accounts,
): (signedOut: readonly string[]) => void {
  const send = join?.((message) => {
    const heard = message as { signedOut?: unknown; realm?: unknown } | null;
    const ids = heard?.signedOut;
    if (heard?.realm !== realm || !Array.isArray(ids)) return;
    for (const accountSession of accounts.sessions().slice()) {
      // A tab that could not keep its session has one of its own.
      if (accountSession.keeping === 'kept' && ids.includes(accountSession.account.id)) {
        accounts.end(accountSession);
      }
    }
  });
  return (signedOut) => send?.({ signedOut, realm });
}
