import { textMember } from '../members';
import { readPollReply } from '../reply';
import type { Provider, RequestContext } from './provider';
import { endpointsBelow, replyWithCode } from './wire';

const scopes = ({ settings }: RequestContext) => ({ scope: undefined, scopes: settings.scope });

/** Twitch: `scopes` in both requests, signals in `message`. */
export const twitch: Provider = {
  name: 'twitch',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, 'https://id.twitch.tv', {
      deviceAuthorization: '/oauth2/device',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      userinfo: '/oauth2/validate',
    }),
  deviceFields: scopes,
  pollFields: (_authorization, context) => scopes(context),
  readPoll(reply) {
    const message = textMember(reply.body ?? {}, 'message');
    return readPollReply(replyWithCode(reply, message?.replace(/ /g, '_')));
  },
  revokeRequest: ({ accessToken, refreshToken }, { settings, endpoints }) =>
    endpoints.revocation === undefined
      ? undefined
      : {
          method: 'POST',
          url: endpoints.revocation,
          form: { client_id: settings.clientId, token: accessToken ?? refreshToken },
        },
};
