import type { Provider } from './provider';
import { endpointsBelow } from './wire';

/**
 * GitHub, and GitHub Enterprise Server when the issuer names one. OAuth apps get tokens without an
 * end, GitHub apps tokens to be refreshed.
 */
export const github: Provider = {
  name: 'github',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(
      settings,
      'https://github.com',
      {
        deviceAuthorization: '/login/device/code',
        token: '/login/oauth/access_token',
        userinfo: '/api/v3/user',
      },
      { userinfo: 'https://api.github.com/user' },
    ),
  defaultScope: 'read:user',
  lastingTokens: true,
  // Only a client that has a secret may revoke.
  revokeRequest: 'none',
};
