import { authorityOf, authorityOptions, tenantOf } from './microsoft-authority';
import type { Provider } from './provider';

/** Who issues its ID tokens, in the world's and in national clouds. */
const issuingHosts = ['sts.windows.net', 'sts.chinacloudapi.cn', 'sts.microsoftonline.de'];

/**
 * Azure AD v1, the endpoints that ADAL spoke to: a draft of the device grant, by `resource` instead
 * of scopes. `appSettings.signIn.parameters.resource` names the API.
 */
export const azureAdV1: Provider = {
  name: 'azure-ad-v1',
  options: authorityOptions,
  discovery: false,
  endpoints(settings) {
    const authority = authorityOf(settings, settings.issuer);
    return {
      deviceAuthorization: `${authority}/oauth2/devicecode?api-version=1.0`,
      token: `${authority}/oauth2/token`,
    };
  },
  // A public client's endpoints: a secret is refused there.
  clientAuthentication: 'none',
  deviceFields: ({ language }) => ({ mkt: language.toLowerCase() }),
  pollFields: ({ deviceCode }, { settings }) => ({
    grant_type: 'device_code',
    device_code: undefined,
    code: deviceCode,
    resource: settings.parameters.device['resource'],
  }),
  refreshFields: ({ settings }) => ({ resource: settings.parameters.device['resource'] }),
  revokeRequest: 'none',
  idTokenIssuers: (settings) =>
    issuingHosts.map((host) => `https://${host}/${tenantOf(settings)}/`),
  unsignedIdTokens: true,
  accountRequest: 'none',
};
