import type { Clock } from '../clock';

/** A clock that stands still until it is told to go on. */
export interface ControllableClock extends Clock {
  /** Lets time pass: timers that fall due run in order, and what they set off with them. */
  pass(milliseconds: number): Promise<void>;
  /** Runs from timer to timer until the promise is settled. */
  run<Value>(work: Promise<Value>): Promise<Value>;
  /** The device sleeps: the wall goes on, timers and the monotonic clock stand still. */
  sleep(milliseconds: number): void;
  /** The page was frozen: time went on, but its timers fire only now. */
  skip(milliseconds: number): void;
  /** Corrects the wall clock; nothing else happens. */
  setWall(milliseconds: number): void;
  /** Timers that are set. */
  timers(): number;
}

interface Timer {
  atMs: number;
  /** Timers of the same moment run in the order in which they were set. */
  order: number;
  onTime: (() => void) | undefined;
}

/** Browsers keep delays in 32 bits and fire at once beyond that. */
const maxDelayMs = 2 ** 31 - 1;

const isBefore = (one: Timer, other: Timer) =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** Puts a timer into a binary heap. */
function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

/** Takes the earliest timer out of a binary heap. */
function pop(heap: Timer[]): Timer | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    let below = heap[child];
    if (below === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, below)) {
      below = right;
      child++;
    }
    if (!isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
}

/** Promises that wait for nothing but each other are through when the next macrotask runs. */
const nextMacrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * @param wallMs what the wall shows at first
 * @param settle lets everything come to rest that a timer has set off
 */
export function createControllableClock(
  wallMs = Date.UTC(2026, 0, 1),
  settle: () => Promise<void> = nextMacrotask,
): ControllableClock {
  const heap: Timer[] = [];
  let nowMs = 0;
  let wallOffsetMs = wallMs;
  let order = 0;

  /** The earliest timer that has not been canceled, no later than a moment; it leaves the heap. */
  const takeDue = (untilMs: number): Timer | undefined => {
    for (let first = heap[0]; first !== undefined && first.atMs <= untilMs; first = heap[0]) {
      const timer = pop(heap);
      if (timer?.onTime !== undefined) return timer;
    }
    return undefined;
  };

  const fire = (timer: Timer) => {
    nowMs = Math.max(nowMs, timer.atMs);
    const { onTime } = timer;
    timer.onTime = undefined;
    onTime?.();
  };

  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs + wallOffsetMs,
    setTimer(delayMs, onTime) {
      const atMs = nowMs + (delayMs > maxDelayMs ? 1 : Math.max(0, delayMs));
      const timer: Timer = { atMs, order: order++, onTime };
      push(heap, timer);
      return () => {
        timer.onTime = undefined;
      };
    },
    async pass(milliseconds) {
      const untilMs = nowMs + milliseconds;
      await settle();
      for (let due = takeDue(untilMs); due !== undefined; due = takeDue(untilMs)) {
        fire(due);
        await settle();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
    async run(work) {
      let done = false;
      const finish = () => {
        done = true;
      };
      work.then(finish, finish);
      for (;;) {
        await settle();
        if (done) return work;
        const due = takeDue(Number.POSITIVE_INFINITY);
        if (due !== undefined) fire(due);
      }
    },
    sleep(milliseconds) {
      wallOffsetMs += milliseconds;
    },
    skip(milliseconds) {
      nowMs += milliseconds;
    },
    setWall(milliseconds) {
      wallOffsetMs = milliseconds - nowMs;
    },
    timers: () => heap.filter(({ onTime }) => onTime !== undefined).length,
  };
}
