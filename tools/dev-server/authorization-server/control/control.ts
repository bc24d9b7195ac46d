import type { AccountName } from '../accounts.ts';
import {
  type CodeStatus,
  type DeviceCodeRecord,
  type DeviceCodes,
  normalizeUserCode,
  statusOf,
} from '../device-codes.ts';
import type { Changes } from './changes.ts';
import type { Fault, FaultOrder, Faults } from './faults.ts';
import type { ControlSettings, ControlSettingsPatch } from './settings.ts';
import { type Exchange, embedded, type WireLog } from './wire-log.ts';

/** A device code as others may know it: without the device code itself. Times are epoch ms. */
export interface CodeState {
  /** Which server issued it: `embedded`, or the stand-in's name. */
  system: string;
  userCode: string;
  clientId: string;
  scope: string;
  verificationUri: string;
  verificationUriComplete: string;
  status: CodeStatus;
  account: AccountName | null;
  issuedAt: number;
  expiresAt: number;
  intervalSeconds: number;
  nextPollAt: number;
  polls: number;
}

/** Everything that the control API can change or show. */
export interface ControlState {
  /** The server's clock, epoch ms. */
  now: number;
  issuer: string;
  settings: ControlSettings;
  faults: readonly Fault[];
  /** Those of this server, then those of each stand-in; oldest first. */
  codes: CodeState[];
}

/** A server beside this one, whose codes the same orders decide: a stand-in. */
export interface OtherSystem {
  /** What a person would call it. */
  title: string;
  /** Who can sign in there. */
  accounts: readonly AccountName[];
  /** Oldest first. */
  codes(): readonly CodeState[];
  /** Decides a code, or ends its life. Nothing happens when there is no such code. */
  decide(userCode: string, decision: 'approved' | 'denied' | 'expired'): void;
  endSessions(): void;
  /** Calls back when a code may have changed. */
  onChange(listener: () => void): void;
}

/** Why an order of the control API could not be carried out. */
export interface ControlRefusal extends Error {
  code: 'unknown-code' | 'already-decided' | 'unknown-account';
}

/** Refusals, and the HTTP status that tells of each. */
export const refusalStatus: Readonly<Record<ControlRefusal['code'], number>> = {
  'unknown-code': 404,
  'already-decided': 409,
  'unknown-account': 400,
};

function refusal(code: ControlRefusal['code'], message: string): ControlRefusal {
  return Object.assign(new Error(message), { code });
}

/** Whether an error is a refusal of the control API. */
export function isControlRefusal(error: unknown): error is ControlRefusal {
  const code = (error as Partial<ControlRefusal> | null)?.code;
  return error instanceof Error && code !== undefined && Object.hasOwn(refusalStatus, code);
}

/** The levers of a running authorization server. The HTTP control API is made of these. */
export interface Control {
  state(): ControlState;
  changeSettings(patch: ControlSettingsPatch): ControlSettings;
  /**
   * Lets the TV that shows this code sign in. Its next poll gets real tokens.
   *
   * @param userCode the code, or `latest` for the one issued last
   * @throws ControlRefusal
   */
  approve(userCode: string, account: AccountName): Promise<CodeState>;
  /** @throws ControlRefusal */
  deny(userCode: string): Promise<CodeState>;
  /** Ends the code's life now. @throws ControlRefusal */
  expire(userCode: string): CodeState;
  addFault(order: FaultOrder): Fault;
  clearFaults(): void;
  /** Ends every session: refresh tokens answer `invalid_grant`, access tokens 401. */
  endSessions(): void;
  log(): readonly Exchange[];
  clearLog(): void;
  /** Calls back when an exchange opens and again when it ends. */
  onExchange(listener: (exchange: Exchange) => void): () => void;
  /** Calls back when the state may have changed. */
  onChange(listener: () => void): () => void;
  /** Normal settings, no faults, an empty log; hanging connections end. Codes and sessions stay. */
  reset(): void;
}

/** What the control needs of the server it controls. */
export interface Controlled {
  issuer: string;
  settings: ControlSettings;
  normalSettings: Readonly<ControlSettings>;
  faults: Faults;
  codes: DeviceCodes;
  log: WireLog;
  changes: Changes;
  /** Servers beside this one; more may come. */
  others: readonly OtherSystem[];
  grant(record: DeviceCodeRecord, account: AccountName): Promise<void>;
  refuse(record: DeviceCodeRecord): Promise<void>;
  forgetSessions(): void;
  releaseHanging(): void;
}

