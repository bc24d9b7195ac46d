import type { Clock } from '../oauth/clock';
import { withTimeLimit } from '../oauth/time-limit';
import type { WipeAnswer } from '../sign-in/states';
import { accountPrefix, quarantinePrefix } from './record-upkeep';
import { type SignOutDependencies, signOutAccounts } from './sign-out';
import type { RecordStore } from './store';

export interface WipeDependencies extends SignOutDependencies {
  clock: Clock;
  store: RecordStore;
}

/** What the server is given to end sessions; each call has a limit of its own, too. */
const revokeLimitMs = 8000;
const eraseLimitMs = 5000;

/** Ends at the server what this TV can end there. */
async function endSessions(dependencies: WipeDependencies): Promise<WipeAnswer> {
  const { accounts, cleanup, clock, storage, store } = dependencies;
  const accountIds = accounts.list().map(({ id }) => id);
  const had = accountIds.length > 0 || cleanup.waits();
  /** Whether something is stored under a prefix, or storage does not say so. */
  const holds = async (prefix: string): Promise<boolean> => {
    const entries = await storage.within(store.entries());
    return entries?.value.some(([key]) => key.indexOf(prefix) === 0) !== false;
  };
  // Of a damaged record, which goes with the last account, no session can be ended.
  const hadDamaged = await holds(quarantinePrefix);
  const ending = Promise.all([signOutAccounts(dependencies, accountIds), cleanup.retryPending()]);
  const ended = await withTimeLimit(clock, revokeLimitMs, ending).catch(() => undefined);
  // Records of other servers, or of another release, stand for sessions that go on there.
  const isLeft = hadDamaged || (await holds(accountPrefix));
  if (isLeft || (ended !== undefined && ended[0] !== 'revoked') || ended === undefined) {
    return 'untold';
  }
  return had ? 'revoked' : 'nothing';
}

/** Deletes the records one by one: this works also where the database itself is held open. */
async function deleteRecords({ cleanup, store }: WipeDependencies): Promise<void> {
  cleanup.giveUpPending();
  for (const [key] of await store.entries()) await store.delete(key);
}

/**
 * Signs everyone out, tells the server as far as it can be reached, and deletes all that is stored.
 *
 * @param erase deletes what lies outside the session's own records
 * @returns what the server was told; `failed` when something of it is still stored
 */
export async function wipeEverything(
  dependencies: WipeDependencies,
  erase: () => Promise<void>,
): Promise<WipeAnswer> {
  const { clock } = dependencies;
  const answer = await endSessions(dependencies);
  const erased = deleteRecords(dependencies)
    .catch(() => undefined)
    .then(erase);
  return withTimeLimit(clock, eraseLimitMs, erased).then(
    () => answer,
    () => 'failed',
  );
}
