import type { SignInSettings } from '../../settings/settings';
import { idMember } from '../claims';
import { numberMember, textMember } from '../members';
import type { PollOutcome } from '../outcome';
import type { Problem } from '../problem';
import { type NoReply, type Reply, readPollReply } from '../reply';
import { authorityOf, authorityOptions } from './microsoft-authority';
import type { Provider, RequestContext, Send, Target, WireRequest } from './provider';
import { baseOf, readDeviceNamed, readRedeemed, replyWithoutToken } from './wire';

/** Microsoft's codes live this long; more would only be a TV whose clock is wrong. */
const lifetimeSeconds = 900;

const versionOf = ({ providerOptions }: SignInSettings) => providerOptions['version'] ?? 'v8';

const isSignIn = ({ providerOptions }: SignInSettings) =>
  (providerOptions['flow'] ?? 'sign-in') === 'sign-in';

const post =
  (path: string) =>
  (settings: SignInSettings): Target => ({
    method: 'POST',
    url: `${baseOf(settings)}/${versionOf(settings)}/${path}`,
  });

const session = post('token');
const logout = post('token/logout');
const check = post('DeviceCode/check');

const newCode = (settings: SignInSettings): Target =>
  settings.providerOptions['flow'] === 'azure-service-account'
    ? post('AzureServiceAccounts/DeviceCode')(settings)
    : post('DeviceCode')(settings);

/** The session that codes need: from the settings, or from a sign-in that has just been made. */
const sessionOf = ({ settings, notes }: RequestContext): string | undefined =>
  isSignIn(settings) ? undefined : (settings.providerOptions['sessionToken'] ?? notes['session']);

const bearer = (accessToken: string): Pick<WireRequest, 'authorization'> => ({
  authorization: { accessToken, tokenType: 'Bearer' },
});

function codeRequest(context: RequestContext, accessToken: string): WireRequest {
  const { settings } = context;
  const { flow, azureEnvironment, azureTenantId, targetRegion } = settings.providerOptions;
  return {
    ...newCode(settings),
    ...bearer(accessToken),
    json:
      flow === 'azure-service-account'
        ? { azureEnvironment: azureEnvironment ?? 'Global', azureTenantId }
        : { targetRegion: targetRegion ?? 'Worldwide' },
  };
}

/** The user code is the only handle; its end is given in seconds, milliseconds or as a moment. */
function readCode(reply: Reply, context: RequestContext) {
  const body = reply.body ?? {};
  const given = numberMember(body, 'expiresIn');
  const moment = Date.parse(textMember(body, 'expiresOnUtc', 'expiresIn') ?? '');
  const seconds =
    given === undefined ? (moment - context.wallMs) / 1000 : given < 1e5 ? given : given / 1000;
  return readDeviceNamed(reply, context, {
    device_code: textMember(body, 'userCode'),
    expires_in: seconds > 0 && seconds <= 2 * lifetimeSeconds ? seconds : lifetimeSeconds,
  });
}

/** Microsoft's tokens for a session of the server's own. They come once: a lost reply is repeated. */
async function openSession(
  microsoft: Reply,
  send: Send,
  { settings }: RequestContext,
): Promise<Reply | NoReply> {
  const { tenant } = settings.providerOptions;
  const request: WireRequest = {
    ...session(settings),
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      client_id: tenant ?? settings.clientId,
      assertion: JSON.stringify(microsoft.body),
      disable_antiforgery_token: versionOf(settings) === 'v8' ? 'true' : undefined,
    },
  };
  let result = await send(request);
  for (let again = 0; again < 2 && (result.type === 'no-reply' || result.status >= 500); again++) {
    result = await send(request);
  }
  return result;
}

/** A session that was opened for the second code alone ends with it; if it does not, time ends it. */
async function endSession(send: Send, { settings, notes }: RequestContext): Promise<void> {
  const own = notes['session'];
  delete notes['session'];
  if (own !== undefined) await send({ ...logout(settings), ...bearer(own) });
}

/** What cannot be repeated has failed. */
const failed = (problem: Problem) =>
  ({ type: 'failed', problem: { ...problem, kind: 'not-completed' } }) as const;

const final = (outcome: PollOutcome): PollOutcome =>
  outcome.type === 'transient-failure' ? failed(outcome.problem) : outcome;

const isOver = ({ type }: PollOutcome): boolean =>
  ['authorized', 'denied', 'expired', 'unknown-code', 'failed'].includes(type);