function codeState(record: DeviceCodeRecord, now: number): CodeState {
  const { userCode, clientId, scope, verificationUri, verificationUriComplete } = record;
  const { account, issuedAt, expiresAt, pace, polls } = record;
  return {
    system: embedded,
    userCode,
    clientId,
    scope,
    verificationUri,
    verificationUriComplete,
    status: statusOf(record, now),
    account,
    issuedAt,
    expiresAt,
    ...pace,
    polls,
  };
}

/** Makes the levers of a server. */
export function createControl(server: Controlled): Control {
  const { settings, faults, codes, log, changes, others } = server;

  function find(userCode: string): DeviceCodeRecord {
    const record = userCode === 'latest' ? codes.list().at(-1) : codes.byUserCode(userCode);
    if (record === undefined) {
      throw refusal('unknown-code', `No device code with the user code ${userCode} was issued.`);
    }
    return record;
  }

  /** Where a code was issued, when that was not here. */
  function elsewhere(userCode: string): { system: OtherSystem; code: CodeState } | undefined {
    const all = others.flatMap((system) => system.codes().map((code) => ({ system, code })));
    if (userCode === 'latest') {
      const newest = all.reduce<(typeof all)[number] | undefined>(
        (best, one) => (best && best.code.issuedAt > one.code.issuedAt ? best : one),
        undefined,
      );
      const ownIssuedAt = codes.list().at(-1)?.issuedAt ?? 0;
      return newest && newest.code.issuedAt >= ownIssuedAt ? newest : undefined;
    }
    if (codes.byUserCode(userCode) !== undefined) return undefined;
    const wanted = normalizeUserCode(userCode);
    return all.filter(({ code }) => normalizeUserCode(code.userCode) === wanted).at(-1);
  }

  /** Has another server decide, and says where the code stands then. */
  function decideThere(
    { system, code }: { system: OtherSystem; code: CodeState },
    decision: 'approved' | 'denied' | 'expired',
  ): CodeState {
    const { userCode, status } = code;
    if (status === 'used' || (decision !== 'expired' && status !== 'pending')) {
      throw refusal('already-decided', `The code ${userCode} is ${status} already.`);
    }
    system.decide(userCode, decision);
    return system.codes().find((one) => one.userCode === userCode) ?? code;
  }

  function findPending(userCode: string): DeviceCodeRecord {
    const record = find(userCode);
    const status = statusOf(record);
    if (status !== 'pending') {
      throw refusal('already-decided', `The code ${record.userCode} is ${status} already.`);
    }
    return record;
  }

  return {
    state() {
      const now = Date.now();
      return {
        now,
        issuer: server.issuer,
        settings: { ...settings },
        faults: faults.list(),
        codes: [
          ...codes.list().map((record) => codeState(record, now)),
          ...others.flatMap((system) => system.codes()),
        ],
      };
    },
    changeSettings(patch) {
      Object.assign(settings, patch);
      changes.tell();
      return { ...settings };
    },
    async approve(userCode, account) {
      const there = elsewhere(userCode);
      if (there !== undefined) {
        const { title, accounts } = there.system;
        if (!accounts.includes(account)) {
          throw refusal(
            'unknown-account',
            `${title} does not know ${account}: only ${accounts.join(', ')}.`,
          );
        }
        return decideThere(there, 'approved');
      }
      const record = findPending(userCode);
      await server.grant(record, account);
      return codeState(record, Date.now());
    },
    async deny(userCode) {
      const there = elsewhere(userCode);
      if (there !== undefined) return decideThere(there, 'denied');
      const record = findPending(userCode);
      await server.refuse(record);
      return codeState(record, Date.now());
    },
    expire(userCode) {
      const there = elsewhere(userCode);
      if (there !== undefined) return decideThere(there, 'expired');
      const record = find(userCode);
      if (record.decision === 'used') {
        throw refusal('already-decided', `The code ${record.userCode} is used already.`);
      }
      record.expiresAt = Math.min(record.expiresAt, Date.now());
      changes.tell();
      return codeState(record, Date.now());
    },
    addFault(order) {
      const fault = faults.add(order);
      changes.tell();
      return fault;
    },
    clearFaults() {
      faults.clear();
      server.releaseHanging();
      changes.tell();
    },
    endSessions() {
      server.forgetSessions();
      for (const system of others) system.endSessions();
      changes.tell();
    },
    log: log.list,
    clearLog() {
      log.clear();
      changes.tell();
    },
    onExchange: log.subscribe,
    onChange: changes.subscribe,
    reset() {
      Object.assign(settings, server.normalSettings);
      faults.clear();
      log.clear();
      server.releaseHanging();
      changes.tell();
    },
  };
}
