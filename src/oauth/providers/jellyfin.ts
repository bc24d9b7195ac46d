import type { SignInSettings } from '../../settings/settings';
import { idMember } from '../claims';
import { isMembers, textMember } from '../members';
import { problemOf, readPollReply } from '../reply';
import type { Provider, RequestContext, Target } from './provider';
import {
  baseOf,
  endpointsBelow,
  readDeviceNamed,
  readRedeemed,
  replyWith,
  replyWithoutToken,
} from './wire';

const exchange = (settings: SignInSettings): Target => ({
  method: 'POST',
  url: `${baseOf(settings)}/Users/AuthenticateWithQuickConnect`,
});

const signOut = (settings: SignInSettings): Target => ({
  method: 'POST',
  url: `${baseOf(settings)}/Sessions/Logout`,
});

/** Jellyfin's own scheme: it lists this device under these names. */
function headers({ appName, deviceName = 'TV', deviceId }: RequestContext, token?: string) {
  const plain = (text: string) => encodeURIComponent(text).replace(/%20/g, ' ');
  const own = `MediaBrowser Client="${plain(appName)}", Device="${plain(deviceName)}", DeviceId="${deviceId}", Version="1"`;
  return { Authorization: token === undefined ? own : `${own}, Token="${token}"` };
}

/** Jellyfin Quick Connect; the issuer is the server's address. The token lasts. */
export const jellyfin: Provider = {
  name: 'jellyfin',
  clientId: 'none',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, '', {
      deviceAuthorization: '/QuickConnect/Initiate',
      token: '/QuickConnect/Connect',
    }),
  otherCalls: (settings) => [exchange(settings), signOut(settings)],
  deviceRequest: (context) => ({
    method: 'POST',
    url: context.endpoints.deviceAuthorization,
    headers: headers(context),
  }),
  readDevice(reply, context) {
    if (reply.status === 401) {
      return {
        type: 'failed',
        problem: problemOf('misconfigured', 'quick_connect_disabled', reply),
      };
    }
    return readDeviceNamed(reply, context, {
      device_code: reply.body?.['Secret'],
      user_code: reply.body?.['Code'],
      // The server names no address; this is its own page for codes.
      verification_uri: `${baseOf(context.settings)}/web/#/quickconnect`,
      expires_in: 600,
    });
  },
  pollRequest: ({ deviceCode }, context) => ({
    method: 'GET',
    url: `${context.endpoints.token}?secret=${encodeURIComponent(deviceCode)}`,
  }),
  readPoll(reply) {
    if (reply.status === 404) return { type: 'expired' };
    const authenticated = reply.status === 200 ? reply.body?.['Authenticated'] : undefined;
    if (authenticated === true) return 'redeem';
    return authenticated === false ? { type: 'pending' } : readPollReply(replyWithoutToken(reply));
  },
  async redeem(_reply, send, context, { deviceCode }) {
    const result = await send({
      ...exchange(context.settings),
      headers: headers(context),
      json: { Secret: deviceCode },
    });
    if (result.type === 'no-reply') return readRedeemed(result);
    const body = result.body ?? {};
    const outcome = readRedeemed(replyWith(result, { access_token: body['AccessToken'] }));
    const user = isMembers(body['User']) ? body['User'] : {};
    const id = idMember(user, 'Id');
    if (outcome.type !== 'approved' || id === undefined) return outcome;
    const account = { id, name: textMember(user, 'Name') ?? '' };
    return { type: 'approved', tokens: { ...outcome.tokens, account } };
  },
  // Signing out ends all that this installation's name stands for.
  revocationReach: 'person',
  refreshRequest: 'none',
  revokeRequest: ({ accessToken }, context) =>
    accessToken === undefined
      ? undefined
      : { ...signOut(context.settings), headers: headers(context, accessToken) },
  accountRequest: 'none',
};
