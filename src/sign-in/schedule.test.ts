import { describe, expect, it } from 'vitest';
import {
  delayMs,
  minDelayMs,
  type Pace,
  paceAfterFailure,
  paceAfterPending,
  paceAfterSlowDown,
  startPace,
} from './schedule';

const seconds = (pace: Pace, random = 0) => delayMs(pace, random) / 1000;

describe('how long to wait before the next poll', () => {
  it('polls wait 5, 5, 10, 15, 15 s around pending, slow_down, slow_down, pending, plus the margin', () => {
    const first = startPace(5);
    const pending = paceAfterPending(first);
    const slower = paceAfterSlowDown(pending);
    const slowest = paceAfterSlowDown(slower);
    const still = paceAfterPending(slowest);
    expect([first, pending, slower, slowest, still].map((pace) => pace.intervalSeconds)).toEqual([
      5, 5, 10, 15, 15,
    ]);
    expect([first, pending].map((pace) => seconds(pace))).toEqual([5.5, 5.5]);
    expect([slower, slowest, still].map((pace) => seconds(pace))).toEqual([14, 21, 21]);
  });

  it('takes the larger interval that a slow_down carries, never a smaller one', () => {
    expect(paceAfterSlowDown(startPace(5), 30).intervalSeconds).toBe(30);
    expect(paceAfterSlowDown(startPace(5), 1).intervalSeconds).toBe(10);
  });

  it('the wait doubles with every reply that decides nothing, up to a minute', () => {
    let pace = startPace(5);
    const waits: number[] = [];
    for (let failures = 0; failures < 6; failures++) {
      pace = paceAfterFailure(pace);
      waits.push(seconds(pace));
    }
    expect(waits).toEqual([10, 20, 40, 60, 60, 60]);
  });

  it('the back-off is spread upward by at most a tenth', () => {
    const failing = paceAfterFailure(startPace(5));
    expect(seconds(failing, 0)).toBe(10);
    expect(seconds(failing, 0.999)).toBeLessThanOrEqual(11);
  });

  it('returns to the slowed-down interval after a good answer', () => {
    const failing = paceAfterFailure(paceAfterFailure(paceAfterSlowDown(startPace(5))));
    expect(seconds(paceAfterPending(failing))).toBe(14);
  });

  it('lets Retry-After lengthen the wait but never shorten it', () => {
    expect(seconds(paceAfterPending(startPace(5), 30))).toBe(30);
    expect(seconds(paceAfterPending(startPace(5), 1))).toBe(5.5);
    expect(seconds(paceAfterFailure(startPace(5), 120))).toBe(120);
  });

  it('the back-off does not overflow after a night without network', () => {
    let pace = startPace(5);
    for (let failures = 0; failures < 5000; failures++) pace = paceAfterFailure(pace);
    expect(seconds(pace)).toBe(60);
    expect(minDelayMs(pace)).toBe(5500);
  });
});
