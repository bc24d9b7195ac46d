import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceAuthorization, PollOutcome } from './outcome';
import { clientOf, type ReplyingServer, startReplyingServer } from './testing/recorded-client';
import type { RecordedReply } from './testing/recording';

/**
 * Servers that need no provider: they publish metadata and answer in the words of RFC 8628, each
 * with a status, a spelling or an order of its own.
 */
const recording = {
  signIn: {
    provider: 'rfc8628',
    clientId: 'tv',
    scope: 'openid offline_access',
    endpoints: {
      deviceAuthorization: 'https://as.example/device',
      token: 'https://as.example/token',
    },
  },
};

const never = new AbortController().signal;
const authorization: DeviceAuthorization = {
  deviceCode: 'DC',
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://as.example/d',
  expiresInSeconds: 600,
  intervalSeconds: 5,
};
let server: ReplyingServer;

beforeAll(async () => {
  server = await startReplyingServer();
});

afterAll(() => server.close());

const reply = (status: number, body: unknown, headers?: Record<string, string>): RecordedReply => ({
  status,
  body,
  from: 'unverified',
  headers,
});
const error = (status: number, code: string, description?: string) =>
  reply(
    status,
    description === undefined ? { error: code } : { error: code, error_description: description },
  );

const device = { device_code: 'DC', user_code: 'WDJB-MJHT', expires_in: 600 };
const uri = { verification_uri: 'https://as.example/d' };

describe('a code is read from', () => {
  it.each<[string, RecordedReply, number]>([
    [
      'Keycloak',
      reply(200, {
        ...device,
        ...uri,
        verification_uri_complete: 'https://as.example/d?user_code=WDJB-MJHT',
        interval: 5,
      }),
      5,
    ],
    [
      'Auth0',
      reply(200, {
        ...device,
        ...uri,
        verification_uri_complete: 'https://as.example/activate?user_code=WDJB-MJHT',
        expires_in: 900,
        interval: 5,
      }),
      5,
    ],
    ['oidc-provider, which names no interval', reply(200, { ...device, ...uri }), 5],
    [
      'authentik, with its own parameter name',
      reply(200, {
        ...device,
        ...uri,
        verification_uri_complete: 'https://as.example/device?code=WDJBMJHT',
        expires_in: 60,
        interval: 5,
      }),
      5,
    ],
    [
      'Dex, as text/plain',
      reply(
        200,
        JSON.stringify({
          ...device,
          ...uri,
          verification_uri_complete: 'https://as.example/device?user_code=WDJB-MJHT',
          interval: 5,
        }),
        { 'content-type': 'text/plain' },
      ),
      5,
    ],
    ['Ory Hydra', reply(200, { ...device, ...uri, interval: 5 }), 5],
    [
      'Glewlwyd',
      reply(200, {
        ...device,
        ...uri,
        verification_uri_complete: 'https://as.example/device?code=WDJB-MJHT',
        interval: 5,
      }),
      5,
    ],
    [
      'a server that writes numbers as strings',
      reply(200, { ...device, ...uri, expires_in: '600', interval: '7' }),
      7,
    ],
    [
      'a server that says verification_url',
      reply(200, { ...device, verification_url: 'https://as.example/d', interval: 5 }),
      5,
    ],
  ])('reads a code from %s', async (_server, answer, intervalSeconds) => {
    server.answerWith(answer);
    const outcome = await clientOf(recording, server.url).requestCode(never);
    if (outcome.type !== 'issued') throw new Error(JSON.stringify(outcome));
    expect(outcome.authorization).toMatchObject({
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://as.example/d',
      intervalSeconds,
    });
  });
});

