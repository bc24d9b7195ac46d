import type { Provider } from './provider';
import { endpointsBelow } from './wire';

/** Without `offline_access` there is no refresh token; `openid` tells who signed in. */
const defaultScope = 'openid offline_access';

const names = (scope = defaultScope) => scope.split(' ');

/**
 * Oracle Identity Cloud Service and OCI IAM identity domains. The issuer is the domain's address,
 * e.g. `https://idcs-….identity.oraclecloud.com`; its metadata names another one, so it is not read.
 */
export const oracleIdcs: Provider = {
  name: 'oracle-idcs',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, '', {
      deviceAuthorization: '/oauth2/v1/device',
      token: '/oauth2/v1/token',
      revocation: '/oauth2/v1/revoke',
      ...(names(settings.scope).includes('openid') ? { userinfo: '/oauth2/v1/userinfo' } : {}),
    }),
  defaultScope,
  clientAuthentication: 'client_secret_basic',
  deviceAuthentication: 'none',
  // The same for every domain.
  idTokenIssuers: () => ['https://identity.oraclecloud.com/'],
  deviceFields: () => ({ response_type: 'device_code' }),
};
