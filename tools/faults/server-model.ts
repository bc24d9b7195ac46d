import { assertNever } from '../../src/assert-never.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import type { Members } from './faults.ts';
import type { Call } from './network.ts';

/** The server's interval and the lifetimes of what it gives out, in seconds. */
export const serverFacts = { interval: 5, codeLifetime: 300, accessLifetime: 600 } as const;

interface Code {
  deviceCode: string;
  userCode: string;
  expiresAtMs: number;
  approvedBy?: string;
}

interface Grant {
  account: string;
  /** The newest refresh token, and the one before it while the newest has not been used. */
  refreshToken: string;
  previous?: string | undefined;
  accessToken: string;
}

/** A right answer, before it is written. */
export interface Answer {
  status: number;
  members: Members;
}

const names: Readonly<Record<string, string>> = { ada: 'Ada Lovelace', grace: 'Grace Hopper' };

/**
 * The server's own state: codes and grants, by the rules of RFC 8628, 6749 and 7009.
 *
 * @param url where the server is, once that is known
 */
export function createServerModel(clock: Clock, url: () => string) {
  let secrets = 0;
  let code: Code | undefined;
  let grants: Grant[] = [];
  let badAccess: string[] = [];
  const error = (status: number, name: string): Answer => ({ status, members: { error: name } });

  const tokens = (grant: Grant): Answer => ({
    status: 200,
    members: {
      access_token: grant.accessToken,
      token_type: 'Bearer',
      expires_in: serverFacts.accessLifetime,
      refresh_token: grant.refreshToken,
    },
  });

  function issue(): Answer {
    const number = ++secrets;
    code = {
      deviceCode: `device-${number}`,
      userCode: `WDJB-${1000 + number}`,
      expiresAtMs: clock.monotonicMs() + serverFacts.codeLifetime * 1000,
    };
    return {
      status: 200,
      members: {
        device_code: code.deviceCode,
        user_code: code.userCode,
        verification_uri: 'https://id.example/device',
        expires_in: serverFacts.codeLifetime,
        interval: serverFacts.interval,
      },
    };
  }

  function poll(deviceCode: string | null): Answer {
    if (code === undefined || code.deviceCode !== deviceCode) return error(400, 'invalid_grant');
    if (clock.monotonicMs() >= code.expiresAtMs) return error(400, 'expired_token');
    if (code.approvedBy === undefined) return error(400, 'authorization_pending');
    const number = ++secrets;
    const grant: Grant = {
      account: code.approvedBy,
      refreshToken: `refresh-${number}`,
      accessToken: `access-${number}`,
    };
    grants.push(grant);
    code = undefined;
    return tokens(grant);
  }

  function refresh(token: string | null): Answer {
    const grant = grants.find((one) => one.refreshToken === token || one.previous === token);
    if (grant === undefined || token === null) return error(400, 'invalid_grant');
    // A rotation whose answer was lost may be repeated with the token before.
    if (grant.refreshToken === token) grant.previous = token;
    const number = ++secrets;
    grant.refreshToken = `refresh-${number}`;
    grant.accessToken = `access-${number}`;
    return tokens(grant);
  }

  const byAccess = (authorization: string | undefined) =>
    grants.find(
      ({ accessToken }) =>
        authorization === `Bearer ${accessToken}` && !badAccess.includes(accessToken),
    );

  return {
    approve(account: string) {
      if (code !== undefined) code.approvedBy = account;
    },
    endAccess() {
      badAccess = grants.map(({ accessToken }) => accessToken);
    },
    liveTokens: () => grants.length,
    answer(call: Call, form: URLSearchParams, authorization: string | undefined): Answer {
      switch (call) {
        case 'metadata':
          return {
            status: 200,
            members: {
              issuer: url(),
              device_authorization_endpoint: `${url()}/device`,
              token_endpoint: `${url()}/token`,
              revocation_endpoint: `${url()}/revoke`,
              userinfo_endpoint: `${url()}/userinfo`,
            },
          };
        case 'device':
          return issue();
        case 'poll':
          return poll(form.get('device_code'));
        case 'refresh':
          return refresh(form.get('refresh_token'));
        case 'revoke': {
          const token = form.get('token');
          grants = grants.filter(
            (grant) => grant.refreshToken !== token && grant.accessToken !== token,
          );
          return { status: 200, members: {} };
        }
        case 'userinfo': {
          const grant = byAccess(authorization);
          return grant === undefined
            ? error(401, 'invalid_token')
            : { status: 200, members: { sub: grant.account, name: names[grant.account] ?? '' } };
        }
        case 'api':
          return byAccess(authorization) === undefined
            ? error(401, 'invalid_token')
            : { status: 200, members: { films: 3 } };
        case 'probe':
          return error(400, 'invalid_request');
        default:
          return assertNever(call);
      }
    },
  };
}
