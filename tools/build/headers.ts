import { contentSecurityPolicy } from './content-security-policy.ts';

/** Powers that the app has no use for. */
const unused = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'midi', 'serial'];

/**
 * What a server says with the app's page, in headers: the page's policy, and what a meta element
 * cannot say.
 *
 * @param settings the public settings
 * @param options.development see {@link contentSecurityPolicy}
 * @returns values by the names of their headers
 */
export function securityHeaders(
  settings: unknown,
  options: { development?: boolean } = {},
): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': `${contentSecurityPolicy(settings, options)}; frame-ancestors 'self'`,
    // For engines that do not know frame-ancestors: Chromium 38.
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': unused.map((name) => `${name}=()`).join(', '),
  };
}

/** Files that make servers send the headers, by their names in the site. */
export function headerFiles(settings: unknown): Readonly<Record<string, string>> {
  const headers = Object.entries(securityHeaders(settings));
  return {
    // Netlify, Cloudflare Pages and others read it from the root of a site.
    _headers: `/*\n${headers.map(([name, value]) => `  ${name}: ${value}\n`).join('')}`,
    'nginx-headers.conf': [
      '# include this file in the location of the app; add_header there hides those of outer blocks.\n',
      ...headers.map(([name, value]) => `add_header ${name} "${value}" always;\n`),
    ].join(''),
  };
}
