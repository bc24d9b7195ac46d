import type { SignInSettings } from '../../settings/settings';
import { numberMember, textMember } from '../members';
import { problemOf, type Reply, readPollReply, refusal } from '../reply';
import { clientOf, readBoundRefresh, withBound } from './bound-refresh-token';
import type { Provider, RequestContext, Target } from './provider';
import { baseOf, endpointsBelow, readDeviceNamed, replyWithCode } from './wire';

const addressOf = ({ providerOptions }: SignInSettings) =>
  `https://oidc.${providerOptions['region'] ?? 'us-east-1'}.amazonaws.com`;

const register = (settings: SignInSettings): Target => ({
  method: 'POST',
  url: `${baseOf(settings, addressOf(settings))}/client/register`,
});

/** `AuthorizationPendingException` and the like, where `error` does not say it already. */
function withCode(reply: Reply): Reply {
  const { error, __type: type } = reply.body ?? {};
  if (typeof error === 'string' || typeof type !== 'string') return reply;
  const name = type.replace(/^.*#|Exception.*$/g, '');
  return replyWithCode(reply, name.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase());
}

const client = ({ notes }: RequestContext) => ({
  clientId: notes['clientId'] ?? '',
  clientSecret: notes['clientSecret'] ?? '',
});

/** AWS IAM Identity Center: registers a client by itself, speaks JSON in camelCase. */
export const awsIamIdentityCenter: Provider = {
  name: 'aws-iam-identity-center',
  options: { region: 'name', startUrl: 'address' },
  clientId: 'none',
  discovery: false,
  endpoints: (settings) =>
    endpointsBelow(settings, addressOf(settings), {
      deviceAuthorization: '/device_authorization',
      token: '/token',
    }),
  otherCalls: (settings) => [register(settings)],
  async prepare(send, { settings, notes, wallMs, appName, deviceName }) {
    // A registration lasts for months; one that is about to end is not worth a sign-in.
    if (Number(notes['clientSecretExpiresAt'] ?? 0) * 1000 > wallMs + 3_600_000) return undefined;
    const result = await send({
      ...register(settings),
      json: {
        clientName: deviceName === undefined ? appName : `${appName} (${deviceName})`,
        clientType: 'public',
        scopes: settings.scope?.split(' '),
      },
    });
    if (result.type === 'no-reply') return result.problem;
    const body = result.body ?? {};
    const clientId = textMember(body, 'clientId');
    const clientSecret = textMember(body, 'clientSecret');
    if (clientId === undefined || clientSecret === undefined) {
      return result.status < 300
        ? problemOf('server-error', 'registration_unreadable', result)
        : refusal(withCode(result));
    }
    const clientSecretExpiresAt = String(numberMember(body, 'clientSecretExpiresAt') ?? 0);
    Object.assign(notes, { clientId, clientSecret, clientSecretExpiresAt });
    return undefined;
  },
  deviceRequest: (context) => ({
    method: 'POST',
    url: context.endpoints.deviceAuthorization,
    json: { ...client(context), startUrl: context.settings.providerOptions['startUrl'] },
  }),
  readDevice(reply, context) {
    // A registration that is refused is not used again.
    if (reply.status >= 400) delete context.notes['clientSecretExpiresAt'];
    return readDeviceNamed(withCode(reply), context, {});
  },
  pollRequest: ({ deviceCode }, context) => ({
    method: 'POST',
    url: context.endpoints.token,
    json: {
      ...client(context),
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
      deviceCode,
    },
  }),
  readPoll: (reply, context) => withBound(readPollReply(withCode(reply)), client(context)),
  refreshRequest: (credentials, { endpoints }) => ({
    method: 'POST',
    url: endpoints.token,
    json: {
      grantType: 'refresh_token',
      refreshToken: credentials.refreshToken,
      ...clientOf(credentials),
    },
  }),
  readRefresh: (reply, credentials) => readBoundRefresh(withCode(reply), credentials),
  revokeRequest: 'none',
  accountRequest: 'none',
};
