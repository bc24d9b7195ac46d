import type { SignInSettings } from '../../settings/settings';
import { idMember } from '../claims';
import { isMembers, textMember } from '../members';
import type { PollOutcome } from '../outcome';
import { problemOf, readPollReply } from '../reply';
import type { Provider, Target } from './provider';
import { baseOf, endpointsBelow } from './wire';

const publicAddress = 'https://api.trakt.tv';

const refresh = (settings: SignInSettings): Target => ({
  method: 'POST',
  url: `${baseOf(settings, publicAddress)}/oauth/token`,
});

const client = ({ clientId, clientSecret }: SignInSettings) => ({
  client_id: clientId,
  client_secret: clientSecret,
});

/** Trakt: JSON, and polls that are answered by the status alone. */
export const trakt: Provider = {
  name: 'trakt',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, publicAddress, {
      deviceAuthorization: '/oauth/device/code',
      token: '/oauth/device/token',
      revocation: '/oauth/revoke',
      userinfo: '/users/settings',
    }),
  otherCalls: (settings) => [refresh(settings)],
  deviceRequest: ({ settings, endpoints }) => ({
    method: 'POST',
    url: endpoints.deviceAuthorization,
    json: { client_id: settings.clientId },
  }),
  pollRequest: ({ deviceCode }, { settings, endpoints }) => ({
    method: 'POST',
    url: endpoints.token,
    json: { code: deviceCode, ...client(settings) },
  }),
  readPoll(reply) {
    const silent = reply.empty || (reply.body && Object.keys(reply.body).length === 0);
    if (!silent) return undefined;
    const outcomes: Readonly<Record<number, PollOutcome>> = {
      400: { type: 'pending' },
      404: { type: 'unknown-code', problem: problemOf('not-completed', 'unknown_code', reply) },
      409: { type: 'unknown-code', problem: problemOf('not-completed', 'used_code', reply) },
      410: { type: 'expired' },
      418: { type: 'denied' },
      429: { type: 'slow-down', retryAfterSeconds: reply.retryAfterSeconds },
    };
    return outcomes[reply.status] ?? readPollReply(reply);
  },
  refreshRequest: ({ refreshToken }, { settings }) => ({
    ...refresh(settings),
    json: {
      refresh_token: refreshToken,
      ...client(settings),
      redirect_uri: 'urn:ietf:wg:oauth:2.0:oob',
      grant_type: 'refresh_token',
    },
  }),
  revokeRequest: ({ accessToken, refreshToken }, { settings, endpoints }) =>
    endpoints.revocation === undefined
      ? undefined
      : {
          method: 'POST',
          url: endpoints.revocation,
          json: { token: accessToken ?? refreshToken, ...client(settings) },
        },
  accountRequest: (tokens, { settings, endpoints }) =>
    endpoints.userinfo === undefined
      ? undefined
      : {
          method: 'GET',
          url: endpoints.userinfo,
          headers: { 'trakt-api-version': '2', 'trakt-api-key': settings.clientId },
          authorization: tokens,
        },
  readAccount(reply) {
    const user = reply.body?.['user'];
    if (!isMembers(user)) return undefined;
    const id = idMember(user, 'username');
    return id === undefined ? undefined : { id, name: textMember(user, 'name') ?? id };
  },
};
