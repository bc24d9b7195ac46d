import { networkInterfaces } from 'node:os';

const virtual = /^(docker|br-|veth|virbr|vmnet|vbox|tun|tap|utun|zt)/i;

/**
 * The machine's first IPv4 address on a network that a phone or a TV can be on. Bridges of
 * containers and virtual machines come last.
 *
 * @returns undefined on a machine without a network
 */
export function lanAddress(interfaces = networkInterfaces()): string | undefined {
  const addresses = Object.entries(interfaces).flatMap(([name, entries]) =>
    (entries ?? [])
      .filter((entry) => entry.family === 'IPv4' && !entry.internal)
      .map((entry) => ({ address: entry.address, rank: virtual.test(name) ? 1 : 0 })),
  );
  return addresses.sort((a, b) => a.rank - b.rank)[0]?.address;
}

/** Whether an address is this machine's own loopback interface. */
export function isLoopback(address: string | undefined): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address ?? '');
}

/**
 * The host name that this machine reaches a listening host by: always one of loopback, because the
 * QA console and the control API answer no other.
 */
export function ownHost(host: string): string {
  return isLoopback(host) ? publicHost(host) : 'localhost';
}

/**
 * The host name that others reach a listening host by. Every interface becomes the first allowed
 * name, which is the one of a container's machine for example, or else the LAN address.
 *
 * @param allowedHosts names that this machine has besides its addresses
 */
export function publicHost(host: string, allowedHosts: readonly string[] = []): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const named = allowedHosts.find((name) => !name.startsWith('*.'));
  const shown = everywhere ? (named ?? lanAddress() ?? 'localhost') : host;
  return shown.includes(':') ? `[${shown}]` : shown;
}
