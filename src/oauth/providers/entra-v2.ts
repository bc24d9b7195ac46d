import { authorityOf, authorityOptions, tenantOf } from './microsoft-authority';
import type { Provider } from './provider';

const defaultScope = 'openid profile offline_access';

/** Microsoft Entra ID v2.0: work, school and personal accounts. */
export const entraV2: Provider = {
  name: 'entra-v2',
  options: authorityOptions,
  discovery: false,
  endpoints(settings) {
    const authority = authorityOf(settings, settings.issuer);
    return {
      deviceAuthorization: `${authority}/oauth2/v2.0/devicecode`,
      token: `${authority}/oauth2/v2.0/token`,
    };
  },
  defaultScope,
  deviceRequest: ({ settings, endpoints, language }) => ({
    method: 'POST',
    // The viewer's language makes `message` readable.
    url: `${endpoints.deviceAuthorization}?mkt=${encodeURIComponent(language)}`,
    form: { client_id: settings.clientId, scope: settings.scope ?? defaultScope },
  }),
  refreshFields: ({ settings }) => ({ scope: settings.scope ?? defaultScope }),
  revokeRequest: 'none',
  idTokenIssuers(settings) {
    const { origin } = new URL(authorityOf(settings, settings.issuer));
    const tenant = tenantOf(settings);
    return [`${origin}/${tenant}/v2.0`, `https://login.microsoftonline.com/${tenant}/v2.0`];
  },
  accountRequest: 'none',
};
