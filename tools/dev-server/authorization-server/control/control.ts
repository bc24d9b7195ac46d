import type { AccountName } from '../accounts.ts';
import {
  type CodeStatus,
  type DeviceCodeRecord,
  type DeviceCodes,
  statusOf,
} from '../device-codes.ts';
import type { Fault, FaultOrder, Faults } from './faults.ts';
import type { ControlSettings, ControlSettingsPatch } from './settings.ts';
import type { Exchange, WireLog } from './wire-log.ts';

/** A device code as others may know it: without the device code itself. Times are epoch ms. */
export interface CodeState {
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
  /** Oldest first. */
  codes: CodeState[];
}

/** Why an order of the control API could not be carried out. */
export interface ControlRefusal extends Error {
  code: 'unknown-code' | 'already-decided';
}

function refusal(code: ControlRefusal['code'], message: string): ControlRefusal {
  return Object.assign(new Error(message), { code });
}

/** Whether an error is a refusal of the control API. */
export function isControlRefusal(error: unknown): error is ControlRefusal {
  const code = (error as Partial<ControlRefusal> | null)?.code;
  return error instanceof Error && (code === 'unknown-code' || code === 'already-decided');
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
  changes: { tell(): void; subscribe(listener: () => void): () => void };
  grant(record: DeviceCodeRecord, account: AccountName): Promise<void>;
  refuse(record: DeviceCodeRecord): Promise<void>;
  forgetSessions(): void;
  releaseHanging(): void;
}

function codeState(record: DeviceCodeRecord, now: number): CodeState {
  const { userCode, clientId, scope, verificationUri, verificationUriComplete } = record;
  const { account, issuedAt, expiresAt, pace, polls } = record;
  return {
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
  const { settings, faults, codes, log, changes } = server;

  function find(userCode: string): DeviceCodeRecord {
    const record = userCode === 'latest' ? codes.list().at(-1) : codes.byUserCode(userCode);
    if (record === undefined) {
      throw refusal('unknown-code', `No device code with the user code ${userCode} was issued.`);
    }
    return record;
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
        codes: codes.list().map((record) => codeState(record, now)),
      };
    },
    changeSettings(patch) {
      Object.assign(settings, patch);
      changes.tell();
      return { ...settings };
    },
    async approve(userCode, account) {
      const record = findPending(userCode);
      await server.grant(record, account);
      return codeState(record, Date.now());
    },
    async deny(userCode) {
      const record = findPending(userCode);
      await server.refuse(record);
      return codeState(record, Date.now());
    },
    expire(userCode) {
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
