import type { Clock } from '../../src/oauth/clock.ts';

/** Virtual time that many devices share: hours pass as fast as the work in them can be done. */
export interface Timeline extends Clock {
  /** Lets time pass until a moment of the timeline, in ms. */
  runUntil(endMs: number): Promise<void>;
}

interface Timer {
  atMs: number;
  /** Timers of the same moment run in the order in which they were set. */
  order: number;
  onTime: (() => void) | undefined;
}

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

/** @param startsAtWallMs what every wall clock shows at first */
export function createTimeline(startsAtWallMs = Date.UTC(2026, 0, 1, 20)): Timeline {
  const heap: Timer[] = [];
  let nowMs = 0;
  let order = 0;
  // Promises that wait for nothing but each other are through when the next macrotask runs.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    monotonicMs: () => nowMs,
    wallMs: () => startsAtWallMs + nowMs,
    setTimer(delayMs, onTime) {
      const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), order: order++, onTime };
      push(heap, timer);
      return () => {
        timer.onTime = undefined;
      };
    },
    async runUntil(endMs) {
      await settle();
      for (let first = heap[0]; first !== undefined && first.atMs <= endMs; first = heap[0]) {
        const timer = pop(heap);
        if (timer?.onTime === undefined) continue;
        nowMs = Math.max(nowMs, timer.atMs);
        timer.onTime();
        await settle();
      }
      nowMs = Math.max(nowMs, endMs);
    },
  };
}
