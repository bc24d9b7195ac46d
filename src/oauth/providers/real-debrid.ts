import type { SignInSettings } from '../../settings/settings';
import { textMember } from '../members';
import { readPollReply } from '../reply';
import { type BoundClient, clientOf, readBoundRefresh, withBound } from './bound-refresh-token';
import type { Provider, Target, WireRequest } from './provider';
import { baseOf, endpointsBelow, readDeviceNamed, readRedeemed, replyWithoutToken } from './wire';

const publicAddress = 'https://api.real-debrid.com';
const grantType = 'http://oauth.net/grant_type/device/1.0';

const credentials = (settings: SignInSettings): Target => ({
  method: 'GET',
  url: `${baseOf(settings, publicAddress)}/oauth/v2/device/credentials`,
});

const tokenRequest = (url: string, client: BoundClient, code: string): WireRequest => ({
  method: 'POST',
  url,
  form: {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    code,
    grant_type: grantType,
  },
});

/** Real-Debrid: approval yields a client of the viewer's own, and that client gets the tokens. */
export const realDebrid: Provider = {
  name: 'real-debrid',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, publicAddress, {
      deviceAuthorization: '/oauth/v2/device/code',
      token: '/oauth/v2/token',
      userinfo: '/rest/1.0/user',
    }),
  otherCalls: (settings) => [credentials(settings)],
  deviceRequest: ({ settings, endpoints }) => ({
    method: 'GET',
    url: `${endpoints.deviceAuthorization}?client_id=${encodeURIComponent(settings.clientId)}&new_credentials=yes`,
  }),
  readDevice: (reply, context) =>
    readDeviceNamed(reply, context, {
      verification_uri_complete: reply.body?.['direct_verification_url'],
    }),
  pollRequest({ deviceCode }, { settings }) {
    const { method, url } = credentials(settings);
    const client = encodeURIComponent(settings.clientId);
    return { method, url: `${url}?client_id=${client}&code=${encodeURIComponent(deviceCode)}` };
  },
  readPoll(reply) {
    const { status, body = {} } = reply;
    const wordless = body['error'] === null && body['error_code'] === null;
    if (wordless && (status === 403 || status === 400)) return { type: 'pending' };
    return status === 200 && textMember(body, 'client_id') && textMember(body, 'client_secret')
      ? 'redeem'
      : readPollReply(replyWithoutToken(reply));
  },
  async redeem(reply, send, { endpoints }, { deviceCode }) {
    const body = reply.body ?? {};
    const client = {
      clientId: textMember(body, 'client_id') ?? '',
      clientSecret: textMember(body, 'client_secret') ?? '',
    };
    const result = await send(tokenRequest(endpoints.token, client, deviceCode));
    return withBound(readRedeemed(result), client);
  },
  refreshRequest: (credentials, { endpoints }) =>
    tokenRequest(endpoints.token, clientOf(credentials), credentials.refreshToken),
  readRefresh: readBoundRefresh,
  revokeRequest: 'none',
};
