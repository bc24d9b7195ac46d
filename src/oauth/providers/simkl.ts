import { idMember, namelessAccount } from '../claims';
import { isMembers, textMember } from '../members';
import { readPollReply, readTokens } from '../reply';
import type { Provider } from './provider';
import { endpointsBelow } from './wire';

/** SimKL PINs: asked after by the user code; tokens last. */
export const simkl: Provider = {
  name: 'simkl',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, 'https://api.simkl.com', {
      deviceAuthorization: '/oauth/pin',
      token: '/oauth/pin/{code}',
      userinfo: '/users/settings',
    }),
  deviceRequest: ({ settings, endpoints }) => ({
    method: 'GET',
    url: `${endpoints.deviceAuthorization}?client_id=${encodeURIComponent(settings.clientId)}`,
  }),
  pollRequest: ({ userCode }, { settings, endpoints }) => ({
    method: 'GET',
    url: `${endpoints.token.replace('{code}', encodeURIComponent(userCode))}?client_id=${encodeURIComponent(settings.clientId)}`,
  }),
  readPoll(reply) {
    const body = reply.status === 200 ? (reply.body ?? {}) : {};
    const message = textMember(body, 'message') ?? '';
    if (body['result'] === 'KO') {
      if (/pending/i.test(message)) return { type: 'pending' };
      if (/slow.?down/i.test(message)) return { type: 'slow-down' };
    }
    // After its end a code is answered with another one, which was never shown.
    const another = textMember(body, 'user_code') !== undefined && readTokens(body) === undefined;
    return another ? { type: 'expired' } : readPollReply(reply);
  },
  refreshRequest: 'none',
  revokeRequest: 'none',
  accountRequest: (tokens, { settings, endpoints }) => ({
    method: 'GET',
    url: endpoints.userinfo ?? '',
    headers: { 'simkl-api-key': settings.clientId },
    authorization: tokens,
  }),
  readAccount(reply) {
    const { user, account } = reply.body ?? {};
    const id = isMembers(account) ? idMember(account, 'id') : undefined;
    const name = isMembers(user) ? textMember(user, 'name') : undefined;
    // A name that two people may share identifies neither.
    return { id: id ?? namelessAccount.id, name: name ?? '' };
  },
};
