import type { SignInSettings } from '../../settings/settings';
import { errorCode } from '../error-reply';
import type { Members } from '../members';
import type { PollOutcome, RequestOutcome } from '../outcome';
import {
  type NoReply,
  problemOf,
  type Reply,
  readDeviceReply,
  readTokens,
  refusal,
  unusableTokens,
} from '../reply';
import type { Endpoints, RequestContext } from './provider';

/**
 * Where a provider's paths begin: the issuer of the settings, for an installation of one's own or a
 * stand-in, else the provider's public address.
 */
export const baseOf = (settings: SignInSettings, publicAddress = ''): string =>
  (settings.issuer ?? publicAddress).replace(/\/+$/, '');

/**
 * Endpoints at fixed paths below the base address.
 *
 * @param publicAddress where the provider is when the settings name no issuer
 * @param elsewhere paths of a provider whose parts have different hosts, when it is the public one
 */
export function endpointsBelow(
  settings: SignInSettings,
  publicAddress: string,
  paths: Readonly<Partial<Endpoints>>,
  elsewhere: Readonly<Partial<Endpoints>> = {},
): Partial<Endpoints> {
  const base = baseOf(settings, publicAddress);
  const endpoints: Partial<Endpoints> = {};
  if (base === '') return endpoints;
  for (const name of Object.keys(paths) as (keyof Endpoints)[]) {
    endpoints[name] = base + paths[name];
  }
  return settings.issuer === undefined ? { ...endpoints, ...elsewhere } : endpoints;
}

/** The reply with further or other members in its body; one without a body stays so. */
export const replyWith = (reply: Reply, members: Members): Reply => ({
  ...reply,
  body: reply.body === undefined ? undefined : { ...reply.body, ...members },
});

/** The reply with the words of a provider turned into the codes of RFC 8628. */
export const replyWithCode = (reply: Reply, code: string | undefined): Reply =>
  code === undefined ? reply : replyWith(reply, { error: code });

/** The reply of a provider in which a token has no place, whatever it is called. */
export const replyWithoutToken = (reply: Reply): Reply =>
  replyWith(reply, { access_token: undefined, accessToken: undefined });

/** A device reply whose members have other names: each RFC name with the value it has here. */
export const readDeviceNamed = (
  reply: Reply,
  context: RequestContext,
  named: Members,
): RequestOutcome => {
  const base = context.settings.issuer ?? context.endpoints.deviceAuthorization;
  return readDeviceReply(replyWith(reply, named), context.wallMs, base);
};

/** What an exchange between approval and tokens came to. */
export function readRedeemed(result: Reply | NoReply): PollOutcome {
  if (result.type === 'no-reply') return { type: 'transient-failure', problem: result.problem };
  const { status, body } = result;
  const code = errorCode(body);
  if (status >= 200 && status <= 299 && body !== undefined && code === undefined) {
    const tokens = readTokens(body);
    if (tokens === 'unsupported') return unusableTokens(result);
    if (tokens !== undefined) return { type: 'approved', tokens };
  }
  return status >= 500 || status === 429
    ? { type: 'transient-failure', problem: refusal(result) }
    : {
        type: 'failed',
        problem: problemOf('not-completed', code ?? `http_${status}`, result),
      };
}
