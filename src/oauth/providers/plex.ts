import type { SignInSettings } from '../../settings/settings';
import { idMember } from '../claims';
import { textMember } from '../members';
import { readPollReply } from '../reply';
import type { Provider, RequestContext, Target, WireRequest } from './provider';
import { baseOf, endpointsBelow, readDeviceNamed, replyWith } from './wire';

const publicAddress = 'https://plex.tv';

const address = (settings: SignInSettings, path: string) => baseOf(settings, publicAddress) + path;

const signOut = (settings: SignInSettings): Target => ({
  method: 'DELETE',
  url: address(settings, '/api/v2/users/signout'),
});

/**
 * A request with the names of this installation, the app and the TV. Plex takes its headers as query
 * parameters, too: a name that no header can hold goes there, as in Plex for iOS.
 */
function named(
  { method, url }: Target,
  { deviceId, appName, deviceName }: RequestContext,
  token?: string,
): WireRequest {
  const headers: Record<string, string> = { 'X-Plex-Client-Identifier': deviceId };
  if (token !== undefined) headers['X-Plex-Token'] = token;
  const query: string[] = [];
  const add = (name: string, value: string) => {
    if (/^[ -~]*$/.test(value)) headers[name] = value;
    else query.push(`${name}=${encodeURIComponent(value)}`);
  };
  add('X-Plex-Product', appName);
  if (deviceName !== undefined) add('X-Plex-Device-Name', deviceName);
  return { method, url: query.length === 0 ? url : `${url}?${query.join('&')}`, headers };
}

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
  deviceRequest: (context) =>
    named({ method: 'POST', url: context.endpoints.deviceAuthorization }, context),
  readDevice: (reply, context) =>
    readDeviceNamed(reply, context, {
      device_code: idMember(reply.body ?? {}, 'id'),
      user_code: reply.body?.['code'],
      verification_uri: address(context.settings, '/link'),
      interval: 2,
    }),
  pollRequest({ deviceCode }, context) {
    const url = context.endpoints.token.replace('{id}', encodeURIComponent(deviceCode));
    return named({ method: 'GET', url }, context);
  },
  readPoll(reply) {
    if (reply.status === 404) return { type: 'expired' };
    if (reply.status === 200 && reply.body?.['authToken'] === null) return { type: 'pending' };
    return readPollReply(
      replyWith(reply, { access_token: reply.body?.['authToken'], accessToken: undefined }),
    );
  },
  // Signing out ends all that this installation's name stands for.
  revocationReach: 'person',
  refreshRequest: 'none',
  revokeRequest: ({ accessToken }, context) =>
    accessToken === undefined ? undefined : named(signOut(context.settings), context, accessToken),
  accountRequest: ({ accessToken }, context) =>
    named({ method: 'GET', url: context.endpoints.userinfo ?? '' }, context, accessToken),
  readAccount(reply) {
    const body = reply.body ?? {};
    const id = idMember(body, 'uuid', 'username');
    if (id === undefined) return undefined;
    const email = textMember(body, 'email');
    const account = { id, name: textMember(body, 'friendlyName', 'title', 'username') ?? id };
    return email === undefined ? account : { ...account, email };
  },
};