/** What the server says about a second code. */
function readCheck(reply: Reply): PollOutcome {
  const authenticated = reply.status === 200 ? reply.body?.['authenticated'] : undefined;
  if (authenticated === true) return { type: 'authorized' };
  return authenticated === false ? { type: 'pending' } : readPollReply(replyWithoutToken(reply));
}

/**
 * Veeam Backup for Microsoft 365. The issuer is the server's address. `flow` chooses what a code is
 * for: signing in to the server, or authorizing a Microsoft account there. The latter needs a
 * session: `sessionToken`, else the viewer signs in with a first code and authorizes with a second.
 */
export const veeamVb365: Provider = {
  name: 'veeam-vb365',
  options: {
    ...authorityOptions,
    version: ['v6', 'v7', 'v8'],
    flow: ['sign-in', 'device-code', 'azure-service-account'],
    azureEnvironment: ['Global', 'Germany', 'China', 'Government'],
    azureTenantId: 'text',
    targetRegion: ['Worldwide', 'Germany', 'China', 'USDefence', 'USGovernment'],
    sessionToken: 'secret',
  },
  discovery: false,
  endpoints(settings) {
    if (settings.issuer === undefined) return {};
    if (settings.providerOptions['sessionToken'] !== undefined && !isSignIn(settings)) {
      return { deviceAuthorization: newCode(settings).url, token: check(settings).url };
    }
    const authority = authorityOf(settings);
    return {
      deviceAuthorization: `${authority}/oauth2/v2.0/devicecode`,
      token: `${authority}/oauth2/v2.0/token`,
    };
  },
  otherCalls: (settings) =>
    [session, logout]
      .concat(isSignIn(settings) ? [] : [newCode, check])
      .map((one) => one(settings)),
  defaultScope: 'Directory.AccessAsUser.All User.ReadWrite.All offline_access',
  prepare(send, context) {
    // The last attempt's session, where it is still open, ends beside this attempt.
    void endSession(send, context);
    return Promise.resolve(undefined);
  },
  abandon: endSession,
  deviceRequest(context) {
    const { settings, endpoints } = context;
    const known = sessionOf(context);
    return known === undefined
      ? {
          method: 'POST',
          url: endpoints.deviceAuthorization,
          form: {
            client_id: settings.clientId,
            scope: settings.scope ?? veeamVb365.defaultScope,
          },
        }
      : codeRequest(context, known);
  },
  readDevice: (reply, context) =>
    textMember(reply.body ?? {}, 'userCode') === undefined
      ? readDeviceNamed(reply, context, {})
      : readCode(reply, context),
  pollRequest({ deviceCode, userCode }, context) {
    const { settings, endpoints } = context;
    const known = sessionOf(context);
    return known === undefined
      ? {
          method: 'POST',
          url: endpoints.token,
          form: {
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
            client_id: settings.clientId,
            device_code: deviceCode,
          },
        }
      : { ...check(settings), ...bearer(known), json: { userCode } };
  },
  readPoll(reply, context) {
    if (sessionOf(context) === undefined) {
      const outcome = readPollReply(reply);
      return outcome.type === 'approved' ? 'redeem' : outcome;
    }
    const outcome = readCheck(reply);
    // What ends the attempt ends the session that was opened for it.
    return isOver(outcome) && context.notes['session'] !== undefined ? 'redeem' : outcome;
  },
  async redeem(reply, send, context) {
    const { settings, notes } = context;
    if (sessionOf(context) !== undefined) {
      await endSession(send, context);
      return readCheck(reply);
    }
    const result = await openSession(reply, send, context);
    const outcome = final(readRedeemed(result));
    if (outcome.type !== 'approved' || result.type === 'no-reply') return outcome;
    const { tokens } = outcome;
    if (isSignIn(settings)) {
      const id = idMember(result.body ?? {}, 'userName');
      return id === undefined
        ? outcome
        : { type: 'approved', tokens: { ...tokens, account: { id, name: id } } };
    }
    notes['session'] = tokens.accessToken;
    const code = await send(codeRequest(context, tokens.accessToken));
    const issued = code.type === 'reply' ? readCode(code, context) : failed(code.problem);
    if (issued.type === 'issued') {
      return { type: 'next-code', authorization: issued.authorization };
    }
    await endSession(send, context);
    return issued;
  },
  refreshRequest: ({ refreshToken }, { settings }) => ({
    ...session(settings),
    form: { grant_type: 'refresh_token', refresh_token: refreshToken },
  }),
  revokeRequest: ({ accessToken }, { settings }) =>
    accessToken === undefined ? undefined : { ...logout(settings), ...bearer(accessToken) },
  accountRequest: 'none',
};
