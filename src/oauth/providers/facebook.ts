import { type Members, numberMember } from '../members';
import { type Reply, readPollReply } from '../reply';
import type { Provider, RequestContext } from './provider';
import { endpointsBelow, readDeviceNamed, replyWithCode } from './wire';

/** Graph API error subcodes of the device flow. */
const signals: Readonly<Record<number, string>> = {
  1349174: 'authorization_pending',
  1349172: 'slow_down',
  1349152: 'expired_token',
};

function withCode(reply: Reply): Reply {
  const error = reply.body?.['error'];
  if (typeof error !== 'object' || error === null) return reply;
  const members = error as Members;
  const subcode = numberMember(members, 'error_subcode');
  return replyWithCode(
    reply,
    signals[subcode ?? 0] ?? `graph_${numberMember(members, 'code') ?? 'error'}`,
  );
}

const appToken = ({ settings }: RequestContext) =>
  `${settings.clientId}|${settings.providerOptions['clientToken'] ?? ''}`;

/** Facebook Login for Devices. It does not tell when a viewer declines: the code runs out. */
export const facebook: Provider = {
  name: 'facebook',
  options: { clientToken: 'text' },
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, 'https://graph.facebook.com/v19.0', {
      deviceAuthorization: '/device/login',
      token: '/device/login_status',
      userinfo: '/me?fields=id,name,email',
    }),
  deviceRequest: (context) => ({
    method: 'POST',
    url: context.endpoints.deviceAuthorization,
    form: {
      access_token: appToken(context),
      scope: context.settings.scope ?? 'public_profile',
    },
  }),
  readDevice: (reply, context) =>
    readDeviceNamed(withCode(reply), context, { device_code: reply.body?.['code'] }),
  pollRequest: ({ deviceCode }, context) => ({
    method: 'POST',
    url: context.endpoints.token,
    form: { access_token: appToken(context), code: deviceCode },
  }),
  readPoll: (reply) => readPollReply(withCode(reply)),
  refreshRequest: 'none',
  revokeRequest: 'none',
};
