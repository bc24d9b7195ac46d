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
