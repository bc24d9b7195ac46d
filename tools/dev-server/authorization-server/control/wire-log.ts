import type { Endpoint } from '../endpoints.ts';
import type { FaultKind } from './faults.ts';

/**
 * What a request was for. The embedded server knows only {@link Endpoint}; a stand-in may want a
 * call before the first code (`prepare`) or after the approval (`redeem`); `relay` is a call that
 * the relay carried on.
 */
export type WireEndpoint = Endpoint | 'prepare' | 'redeem' | 'relay' | 'unknown';

/** What the embedded authorization server is called where stand-ins have their names. */
export const embedded = 'embedded';

/** One request and what became of it. No secret is whole in it. */
export interface Exchange {
  id: number;
  /** Which server: {@link embedded}, or the stand-in's name. */
  system: string;
  /** When the request arrived, epoch ms. */
  startedAt: number;
  /** Null while the request is open. */
  durationMs: number | null;
  method: string;
  path: string;
  endpoint: WireEndpoint;
  request: { headers: Record<string, string>; form: Record<string, unknown> };
  /** Null while the request is open, and for ever when the connection ended without an answer. */
  status: number | null;
  response: { headers: Record<string, string>; body: unknown } | null;
  /** `open`, `ok`, an OAuth error code, or what happened to the connection or body. */
  outcome: string;
  fault: FaultKind | null;
  /** The code that a device response handed out or that a poll is about. */
  userCode: string | null;
  /** The interval that holds for that code after this exchange, in seconds. */
  intervalSeconds: number | null;
  /** The earliest moment of that code's next poll, epoch ms. */
  nextPollAt: number | null;
}

const kept = 1000;

/** The latest exchanges, and those who want to hear of each. */
export function createWireLog() {
  let exchanges: Exchange[] = [];
  let lastId = 0;
  const listeners = new Set<(exchange: Exchange) => void>();
  const tell = (exchange: Exchange) => {
    for (const listener of listeners) listener(exchange);
  };
  return {
    open(
      start: Pick<Exchange, 'startedAt' | 'method' | 'path' | 'endpoint' | 'request'> &
        Partial<Pick<Exchange, 'system'>>,
    ): Exchange {
      lastId += 1;
      const exchange: Exchange = {
        id: lastId,
        system: embedded,
        durationMs: null,
        status: null,
        response: null,
        outcome: 'open',
        fault: null,
        userCode: null,
        intervalSeconds: null,
        nextPollAt: null,
        ...start,
      };
      exchanges.push(exchange);
      if (exchanges.length > kept) exchanges = exchanges.slice(-kept);
      tell(exchange);
      return exchange;
    },
    close(exchange: Exchange, end: Partial<Exchange>): void {
      Object.assign(exchange, end);
      tell(exchange);
    },
    list: (): readonly Exchange[] => exchanges,
    clear(): void {
      exchanges = [];
    },
    /** Calls back when an exchange opens and again when it ends. */
    subscribe(listener: (exchange: Exchange) => void): () => void {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** See {@link createWireLog}. */
export type WireLog = ReturnType<typeof createWireLog>;
