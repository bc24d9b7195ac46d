import type { Context } from 'koa';
import { isLoopbackHost } from '../../allowed-hosts.ts';
import { isLoopback } from '../../public-host.ts';

const isAtLoopback = (origin: string): boolean =>
  URL.canParse(origin) && isLoopbackHost(new URL(origin).host);

/**
 * Why a request may not use what is for this machine only; undefined when it may. A connection from
 * loopback is not enough: a tunnel ends there too, and any web page can send a developer's browser to
 * localhost. Pages of other ports of this machine may, such as the QA console.
 */
export function whyForbidden(context: Context): string | undefined {
  if (!isLoopback(context.req.socket.remoteAddress)) return 'it came over the network';
  if (context.get('X-Forwarded-For') !== '' || context.get('Forwarded') !== '') {
    return 'a proxy forwarded it';
  }
  if (!isLoopbackHost(context.get('Host'))) return 'its Host is not localhost';
  const origin = context.get('Origin');
  if (origin !== '' && !isAtLoopback(origin)) return 'its Origin is not localhost';
  return undefined;
}
