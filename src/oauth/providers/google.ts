import { numberMember, textMember } from '../members';
import { problemOf } from '../reply';
import type { Provider } from './provider';
import { endpointsBelow } from './wire';

/** Google for TVs and limited-input devices. The token endpoint wants a client secret. */
export const google: Provider = {
  name: 'google',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(
      settings,
      'https://oauth2.googleapis.com',
      {
        deviceAuthorization: '/device/code',
        token: '/token',
        revocation: '/revoke',
        userinfo: '/v1/userinfo',
      },
      { userinfo: 'https://openidconnect.googleapis.com/v1/userinfo' },
    ),
  defaultScope: 'openid email profile',
  deviceAuthentication: 'none',
  revocationReach: 'person',
  idTokenIssuers: () => ['https://accounts.google.com', 'accounts.google.com'],
  readDevice(reply) {
    const quota = textMember(reply.body ?? {}, 'error_code');
    return quota === 'rate_limit_exceeded' &&
      numberMember(reply.body ?? {}, 'expires_in') === undefined
      ? { type: 'failed', problem: problemOf('server-busy', quota, reply) }
      : undefined;
  },
  revokeRequest: ({ refreshToken, accessToken }, { endpoints }) =>
    endpoints.revocation === undefined
      ? undefined
      : {
          method: 'POST',
          url: endpoints.revocation,
          form: { token: refreshToken ?? accessToken },
        },
};
