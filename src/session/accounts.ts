import type { Account } from '../oauth/outcome';
import type { SessionEvent } from '../sign-in/states';
import type { AccountSession } from './account-session';
import type { AccountEvent } from './listeners';

export interface AccountsDependencies {
  /** Tells the integrator's listeners. */
  emit(event: AccountEvent): void;
  /** Tells the app's machine. */
  onEvent(event: SessionEvent): void;
}

/** The accounts of this run, and which of them is the current one. */
export interface Accounts {
  /** In order of name. */
  list(): Account[];
  sessions(): readonly AccountSession[];
  find(accountId: string): AccountSession | undefined;
  current(): AccountSession | undefined;
  isOffline(): boolean;
  add(accountSession: AccountSession): void;
  makeCurrent(accountSession: AccountSession): void;
  /** Reports `sessionOpened` when the account is the current one. */
  reportOpened(accountSession: AccountSession): void;
  /** Reports `connectionChanged` when it has changed. */
  setOffline(offline: boolean): void;
  /** The account leaves the run. */
  drop(accountSession: AccountSession, reason: 'viewer' | 'ended'): void;
  /** The account leaves the run because a newer session of it takes its place. */
  replace(accountSession: AccountSession): void;
  /** Drops an account whose session is over and reports `sessionEnded`. */
  end(accountSession: AccountSession): void;
  /** Accounts without a name get a numbered id so that they stay distinct. */
  disambiguate(account: Account): Account;
}

const byName = (one: Account, other: Account) =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

/** Makes the accounts of one session: none at first. */
export function createAccounts({ emit, onEvent }: AccountsDependencies): Accounts {
  let sessions: AccountSession[] = [];
  let current: AccountSession | undefined;
  let offline = false;

  const list = () => sessions.map(({ account }) => account).sort(byName);
  const find = (accountId: string) => sessions.find(({ account }) => account.id === accountId);
  const remove = (accountSession: AccountSession) => {
    sessions = sessions.filter((other) => other !== accountSession);
  };

  const drop: Accounts['drop'] = (accountSession, reason) => {
    accountSession.endedBy = 'signed-out';
    remove(accountSession);
    if (current === accountSession) {
      current = undefined;
      offline = false;
    }
    emit({ type: 'signedOut', account: accountSession.account, reason });
  };

  return {
    list,
    sessions: () => sessions,
    find,
    current: () => current,
    isOffline: () => offline,
    add(accountSession) {
      sessions.push(accountSession);
    },
    makeCurrent(accountSession) {
      const from = current;
      current = accountSession;
      offline = false;
      const { account } = accountSession;
      if (from === undefined) emit({ type: 'signedIn', account });
      else if (from.account.id !== account.id) {
        emit({ type: 'accountSwitched', account, from: from.account });
      }
    },
    reportOpened(accountSession) {
      if (accountSession !== current) return;
      const { account, kept } = accountSession;
      onEvent({ type: 'sessionOpened', account, accounts: list(), kept });
    },
    setOffline(now) {
      if (offline === now) return;
      offline = now;
      onEvent({ type: 'connectionChanged', offline });
    },
    drop,
    replace(accountSession) {
      accountSession.endedBy = 'replaced';
      remove(accountSession);
    },
    end(accountSession) {
      if (accountSession.endedBy !== undefined) return;
      drop(accountSession, 'ended');
      onEvent({ type: 'sessionEnded', accountId: accountSession.account.id, accounts: list() });
    },
    disambiguate(account) {
      if (account.name !== '' || find(account.id) === undefined) return account;
      let number = 2;
      while (find(`${account.id}-${number}`) !== undefined) number++;
      return { ...account, id: `${account.id}-${number}` };
    },
  };
}
