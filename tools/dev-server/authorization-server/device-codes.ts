import type { AccountName } from './accounts.ts';
import { type Pace, paceFrom } from './pacing.ts';

/** What has been decided about a code. Whether it has expired is asked of the clock. */
export type Decision = 'none' | 'approved' | 'denied' | 'used';

/** A device code from issuance to its end. Times are epoch ms. */
export interface DeviceCodeRecord {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  /** What the TV calls itself: its own word, and nothing that was checked. */
  readonly deviceName?: string | undefined;
  readonly issuedAt: number;
  expiresAt: number;
  pace: Pace;
  polls: number;
  decision: Decision;
  account: AccountName | null;
}

/** Where a code stands. */
export type CodeStatus = 'pending' | 'approved' | 'denied' | 'used' | 'expired';

/** Where a code stands at a moment. Used and denied are for ever; anything else expires. */
export function statusOf(record: DeviceCodeRecord, now = Date.now()): CodeStatus {
  const { decision, expiresAt } = record;
  if (decision === 'used' || decision === 'denied') return decision;
  if (now >= expiresAt) return 'expired';
  return decision === 'none' ? 'pending' : decision;
}

/** A user code as it is compared: RFC 8628 §6.1 ignores case and punctuation. */
export function normalizeUserCode(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** Long enough for the last poll of a TV, and for one that goes on asking. */
const keptMs = 10 * 60 * 1000;

/** Every device code until its end, or for as long as a TV asks after it. */
export function createDeviceCodes() {
  const byDeviceCode = new Map<string, DeviceCodeRecord>();
  const byUserCode = new Map<string, DeviceCodeRecord>();

  function deleteExpired(now: number): void {
    for (const record of byDeviceCode.values()) {
      if (Math.max(record.expiresAt, record.pace.nextPollAt) + keptMs > now) continue;
      byDeviceCode.delete(record.deviceCode);
      byUserCode.delete(normalizeUserCode(record.userCode));
    }
  }

  return {
    issue(
      issued: Pick<
        DeviceCodeRecord,
        | 'deviceCode'
        | 'userCode'
        | 'clientId'
        | 'scope'
        | 'verificationUri'
        | 'verificationUriComplete'
        | 'deviceName'
      >,
      pacing: { intervalSeconds: number; lifetimeSeconds: number },
      now = Date.now(),
    ): DeviceCodeRecord {
      deleteExpired(now);
      const record: DeviceCodeRecord = {
        ...issued,
        issuedAt: now,
        expiresAt: now + pacing.lifetimeSeconds * 1000,
        pace: paceFrom(now, pacing.intervalSeconds),
        polls: 0,
        decision: 'none',
        account: null,
      };
      byDeviceCode.set(record.deviceCode, record);
      byUserCode.set(normalizeUserCode(record.userCode), record);
      return record;
    },
    byDeviceCode: (deviceCode: string) => byDeviceCode.get(deviceCode),
    byUserCode: (userCode: string) => byUserCode.get(normalizeUserCode(userCode)),
    /** Oldest first. */
    list(now = Date.now()): DeviceCodeRecord[] {
      deleteExpired(now);
      return [...byDeviceCode.values()];
    },
  };
}

/** See {@link createDeviceCodes}. */
export type DeviceCodes = ReturnType<typeof createDeviceCodes>;
