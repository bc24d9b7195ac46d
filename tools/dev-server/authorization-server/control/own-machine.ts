import type { Context } from 'koa';
import { isLoopback } from '../../public-host.ts';

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/**
 * Why a request may not use what is for this machine only; undefined when it may. A connection from loopback is not enough: a tunnel
 * ends there too, and any web page can send a developer's browser to localhost.
 */
export function whyForbidden(context: Context): string | undefined {
  if (!isLoopback(context.req.socket.remoteAddress)) return 'it came over the network';
  if (context.get('X-Forwarded-For') !== '' || context.get('Forwarded') !== '') {
    return 'a proxy forwarded it';
  }
  if (!isLoopbackName(hostnameOf(`http://${context.get('Host')}`)))
    return 'its Host is not localhost';
  const origin = context.get('Origin');
  if (origin !== '' && !isLoopbackName(hostnameOf(origin))) return 'its Origin is not localhost';
  return undefined;
}
