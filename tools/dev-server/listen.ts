import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAllowedHost } from './allowed-hosts.ts';
import { guarded } from './guard.ts';
import { isLoopback } from './public-host.ts';

/** A port that is in use, with a sentence that says which variable chooses another one. */
export interface PortTaken extends Error {
  code: 'port-taken';
  port: number;
}

/** Whether an error says that a port is in use. */
export function isPortTaken(error: unknown): error is PortTaken {
  return error instanceof Error && (error as Partial<PortTaken>).code === 'port-taken';
}

function portTaken(port: number, variable: string, cause: unknown): PortTaken {
  return Object.assign(
    new Error(
      `Port ${port} is already in use: stop the program that has it, or choose another with ${variable}=${port + 1}.`,
      { cause },
    ),
    { code: 'port-taken' as const, port },
  );
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** The addresses that a host means, first the one that must be there. */
function addressesOf(host: string): string[] {
  if (host === 'localhost') return ['127.0.0.1', '::1'];
  if (host === '0.0.0.0' || host === '::' || isLoopback(host)) return [host];
  return [host, '127.0.0.1', '::1'];
}

/** How long a request may take to arrive, in ms, and how long its head may be, in bytes. */
export interface RequestLimits {
  headersTimeout: number;
  requestTimeout: number;
  /** How often the two are looked at. */
  connectionsCheckingInterval: number;
  maxHeaderSize: number;
}

const normalLimits: RequestLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

function listenOnce(
  handler: RequestListener,
  limits: RequestLimits,
  address: string,
  port: number,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(limits, handler);
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** What a listening server is known by. */
export interface Listening {
  /** The port that answers, also when 0 was asked for. */
  port: number;
  /** Stops answering and ends every open connection. */
  close(): Promise<void>;
}

/**
 * Serves HTTP on a host. `localhost` means both loopback families, because browsers try ::1 first
 * and many scripts 127.0.0.1. One address of the network comes with loopback, too: the QA console and
 * the control API answer no other address.
 *
 * @param options.port 0 picks a free one
 * @param options.variable the environment variable that a person changes when the port is taken
 * @param options.allowedHosts names that this machine has besides its addresses
 * @throws PortTaken
 */
export async function listen(
  handler: RequestListener,
  options: {
    host: string;
    port: number;
    variable: string;
    allowedHosts?: readonly string[] | undefined;
    limits?: Partial<RequestLimits>;
  },
): Promise<Listening> {
  const { host, port, variable, allowedHosts = [] } = options;
  const [first, ...others] = addressesOf(host);
  const guard = guarded(handler, (asked) => isAllowedHost(asked, host, allowedHosts));
  const limits = { ...normalLimits, ...options.limits };
  const servers: Server[] = [];
  try {
    const server = await listenOnce(guard, limits, first ?? host, port);
    servers.push(server);
    const chosen = (server.address() as AddressInfo).port;
    for (const other of others) {
      try {
        servers.push(await listenOnce(guard, limits, other, chosen));
      } catch (error) {
        // A machine without IPv6 is fine; another program on the same port is not.
        if (errorCode(error) === 'EADDRINUSE') throw error;
      }
    }
    return {
      port: chosen,
      close: async () => {
        await Promise.all(servers.map(closeNow));
      },
    };
  } catch (error) {
    await Promise.all(servers.map(closeNow));
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    // A free port on one family may be taken on the other: pick again.
    if (port === 0) return listen(handler, options);
    throw portTaken(port, variable, error);
  }
}
