import type { Problem } from './problem';
import type { WireRequest } from './providers/provider';

/** A redirect that is not followed, or where to send the request instead. */
export type Redirect = { type: 'followed'; url: string } | { type: 'refused'; problem: Problem };

const redirectStatuses = [300, 301, 302, 303, 307, 308];

/** Whether a response is a redirect; browsers show one without its status. */
export const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || redirectStatuses.indexOf(status) >= 0;

function targetOf(url: string, location: string | null): URL | undefined {
  if (location === null) return undefined;
  try {
    const target = new URL(location, url);
    return /^https?:$/.test(target.protocol) ? target : undefined;
  } catch {
    return undefined;
  }
}

const withoutSlash = (path: string) => path.replace(/\/$/, '');

const isAddressOfNumbers = (host: string) => /^[\d.]+$|^\[/.test(host);

/** Hosts of one organization, as far as names tell: `example.com` and `www.example.com`. */
function areRelated(host: string, other: string): boolean {
  if (host === other) return true;
  if (isAddressOfNumbers(host) || isAddressOfNumbers(other)) return false;
  const domainOf = (name: string) => name.split('.').slice(-2).join('.');
  return domainOf(host) === domainOf(other);
}

/** A final slash more or less, which RFC 9110 lets a client repeat with its body by 307 and 308. */
function isFinalSlash(from: URL, to: URL, status: number): boolean {
  return (
    (status === 307 || status === 308) &&
    from.origin === to.origin &&
    from.search === to.search &&
    from.pathname !== to.pathname &&
    withoutSlash(from.pathname) === withoutSlash(to.pathname)
  );
}

/**
 * Understands a redirect. Only a final slash at the same origin is followed; all else would carry
 * secrets to where the settings do not say.
 *
 * @param gaveJson true when the address has answered with JSON before
 * @param setting the key of the setting that holds the address
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.4
 */
export function readRedirect(
  { method, url }: WireRequest,
  response: Response,
  gaveJson: boolean,
  setting: string,
): Redirect {
  const { status } = response;
  const from = new URL(url);
  const to = targetOf(url, response.headers.get('Location'));
  if (to !== undefined && method === 'POST' && isFinalSlash(from, to, status)) {
    return { type: 'followed', url: to.href };
  }
  const elsewhere = to !== undefined && !areRelated(from.hostname, to.hostname);
  const isPermanent = status === 301 || status === 308;
  // A captive portal redirects for a while, from addresses that answer otherwise.
  const isPortal = gaveJson ? to === undefined || elsewhere : elsewhere && !isPermanent;
  const where = to === undefined ? 'another address' : to.origin + to.pathname;
  const what = `${from.origin}${from.pathname} redirects to ${where}${status === 0 ? '' : ` (${status})`}`;
  return {
    type: 'refused',
    problem: {
      kind: isPortal ? 'network-sign-in' : 'misconfigured',
      code: isPortal ? 'captive_portal' : 'redirected',
      status: status === 0 ? undefined : status,
      isOwnDetail: true,
      detail: isPortal
        ? `${what}.`
        : `${what}, and requests follow no redirects: set ${setting} to the address that answers.`,
    },
  };
}
