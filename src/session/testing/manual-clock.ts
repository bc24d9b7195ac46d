import type { Clock } from '../../oauth/clock';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets the time pass on both clocks, timer by timer, with all the work that each sets off. */
  advance(ms: number): Promise<void>;
  /** Puts the wall clock forward or back; nothing else happens. */
  setWall(ms: number): void;
  /** A TV in standby: the wall clock goes on, the monotonic clock and the timers stand still. */
  standby(ms: number): void;
  /** A page that was frozen: time went on, but its timers fire only now. */
  skip(ms: number): void;
  /** Runs from timer to timer until the promise is settled. */
  run<Value>(work: Promise<Value>): Promise<Value>;
  timers(): number;
}

let working = 0;

/** The platform's WebCrypto; {@link settle} knows when it is at work. */
export const watchedCrypto = {
  getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => globalThis.crypto.getRandomValues(bytes),
  subtle: new Proxy(globalThis.crypto.subtle, {
    get: (subtle, name) => {
      const call = Reflect.get(subtle, name) as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        working++;
        try {
          return await call.apply(subtle, given);
        } finally {
          working--;
        }
      };
    },
  }),
} as unknown as Crypto;

/** Lets promises, fake-indexeddb and WebCrypto come to rest. */
export async function settle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 60; idleTurns = working > 0 ? 0 : idleTurns + 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function manualClock(wallMs = Date.UTC(2025, 5, 1)): ManualClock {
  let now = 1000;
  let wallOffset = wallMs - now;
  let timers: { atMs: number; onTime: () => void }[] = [];

  const next = () => timers.slice().sort((one, other) => one.atMs - other.atMs)[0];
  const fire = (timer: { atMs: number; onTime: () => void }) => {
    timers = timers.filter((other) => other !== timer);
    now = Math.max(now, timer.atMs);
    timer.onTime();
  };

  return {
    monotonicMs: () => now,
    wallMs: () => now + wallOffset,
    setTimer(delayMs, onTime) {
      // Browsers keep the delay in 32 bits and fire at once beyond that.
      const timer = { atMs: now + (delayMs > 2 ** 31 - 1 ? 1 : delayMs), onTime };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const timer = next();
        if (timer === undefined || timer.atMs > until) break;
        fire(timer);
        await settle();
      }
      now = until;
    },
    setWall(ms) {
      wallOffset = ms - now;
    },
    standby(ms) {
      wallOffset += ms;
    },
    skip(ms) {
      now += ms;
    },
    async run(work) {
      let done = false;
      const over = () => {
        done = true;
      };
      work.then(over, over);
      for (;;) {
        await settle();
        if (done) return work;
        const timer = next();
        if (timer !== undefined) fire(timer);
      }
    },
    timers: () => timers.length,
  };
}