describe('a poll is understood whatever the status', () => {
  it.each<[string, RecordedReply, PollOutcome['type']]>([
    [
      'Keycloak: pending',
      error(400, 'authorization_pending', 'The authorization request is still pending'),
      'pending',
    ],
    ['Keycloak: slow down', error(400, 'slow_down', 'Slow down'), 'slow-down'],
    [
      'Keycloak: denied',
      error(400, 'access_denied', 'The end user denied the authorization request'),
      'denied',
    ],
    [
      'Keycloak: expired, for as long as it remembers',
      error(400, 'expired_token', 'Device code is expired'),
      'expired',
    ],
    [
      'Keycloak: expired, once forgotten',
      error(400, 'invalid_grant', 'Device code not valid'),
      'unknown-code',
    ],
    [
      'Auth0: pending',
      error(403, 'authorization_pending', 'User has yet to authorize device code.'),
      'pending',
    ],
    [
      'Auth0: slow down',
      error(429, 'slow_down', 'You are polling faster than the specified interval of 5 seconds.'),
      'slow-down',
    ],
    ['Auth0: expired, once', error(403, 'expired_token', 'Device code is expired'), 'expired'],
    [
      'Auth0: expired, after that',
      error(403, 'invalid_grant', 'Invalid or expired device code.'),
      'unknown-code',
    ],
    [
      'Auth0: denied',
      error(403, 'access_denied', 'User cancelled the confirmation prompt.'),
      'denied',
    ],
    [
      'Okta: pending',
      error(
        400,
        'authorization_pending',
        'The device authorization is pending. Please try again later.',
      ),
      'pending',
    ],
    [
      'Okta: code unknown',
      error(400, 'invalid_grant', 'The device code is invalid or has expired.'),
      'unknown-code',
    ],
    ['ZITADEL: pending', error(400, 'authorization_pending'), 'pending'],
    ['ZITADEL: denied', error(400, 'access_denied', ''), 'denied'],
    ['authentik: pending', error(400, 'authorization_pending', ''), 'pending'],
    ['authentik: throttled at its limit', error(429, 'slow_down'), 'slow-down'],
    ['authentik: code gone', error(400, 'invalid_grant'), 'unknown-code'],
    [
      'Authelia: pending',
      error(
        400,
        'authorization_pending',
        'The authorization request is still pending as the end-user has not yet completed the user-interaction steps.',
      ),
      'pending',
    ],
    [
      'Authelia: code gone',
      error(400, 'expired_token', 'The "device_code" has expired.'),
      'expired',
    ],
    ['Dex: pending, older than July 2025', error(401, 'authorization_pending'), 'pending'],
    ['Dex: pending', error(400, 'authorization_pending'), 'pending'],
    ['Dex: slow down', error(400, 'slow_down'), 'slow-down'],
    ['Dex: code gone', error(400, 'invalid_request', 'Invalid Device code.'), 'unknown-code'],
    ['Ory Hydra: pending', error(400, 'authorization_pending', ''), 'pending'],
    ['Ory Hydra: code gone', error(401, 'invalid_grant'), 'unknown-code'],
    ['PingFederate: pending', error(400, 'authorization_pending'), 'pending'],
    [
      'PingOne Advanced Identity Cloud: pending',
      error(403, 'authorization_pending', 'The user has not yet completed authorization'),
      'pending',
    ],
    [
      'FusionAuth: pending',
      reply(400, { error: 'authorization_pending', error_reason: 'x' }),
      'pending',
    ],
    [
      'FusionAuth: code gone',
      error(400, 'invalid_request', 'The device_code is invalid.'),
      'unknown-code',
    ],
    ['FusionAuth: expired', error(400, 'expired_token'), 'expired'],
    ['Duende: pending', error(400, 'authorization_pending'), 'pending'],
    ['Duende: code gone', error(400, 'invalid_grant'), 'unknown-code'],
    ['Glewlwyd: pending', error(400, 'authorization_pending'), 'pending'],
    ['Glewlwyd: denied', error(400, 'access_denied'), 'denied'],
    [
      'better-auth: pending',
      error(400, 'authorization_pending', 'Authorization pending'),
      'pending',
    ],
    ['better-auth: slow down', error(400, 'slow_down', 'Polling too frequently'), 'slow-down'],
    [
      'better-auth: expired, once',
      error(400, 'expired_token', 'Device code has expired'),
      'expired',
    ],
    [
      'better-auth: expired, after that',
      error(400, 'invalid_grant', 'Invalid device code'),
      'unknown-code',
    ],
    ['Authlib: pending', error(400, 'authorization_pending'), 'pending'],
    ['Authlib: slow down', error(400, 'slow_down'), 'slow-down'],
    [
      'Authlib: code gone',
      error(400, 'invalid_request', 'Invalid "device_code" in payload'),
      'unknown-code',
    ],
    ['a server that answers pending with 200', error(200, 'authorization_pending'), 'pending'],
    [
      'a server that answers pending with 428',
      error(428, 'authorization_pending', 'Precondition Required'),
      'pending',
    ],
    [
      'tokens with a type in lower case',
      reply(200, { access_token: 'AT', token_type: 'bearer' }),
      'approved',
    ],
    [
      'tokens with a type in upper case',
      reply(200, { access_token: 'AT', token_type: 'BEARER', expires_in: '3600' }),
      'approved',
    ],
    ['tokens without a type', reply(200, { access_token: 'AT' }), 'approved'],
    [
      'a form instead of JSON',
      reply(200, 'error=authorization_pending', {
        'content-type': 'application/x-www-form-urlencoded',
      }),
      'pending',
    ],
  ])('understands a poll of %s', async (_case, answer, expected) => {
    server.answerWith(answer);
    const outcome = await clientOf(recording, server.url).poll(authorization, never);
    expect(outcome.type).toBe(expected);
  });

  it('measures a date in Retry-After by the clock of the server, not by its own', async () => {
    server.answerWith(
      reply(
        503,
        { error: 'temporarily_unavailable' },
        {
          date: 'Thu, 01 Jan 2026 00:00:00 GMT',
          'retry-after': 'Thu, 01 Jan 2026 00:00:12 GMT',
        },
      ),
    );
    expect(await clientOf(recording, server.url).poll(authorization, never)).toMatchObject({
      type: 'transient-failure',
      problem: { retryAfterSeconds: 12 },
    });
  });

  it('keeps Retry-After with a pending poll', async () => {
    server.answerWith(reply(400, { error: 'authorization_pending' }, { 'retry-after': '12' }));
    expect(await clientOf(recording, server.url).poll(authorization, never)).toEqual({
      type: 'pending',
      retryAfterSeconds: 12,
    });
  });
});
