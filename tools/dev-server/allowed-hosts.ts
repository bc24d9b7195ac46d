import { networkInterfaces } from 'node:os';
import { isLoopback } from './public-host.ts';

/** A host as browsers write it; undefined for what is none. The port does not matter. */
function hostnameOf(host: string): string | undefined {
  const url = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  if (url === undefined || url.pathname !== '/' || url.username !== '' || url.search !== '') {
    return undefined;
  }
  return url.hostname.replace(/\.$/, '').replace(/^\[|\]$/g, '');
}

/**
 * Reads the names in `ALLOWED_HOSTS`: `tv.example, *.grid.example`.
 *
 * @throws Error for what is no name of a host
 */
export function readAllowedHosts(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, wildcard = '', host = ''] = /^(\*\.)?(.*)$/.exec(entry) ?? [];
      const hostname = host.includes('*') ? undefined : hostnameOf(host);
      if (hostname === undefined || hostname === '') {
        throw new Error(
          `ALLOWED_HOSTS must be names of hosts, such as "tv.example, *.grid.example", and "${entry}" is none.`,
        );
      }
      return wildcard + hostname;
    });
}

/** The addresses of this machine that a listener on `host` answers at. */
function ownAddresses(host: string): readonly (string | undefined)[] {
  if (host !== '0.0.0.0' && host !== '::')
    return [hostnameOf(host.includes(':') ? `[${host}]` : host)];
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address, family }) => hostnameOf(family === 'IPv6' ? `[${address}]` : address));
}

const isLoopbackName = (hostname: string): boolean =>
  hostname === 'localhost' || isLoopback(hostname);

/** Whether a `Host` header has a name of loopback, which no name server gives to another machine. */
export const isLoopbackHost = (header: string): boolean => isLoopbackName(hostnameOf(header) ?? '');

/**
 * Whether a `Host` header names this machine. A page of another site can have its own name lead to
 * this machine (DNS rebinding), and then reads as its own what it gets from here; the name gives it
 * away.
 *
 * @param host what the listener was told to listen on
 * @param more from {@link readAllowedHosts}
 */
export function isAllowedHost(header: string, host: string, more: readonly string[]): boolean {
  const hostname = hostnameOf(header);
  if (hostname === undefined || hostname === '') return false;
  return (
    isLoopbackName(hostname) ||
    ownAddresses(host).includes(hostname) ||
    more.some((name) =>
      name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name,
    )
  );
}
