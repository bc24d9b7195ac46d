import type { SignInSettings } from '../../settings/settings';
import { readPollReply, textMember } from '../reply';
import type { Provider, RequestContext, Target } from './provider';
import { baseOf, endpointsBelow, readDeviceNamed, replyWith } from './wire';

const publicAddress = 'https://plex.tv';

const headers = ({ deviceId, appName }: RequestContext, token?: string) => ({
  'X-Plex-Client-Identifier': deviceId,
  'X-Plex-Product': appName,
  ...(token === undefined ? {} : { 'X-Plex-Token': token }),
});

const signOut = (settings: SignInSettings): Target => ({
  method: 'DELETE',
  url: `${baseOf(settings, publicAddress)}/api/v2/users/signout`,
});

/** Plex PINs: a PIN is asked after until it has a token, which lasts. */
export const plex: Provider = {
  name: 'plex',
  clientId: 'none',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, publicAddress, {
      deviceAuthorization: '/api/v2/pins',
      token: '/api/v2/pins/{id}',
      userinfo: '/api/v2/user',
    }),
  otherCalls: (settings) => [signOut(settings)],
  deviceRequest: (context) => ({
    method: 'POST',
    url: context.endpoints.deviceAuthorization,
    headers: headers(context),
  }),
  readDevice: (reply, context) =>
    readDeviceNamed(reply, context, {
      device_code: reply.body?.['id'] === undefined ? undefined : String(reply.body['id']),
      user_code: reply.body?.['code'],
      verification_uri: `${baseOf(context.settings, publicAddress)}/link`,
      interval: 2,
    }),
  pollRequest: ({ deviceCode }, context) => ({
    method: 'GET',
    url: context.endpoints.token.replace('{id}', encodeURIComponent(deviceCode)),
    headers: headers(context),
  }),
  readPoll(reply) {
    if (reply.status === 404) return { type: 'expired' };
    if (reply.status === 200 && reply.body?.['authToken'] === null) return { type: 'pending' };
    return readPollReply(
      replyWith(reply, { access_token: reply.body?.['authToken'], accessToken: undefined }),
    );
  },
  refreshRequest: 'none',
  revokeRequest: ({ accessToken }, context) =>
    accessToken === undefined
      ? undefined
      : { ...signOut(context.settings), headers: headers(context, accessToken) },
  accountRequest: ({ accessToken }, context) => ({
    method: 'GET',
    url: context.endpoints.userinfo ?? '',
    headers: headers(context, accessToken),
  }),
  readAccount(reply) {
    const body = reply.body ?? {};
    const id = textMember(body, 'uuid', 'username');
    if (id === undefined) return undefined;
    const email = textMember(body, 'email');
    const account = { id, name: textMember(body, 'friendlyName', 'title', 'username') ?? id };
    return email === undefined ? account : { ...account, email };
  },
};
