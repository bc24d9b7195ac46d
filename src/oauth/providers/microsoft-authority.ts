import type { OptionKind, SignInSettings } from '../../settings/settings';

/** Options of the providers that sign in at Microsoft. */
export const authorityOptions: Readonly<Record<string, OptionKind>> = {
  tenant: 'name',
  authority: 'address',
};

/**
 * The address below which a tenant's endpoints are.
 *
 * @param issuer names cloud and tenant in one, as in `https://login.microsoftonline.us/contoso`
 */
export function authorityOf({ providerOptions }: SignInSettings, issuer?: string): string {
  const { tenant = 'common', authority = 'https://login.microsoftonline.com' } = providerOptions;
  return (issuer ?? `${authority.replace(/\/+$/, '')}/${tenant}`).replace(/(\/v2\.0)?\/*$/, '');
}

/** The tenant that ID tokens name: an id stands for itself, other names for any of that authority. */
export function tenantOf(settings: SignInSettings): string {
  const name = /[^/]*$/.exec(authorityOf(settings, settings.issuer))?.[0] ?? '';
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name) ? name.toLowerCase() : '{tenantid}';
}
