/**
 * This machine, private and link-local networks (RFC 1918, 3927, 4193, 4291, also as IPv4-mapped
 * IPv6), names of mDNS and names without a dot. Takes the host of a parsed URL, which writes every
 * form of an IP address in one way. Also TEST-NET-1 (RFC 5737), which virtual machines use and no
 * router forwards. Not 100.64/10: a carrier's customers share that (RFC 6598).
 */
const developmentHost =
  /^((.+\.)?localhost|[^.:]+|.+\.local|(127|10)(\.\d+){3}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|(192\.168|169\.254)(\.\d+){2}|192\.0\.2\.\d+|\[(::1|fe[89ab]\w:.+|f[cd]\w\w:.+|::ffff:(7f\w\w|a\w\w|ac1\w|c0a8|a9fe):.+)\])$/;

/** A name or an address of IP. URLs allow more signs, which would mean something in a page's policy. */
const hostName = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\])$/;

/**
 * Whether an address holds a segment of dots as a relay or a server may read it that decodes paths:
 * `..`, and what parsers of addresses leave alone, e.g. `..%2f`, `%252e%252e/` or `..;/`.
 */
export const hasDotSegments = (address: string): boolean =>
  /([/\\]|%(25)*(2f|5c))(\.|%(25)*2e){1,2}([/\\;]|%(25)*(2f|5c|3b)|$)/i.test(
    address.replace(/[?#].*$/, ''),
  );

/**
 * The address as it is called: without spaces around, scheme and host in lower case, without a
 * default port, a final dot of the host or a fragment (RFC 6749 §3.1 forbids one), and without a path
 * where there is none. Dots in the path are resolved; a path that hides some is not called.
 *
 * Allowed is https always, plain http only to this machine and the local network and only in
 * development (RFC 8628 §3.1 demands TLS).
 *
 * @returns undefined for an address that may not be called
 */
export function normalAddress(address: string, allowInsecureHttp: boolean): string | undefined {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return undefined;
  }
  const { protocol, hostname, pathname, search } = url;
  if (url.username !== '' || url.password !== '' || !hostName.test(hostname)) return undefined;
  if (url.port === '0' || hasDotSegments(pathname)) return undefined;
  const development = protocol === 'http:' && allowInsecureHttp && developmentHost.test(hostname);
  if (protocol !== 'https:' && !development) return undefined;
  const isBare = pathname === '/' && search === '' && !/\/\s*(#.*)?$/.test(address);
  // Braces are placeholders in some addresses: they stay readable.
  const path = isBare ? '' : pathname.replace(/%7B(\w+)%7D/gi, '{$1}');
  return `${protocol}//${url.host.replace(/\.(?=:|$)/, '')}${path}${search}`;
}

/** Whether an address may be called; see {@link normalAddress}. */
export const isAllowedAddress = (address: string, allowInsecureHttp: boolean): boolean =>
  normalAddress(address, allowInsecureHttp) !== undefined;

/**
 * The address of a server, given its own or that of its metadata, wherever the well-known part stands
 * (RFC 8414 §3.1, OpenID Connect Discovery §4.1).
 */
export const withoutWellKnown = (address: string): string =>
  address.replace(/\/\.well-known\/(openid-configuration|oauth-authorization-server)(?=\/|$)/, '');
