import type { Clock } from '../clock';

export interface ControllableClock extends Clock {
  /** Lets time pass: timers that fall due run in order, and what they set off with them. */
  pass(milliseconds: number): Promise<void>;
  /** The device sleeps: the wall goes on, timers and the monotonic clock stand still. */
  sleep(milliseconds: number): void;
  /** Somebody corrects the wall clock. */
  setWall(milliseconds: number): void;
}

/** @param wallMs what the wall shows at first */
export function createControllableClock(wallMs = Date.UTC(2026, 0, 1)): ControllableClock {
  let now = 0;
  let wall = wallMs;
  let timers: { at: number; onTime: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    monotonicMs: () => now,
    wallMs: () => wall,
    setTimer(delayMs, onTime) {
      const timer = { at: now + Math.max(0, delayMs), onTime };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async pass(milliseconds) {
      const until = now + milliseconds;
      await settle();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        wall += Math.max(0, due.at - now);
        now = Math.max(now, due.at);
        due.onTime();
        await settle();
      }
      wall += until - now;
      now = until;
    },
    sleep(milliseconds) {
      wall += milliseconds;
    },
    setWall(milliseconds) {
      wall = milliseconds;
    },
  };
}
