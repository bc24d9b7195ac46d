/**
 * The policy written into the page. `connect-src` names the servers the settings name. An issuer
 * may place its endpoints on other hosts, which only its metadata tells, and a system of its own
 * kind brings its own: with either every https host is allowed.
 *
 * @param settings the parsed content of a settings file
 * @returns the value of a Content-Security-Policy meta element
 */
export function contentSecurityPolicy(settings: unknown): string {
  const signIn = (settings as { appSettings?: { signIn?: Record<string, unknown> } } | null)
    ?.appSettings?.signIn;
  const connect = new Set(["'self'", 'data:', 'blob:']);
  const addresses = [signIn?.['issuer'], signIn?.['relay']].concat(
    Object.values((signIn?.['endpoints'] as Record<string, unknown> | undefined) ?? {}),
    Array.isArray(signIn?.['apiOrigins']) ? (signIn['apiOrigins'] as unknown[]) : [],
  );
  for (const address of addresses) {
    // A wrong address is the app's to report; here it only must not become part of the policy.
    if (typeof address !== 'string' || !URL.canParse(address)) continue;
    const { protocol, origin } = new URL(address);
    if (protocol === 'https:' || protocol === 'http:') connect.add(origin);
  }
  const { issuer, relay, provider = 'rfc8628' } = signIn ?? {};
  if (relay === undefined && (issuer !== undefined || provider !== 'rfc8628')) {
    connect.add('https:');
  }
  return [
    "default-src 'none'",
    "script-src 'self' file:",
    "style-src 'unsafe-inline'",
    "font-src 'self' data: file:",
    "img-src 'self' data: blob: file:",
    'worker-src blob:',
    `connect-src ${[...connect].join(' ')} file:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
