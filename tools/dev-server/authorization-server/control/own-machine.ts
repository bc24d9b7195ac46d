import type { Context } from 'koa';
import { isLoopbackHost } from '../../allowed-hosts.ts';
import { isLoopback } from '../../public-host.ts';

const isAtLoopback = (origin: string): boolean =>
  URL.canParse(origin) && isLoopbackHost(new URL(origin).host);

/** Whether a page of another site than this machine's makes the request, as far as it says so. */
export function isFromElsewhere(context: Context): boolean {
  const referer = context.get('Referer');
  // Browsers that say neither Sec-Fetch-Site nor Origin are old ones.
  const isOldPage = context.get('Origin') === '' && referer !== '' && !isAtLoopback(referer);
  return context.get('Sec-Fetch-Site') === 'cross-site' || isOldPage;
}

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
