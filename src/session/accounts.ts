import { assertNever } from '../assert-never';
import { hasMadeUpId } from '../oauth/claims';
import type { Account } from '../oauth/outcome';
import type { ConnectionState, SessionEvent } from '../sign-in/states';
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
  /** How the service behind the current account is doing. */
  connection(): ConnectionState;
  add(accountSession: AccountSession): void;
  makeCurrent(accountSession: AccountSession): void;
  /** Reports `sessionOpened` when the account is the current one. */
  reportOpened(accountSession: AccountSession): void;
  /** Notes how the service is doing; reports `connectionChanged` for the current account. */
  setConnection(accountSession: AccountSession, connection: ConnectionState): void;
  /** The account leaves the run. */
  drop(accountSession: AccountSession, reason: 'viewer' | 'ended'): void;
  /** The account leaves the run because a newer session of it takes its place. */
  replace(accountSession: AccountSession): void;
  /** Drops an account whose session is over and reports `sessionEnded`. */
  end(accountSession: AccountSession): void;
  /** Accounts that the server does not identify get numbered ids so that they stay distinct. */
  disambiguate(account: Account): Account;
}

const byName = (one: Account, other: Account) =>
  one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1);

/** What the viewer sees of a connection, as a text to compare. */
const shownOf = (connection: ConnectionState): string => {
  switch (connection.type) {
    case 'online':
    case 'storage-unreadable':
      return connection.type;
    case 'offline':
      return `offline ${connection.problem.kind}`;
    case 'service-trouble':
      return `service-trouble ${connection.problem.kind} ${connection.lastsADay}`;
    case 'refused':
      return `refused ${connection.problem.code} ${connection.reference}`;
    default:
      return assertNever(connection);
  }
};

/** Makes the accounts of one session: none at first. */
export function createAccounts({ emit, onEvent }: AccountsDependencies): Accounts {
  let sessions: AccountSession[] = [];
  let current: AccountSession | undefined;

  const list = () => sessions.map(({ account }) => account).sort(byName);
  const find = (accountId: string) => sessions.find(({ account }) => account.id === accountId);
  const remove = (accountSession: AccountSession) => {
    sessions = sessions.filter((other) => other !== accountSession);
  };

  const drop: Accounts['drop'] = (accountSession, reason) => {
    accountSession.endedBy = 'signed-out';
    remove(accountSession);
    if (current === accountSession) current = undefined;
    emit({ type: 'signedOut', account: accountSession.account, reason });
  };

  return {
    list,
    sessions: () => sessions,
    find,
    current: () => current,
    connection: () => current?.connection ?? { type: 'online' },
    add(accountSession) {
      sessions.push(accountSession);
    },
    makeCurrent(accountSession) {
      const from = current;
      current = accountSession;
      const { account } = accountSession;
      if (from === undefined) emit({ type: 'signedIn', account });
      else if (from.account.id !== account.id) {
        emit({ type: 'accountSwitched', account, from: from.account });
      }
    },
    reportOpened(accountSession) {
      if (accountSession !== current) return;
      const { account, keeping } = accountSession;
      onEvent({ type: 'sessionOpened', account, accounts: list(), keeping });
    },
    setConnection(accountSession, connection) {
      const before = accountSession.connection;
      accountSession.connection = connection;
      if (accountSession === current && shownOf(before) !== shownOf(connection)) {
        onEvent({ type: 'connectionChanged', connection });
      }
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
      if (!hasMadeUpId(account) || find(account.id) === undefined) return account;
      let number = 2;
      while (find(`${account.id}-${number}`) !== undefined) number++;
      return { ...account, id: `${account.id}-${number}` };
    },
  };
}
