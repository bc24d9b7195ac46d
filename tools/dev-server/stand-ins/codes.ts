import { assertNever } from '../../../src/assert-never.ts';
import type { RecordedValues, Recording, ReplyName } from '../../../src/oauth/testing/recording.ts';
import type { CodeStatus } from '../authorization-server/device-codes.ts';

/** What a person has decided about a code. */
export type Decision = 'none' | 'approved' | 'denied';

/** One code that a stand-in has issued, and what came of it. */
export interface IssuedCode {
  recording: Recording;
  values: RecordedValues;
  decision: Decision;
  /** The approval has been collected: the code is worth nothing any more. */
  used: boolean;
  /** The session was ended by the TV. */
  ended: boolean;
  issuedAtMs: number;
  lastPollAtMs: number;
  intervalSeconds: number;
  expiresAtMs: number;
  polls: number;
}

const number = (body: unknown, ...names: readonly string[]): number | undefined => {
  const members = (body ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of names) {
    const value = Number(members[name]);
    if (members[name] !== undefined && Number.isFinite(value)) return value;
  }
  return undefined;
};

/** How often a code may be asked after and how long it lives, as the recorded reply says. */
export function timesOf({ replies, standIn }: Recording): {
  intervalSeconds: number;
  lifetimeSeconds: number;
} {
  const body = replies.device?.body;
  return {
    intervalSeconds: number(body, 'interval') ?? standIn.intervalSeconds ?? 5,
    lifetimeSeconds: number(body, 'expires_in', 'expiresIn') ?? 600,
  };
}

const isExpired = (code: IssuedCode, nowMs: number) => nowMs > code.expiresAtMs;

/** The earliest moment at which a poll is not too early. */
export const nextPollAtMs = (code: IssuedCode) => code.lastPollAtMs + code.intervalSeconds * 1000;

/** Whether a poll comes too early, as the provider sees it. */
function isEarly(code: IssuedCode, nowMs: number): boolean {
  const { lastPollAtMs, intervalSeconds, polls, recording } = code;
  const since = nowMs - lastPollAtMs;
  return recording.standIn.lenient === true
    ? polls > 0 && since < (intervalSeconds * 1000) / 2
    : since < intervalSeconds * 1000;
}

/** Long enough for the last poll of a TV, and for one that goes on asking. */
const keptMs = 10 * 60 * 1000;

/** Whether a code, and the session that came of it, may be forgotten. */
export const isForgotten = (code: IssuedCode, nowMs: number): boolean =>
  (code.ended || code.decision !== 'approved') &&
  Math.max(code.expiresAtMs, code.lastPollAtMs) + keptMs < nowMs;

/** Where a code stands, in the words of the control API. */
export function statusOf(code: IssuedCode, nowMs: number): CodeStatus {
  if (code.used) return 'used';
  if (code.decision === 'denied') return 'denied';
  if (isExpired(code, nowMs)) return 'expired';
  return code.decision === 'none' ? 'pending' : code.decision;
}

/** What a phone's page says about a code that cannot be decided any more. */
export function problemWith(code: IssuedCode | undefined, nowMs: number): string | undefined {
  if (code === undefined) return 'That code is not known. Compare it with your TV and try again.';
  if (isExpired(code, nowMs)) return 'That code has expired. Ask your TV for a new one.';
  if (code.decision !== 'none')
    return 'That code has been used already. Ask your TV for a new one.';
  return undefined;
}

/**
 * Which reply a poll is answered with, by the rules of the provider: too early costs time, where the system has
 * words for it; where it has none for a refusal or an end, it goes on saying "pending".
 */
export function pollReply(code: IssuedCode, nowMs: number): ReplyName {
  const { replies } = code.recording;
  const orPending = (name: ReplyName) => (replies[name] === undefined ? 'pending' : name);
  const early = isEarly(code, nowMs);
  code.lastPollAtMs = nowMs;
  code.polls += 1;
  if (code.used || isExpired(code, nowMs)) return orPending('expired');
  if (early && replies.slowDown !== undefined) {
    code.intervalSeconds += 5;
    return 'slowDown';
  }
  switch (code.decision) {
    case 'none':
      return 'pending';
    case 'denied':
      return orPending('denied');
    case 'approved':
      code.used = code.recording.calls.redeem === undefined;
      return 'success';
    default:
      return assertNever(code.decision);
  }
}
