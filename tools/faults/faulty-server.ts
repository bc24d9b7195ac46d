import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/oauth/clock.ts';
import { deliver, type Exchange, sendRight } from './deliver.ts';
import type { Fault } from './faults.ts';
import { type Call, callOf } from './network.ts';
import { createServerModel } from './server-model.ts';

/** A strict authorization server over HTTP that fails in one chosen way. */
export interface FaultyServer {
  url: string;
  /** Fails from now on at one kind of call; undefined ends the fault. */
  failAt(call: Call | undefined, fault?: Fault, times?: number): void;
  /** What fails now. */
  failing(): { call: Call; fault: Fault } | undefined;
  /** One refused connection has happened: it never reaches the server. */
  countRefusal(): void;
  /** The viewer allows the newest code. */
  approve(account: string): void;
  /** Makes every access token worthless. */
  endAccess(): void;
  /** Refresh tokens that the server would still take. */
  readonly liveTokens: number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Starts the server on a free port of this machine. */
export async function startFaultyServer(options: {
  clock: Clock;
  /** Tells that a request is held up, or goes on. */
  onHold(requestId: string, held: boolean): void;
}): Promise<FaultyServer> {
  const { clock, onHold } = options;
  let url = '';
  const model = createServerModel(clock, () => url);
  let failing: { call: Call; fault: Fault; times: number } | undefined;

  /** A gateway fails for whatever comes by the same way, a look at the server included. */
  function takeFault(call: Call): Fault | undefined {
    if (failing === undefined || failing.times <= 0) return undefined;
    if (failing.call !== call && call !== 'probe') return undefined;
    failing.times--;
    return failing.fault;
  }

  const server = createServer(async (request, response) => {
    response.sendDate = false;
    response.on('error', () => {});
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    const call = callOf(request.method ?? '', request.url ?? '', body);
    const { authorization } = request.headers;
    const exchange: Exchange = {
      request,
      response,
      right: () => model.answer(call, new URLSearchParams(body), authorization),
      clock,
      onHold,
      serverUrl: url,
    };
    const fault = takeFault(call);
    if (fault === undefined) sendRight(exchange);
    else deliver(fault, exchange);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    failAt(call, fault, times = Number.POSITIVE_INFINITY) {
      failing = call === undefined || fault === undefined ? undefined : { call, fault, times };
    },
    failing: () => (failing !== undefined && failing.times > 0 ? failing : undefined),
    countRefusal() {
      if (failing !== undefined) failing.times--;
    },
    approve: model.approve,
    endAccess: model.endAccess,
    get liveTokens() {
      return model.liveTokens();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
