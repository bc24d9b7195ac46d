/**
 * This machine, names of a local network, and bare addresses. Networks of offices and campuses have
 * public ones, so these are not told apart; no service for the public has only an address.
 */
const developmentHost = /^(localhost|[^.:]+|.+\.local|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])$/i;

/**
 * Whether an address may be called: https always, plain http only to this machine and the local
 * network and only in development (RFC 8628 §3.1 demands TLS).
 */
export function isAllowedAddress(address: string, allowInsecureHttp: boolean): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && allowInsecureHttp && developmentHost.test(url.hostname);
}
