import { type Endpoint, endpoints } from '../endpoints.ts';
import {
  type Check,
  integer,
  number,
  object,
  oneOf,
  orElse,
  orNothing,
  orNull,
  text,
} from './checks.ts';

/** What can go wrong with a reply. */
type Trouble =
  /** An HTTP status, with an OAuth error code as JSON when `error` is given. */
  | {
      kind: 'status';
      status: number;
      error?: string | undefined;
      retryAfterSeconds?: number | undefined;
    }
  /** A web page where JSON belongs, as captive portals and proxies send. */
  | { kind: 'html'; status: number }
  /** The request is processed, but the reply ends in the middle of its JSON. */
  | { kind: 'truncated-json' }
  | { kind: 'empty-body'; status: number }
  /** One megabyte of JSON. */
  | { kind: 'huge-body'; status: number }
  /** The connection ends before the request is processed. */
  | { kind: 'cut-before' }
  /** The request is processed, then the connection ends without an answer. */
  | { kind: 'cut-after' }
  /** No answer, and the connection stays open. */
  | { kind: 'hang' }
  /** The real reply, late. */
  | { kind: 'delay'; delayMs: number }
  /** RFC 8628 §3.5 `slow_down`, however patient the poll: the interval grows for good. */
  | { kind: 'slow-down' };

/** Every kind of fault. */
export type FaultKind = Trouble['kind'];

/** Which replies go wrong. */
interface Aim {
  endpoint: Endpoint | 'any';
  /** How many replies; null is every one until the faults are cleared. */
  count: number | null;
}

/** A fault as it is ordered. */
export type FaultOrder = Trouble & Aim;

/** A fault that waits for its replies. */
export type Fault = FaultOrder & { id: number };

const status = integer(200, 599);
const anyStatus = orElse(status, 200);

const common = {
  endpoint: orElse(oneOf([...endpoints, 'any']), 'any'),
  count: orElse(orNull(integer(1, 1_000_000)), 1),
};

function kind<const Kind extends FaultKind>(name: Kind): { kind: Check<Kind> } & typeof common {
  return { kind: oneOf([name]), ...common };
}

const readers = {
  status: object({
    ...kind('status'),
    status,
    error: orNothing(text),
    retryAfterSeconds: orNothing(integer(0, 86_400)),
  }),
  html: object({ ...kind('html'), status: anyStatus }),
  'truncated-json': object(kind('truncated-json')),
  'empty-body': object({ ...kind('empty-body'), status: anyStatus }),
  'huge-body': object({ ...kind('huge-body'), status: anyStatus }),
  'cut-before': object(kind('cut-before')),
  'cut-after': object(kind('cut-after')),
  hang: object(kind('hang')),
  delay: object({ ...kind('delay'), delayMs: number(0, 300_000) }),
  'slow-down': object(kind('slow-down')),
} satisfies Record<FaultKind, (value: unknown) => FaultOrder>;

const readKind = oneOf(Object.keys(readers) as FaultKind[]);

/**
 * Reads a fault. `endpoint` is `any` and `count` 1 when they are left out.
 *
 * @throws InvalidOrder
 */
export function readFault(value: unknown): FaultOrder {
  const given = (value as { kind?: unknown } | null | undefined)?.kind;
  return readers[readKind(given, 'kind')](value);
}

/** The faults that wait, oldest first. */
export function createFaults() {
  let waiting: Fault[] = [];
  let lastId = 0;
  return {
    add(order: FaultOrder): Fault {
      lastId += 1;
      const fault: Fault = { ...order, id: lastId };
      waiting.push(fault);
      return fault;
    },
    list: (): readonly Fault[] => waiting,
    clear(): void {
      waiting = [];
    },
    /** The fault that spoils this reply, if any; it has one reply fewer to go afterwards. */
    take(at: Endpoint): Fault | undefined {
      const found = waiting.find(
        (fault) =>
          (fault.endpoint === 'any' || fault.endpoint === at) &&
          // Only a poll can be told to slow down.
          (fault.kind !== 'slow-down' || at === 'token'),
      );
      if (found === undefined || found.count === null) return found;
      const left = found.count - 1;
      waiting = waiting.flatMap((fault) => {
        if (fault !== found) return [fault];
        return left === 0 ? [] : [{ ...found, count: left }];
      });
      return found;
    },
  };
}

/** See {@link createFaults}. */
export type Faults = ReturnType<typeof createFaults>;
