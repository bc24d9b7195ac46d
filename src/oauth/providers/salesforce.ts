import type { Provider } from './provider';
import { endpointsBelow } from './wire';

const token = '/services/oauth2/token';

/** Salesforce: one address for both requests, an older grant type, no lifetime in the reply. */
export const salesforce: Provider = {
  name: 'salesforce',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, 'https://login.salesforce.com', {
      deviceAuthorization: token,
      token,
      revocation: '/services/oauth2/revoke',
      userinfo: '/services/oauth2/userinfo',
    }),
  deviceAuthentication: 'none',
  deviceFields: () => ({ response_type: 'device_code' }),
  pollFields: ({ deviceCode }) => ({
    grant_type: 'device',
    device_code: undefined,
    code: deviceCode,
  }),
};
