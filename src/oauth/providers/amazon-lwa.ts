import type { Provider } from './provider';
import { endpointsBelow } from './wire';

/** Login with Amazon, code-based linking: polls carry both codes. */
export const amazonLwa: Provider = {
  name: 'amazon-lwa',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, 'https://api.amazon.com', {
      deviceAuthorization: '/auth/o2/create/codepair',
      token: '/auth/o2/token',
      userinfo: '/user/profile',
    }),
  defaultScope: 'profile',
  deviceFields: () => ({ response_type: 'device_code' }),
  pollFields: ({ userCode }) => ({ grant_type: 'device_code', user_code: userCode }),
  revokeRequest: 'none',
};
