import { describe, expect, it } from 'vitest';
import { judgePoll, paceFrom } from './pacing.ts';

describe('The pace of a device code', () => {
  it('the pace of a code starts at issuance: the first poll waits one interval too', () => {
    expect(paceFrom(1_000, 5)).toEqual({ intervalSeconds: 5, nextPollAt: 6_000 });
  });

  it('lets a poll through that comes exactly one interval after the one before', () => {
    const first = judgePoll(paceFrom(0, 5), 5_000);
    expect(first).toEqual({ slowDown: false, pace: { intervalSeconds: 5, nextPollAt: 10_000 } });
    expect(judgePoll(first.pace, 10_000).slowDown).toBe(false);
  });

  it('a poll one millisecond early costs 5 s for good, counted from that poll on', () => {
    const early = judgePoll(paceFrom(0, 5), 4_999);
    expect(early).toEqual({ slowDown: true, pace: { intervalSeconds: 10, nextPollAt: 14_999 } });
    const patient = judgePoll(early.pace, 14_999);
    expect(patient).toEqual({ slowDown: false, pace: { intervalSeconds: 10, nextPollAt: 24_999 } });
  });

  it('each early poll costs another 5 s', () => {
    let pace = paceFrom(0, 5);
    const intervals = [1, 2, 3].map((now) => {
      pace = judgePoll(pace, now).pace;
      return pace.intervalSeconds;
    });
    expect(intervals).toEqual([10, 15, 20]);
  });

  it('slows a patient poll down when told to', () => {
    expect(judgePoll(paceFrom(0, 5), 60_000, true)).toEqual({
      slowDown: true,
      pace: { intervalSeconds: 10, nextPollAt: 70_000 },
    });
  });
});
