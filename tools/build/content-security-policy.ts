import { checkSettings } from '../../src/settings/settings.ts';
import { knownNames } from '../settings/known-names.ts';
import { connectOrigins, needsMetadata, unnamedDomain } from './connect-origins.ts';

/** Any server on this machine: where a server that is being developed may have its endpoints. */
const ownMachine = ['http://localhost:*', 'http://127.0.0.1:*'];

/** Where the page may connect to, beside itself. */
function connections(settings: unknown, development: boolean): readonly string[] {
  const outcome = checkSettings(settings, knownNames);
  // The app calls nothing with settings that it cannot use.
  if (outcome.type === 'invalid') return [];
  const { signIn } = outcome.settings;
  const named = connectOrigins(signIn);
  if (!development || !needsMetadata(signIn)) {
    const domain = unnamedDomain(signIn);
    return domain === undefined ? named : [...named, `https://*.${domain}`];
  }
  const isInsecure = signIn.issuer?.startsWith('http:');
  return [...named, ...(isInsecure ? ownMachine : ['https:'])];
}

/**
 * The policy written into the page. `connect-src` names the servers of the app's calls, as far as
 * the settings tell: what only the issuer's metadata tells is added to them when a site is built.
 *
 * @param settings the public settings
 * @param options.development allows every https host, or all of this machine, where the issuer was
 *   not asked for its own
 * @returns the value of a Content-Security-Policy meta element
 */
export function contentSecurityPolicy(
  settings: unknown,
  { development = false }: { development?: boolean } = {},
): string {
  const connect = ["'self'", 'data:', 'blob:', ...connections(settings, development), 'file:'];
  return [
    "default-src 'none'",
    "script-src 'self' file:",
    "style-src 'unsafe-inline'",
    "font-src 'self' data: file:",
    "img-src 'self' data: blob: file:",
    'worker-src blob:',
    `connect-src ${connect.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
