import type { Clock } from '../../src/oauth/clock.ts';
import type { DeviceAuthorization } from '../../src/oauth/outcome.ts';

interface Code {
  deviceCode: string;
  intervalSeconds: number;
  expiresAtMs: number;
  lastAnswerMs: number;
  approved: boolean;
}

/** The codes of a fleet, one a TV, strict about RFC 8628 §3.5. */
export interface DeviceCodes {
  issue(tv: number): DeviceAuthorization;
  approve(tv: number): void;
  /** @returns what a poll comes to; `approved` once, and the code is gone */
  poll(tv: number, deviceCode: string): 'expired' | 'slow-down' | 'pending' | 'approved';
  /** Polls that came before the interval was over. */
  earlyPolls(): number;
}

/** @param lifetimeSeconds of each code */
export function createDeviceCodes(
  clock: Clock,
  intervalSeconds: number,
  lifetimeSeconds: number,
): DeviceCodes {
  const codes = new Map<number, Code>();
  let issued = 0;
  let earlyPolls = 0;

  return {
    issue(tv) {
      const nowMs = clock.monotonicMs();
      const deviceCode = `device-${tv}-${++issued}`;
      codes.set(tv, {
        deviceCode,
        intervalSeconds,
        expiresAtMs: nowMs + lifetimeSeconds * 1000,
        lastAnswerMs: nowMs,
        approved: false,
      });
      return {
        deviceCode,
        userCode: 'WDJB-MJHT',
        verificationUri: 'https://id.example/device',
        expiresInSeconds: lifetimeSeconds,
        intervalSeconds,
      };
    },
    approve(tv) {
      const code = codes.get(tv);
      if (code !== undefined) code.approved = true;
    },
    poll(tv, deviceCode) {
      const nowMs = clock.monotonicMs();
      const code = codes.get(tv);
      if (code === undefined || code.deviceCode !== deviceCode) return 'expired';
      const early = nowMs - code.lastAnswerMs < code.intervalSeconds * 1000;
      code.lastAnswerMs = nowMs;
      if (early) {
        earlyPolls++;
        code.intervalSeconds += 5;
      }
      if (nowMs >= code.expiresAtMs) return 'expired';
      if (early) return 'slow-down';
      if (!code.approved) return 'pending';
      codes.delete(tv);
      return 'approved';
    },
    earlyPolls: () => earlyPolls,
  };
}
