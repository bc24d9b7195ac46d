import { describe, expect, it } from 'vitest';
import { errorCode, errorSentence } from './error-reply';
import type { Members } from './members';
import { readRefreshReply } from './refresh-reply';
import { type Reply, readDeviceReply, readPollReply } from './reply';

const reply = (status: number, body?: Members, more: Partial<Reply> = {}): Reply => ({
  type: 'reply',
  status,
  body,
  ...more,
});
const pollType = (status: number, body: Members) => readPollReply(reply(status, body)).type;

describe('the error code of a reply', () => {
  it.each<[Members, string | undefined]>([
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [{ error: 'INVALID_GRANT ' }, 'invalid_grant'],
    [{ error: 'Invalid Grant' }, 'invalid_grant'],
    [{ error: 'invalid-grant' }, 'invalid_grant'],
    [{ error: 'InvalidGrant' }, 'invalid_grant'],
    [{ error: { code: 'invalid_grant', message: 'x' } }, 'invalid_grant'],
    [{ error: { error: 'invalid_grant' } }, 'invalid_grant'],
    [{ error: { type: 'invalid_grant', code: 190 } }, 'invalid_grant'],
    [{ errors: [{ code: 'invalid_grant' }] }, 'invalid_grant'],
    [{ errorCode: 'invalid_grant' }, 'invalid_grant'],
    [{ error_code: 'invalid_grant' }, 'invalid_grant'],
    [{ error: 'x'.repeat(500) }, 'x'.repeat(64)],
    [{ error: 400, message: 'x' }, undefined],
    [{ error: { code: 400 } }, undefined],
    [{ error: null }, undefined],
    [{ error: '' }, undefined],
    [{ errorCode: '0', device_code: 'DC' }, undefined],
    [{ errorCode: 'OK', device_code: 'DC' }, undefined],
    [{ errors: [] }, undefined],
  ])('an error is read where the server puts it: %j', (body, code) => {
    expect(errorCode(body)).toBe(code);
  });

  it.each<[Members, string | undefined]>([
    [{ error: 'a', error_description: 'Why.' }, 'Why.'],
    [{ error: { message: 'Why.' } }, 'Why.'],
    [{ errors: [{ message: 'Why.' }] }, 'Why.'],
    [{ errors: ['The reason is this.'] }, 'The reason is this.'],
    [{ title: 'Forbidden', detail: 'Why.' }, 'Why.'],
    [{ errorCode: 'E1', errorSummary: 'Why.' }, 'Why.'],
    [{ msg: 'Why.' }, 'Why.'],
    [{ error: 'The reason is this.' }, 'The reason is this.'],
    [{ error: 'Bad Request' }, undefined],
    [{ error: 'a', error_description: { x: 1 } }, undefined],
  ])('comes with the sentence that the server gives: %j', (body, sentence) => {
    expect(errorSentence(body)).toBe(sentence);
  });
});

describe('a refresh', () => {
  it.each<[number, Members]>([
    [400, { errors: [{ code: 'invalid_grant', message: 'Refresh token expired' }] }],
    [400, { errors: ['Invalid refresh token'] }],
    [400, { error: { code: 'invalid_grant', message: 'The refresh token is invalid' } }],
    [400, { error: { message: 'Session has expired' } }],
    [400, { errorCode: 'invalid_grant' }],
    [400, { error_code: 'refresh_token_not_found', msg: 'Refresh Token Not Found' }],
    [400, { title: 'Bad Request', detail: 'The refresh token has expired', status: 400 }],
    [400, { error: 'invalid_request', error_description: 'Token is not active' }],
    [400, { error: 'invalid_request', error_description: 'Offline user session not found' }],
    [400, { error: 'invalid_request', error_description: 'Refresh token has already been used' }],
    [400, { error: 'invalid_request', error_description: 'token has been revoked' }],
    [400, { error: 'invalid_request', error_description: 'Grant not found' }],
    [422, { message: 'The refresh token is invalid.' }],
    [400, { error: 'The refresh token is invalid.' }],
    [400, { error: 'Refresh token expired' }],
    [400, { error: 'Invalid Grant' }],
    [400, { error: 'refresh_token_revoked' }],
    [400, { error: 'refresh_token_already_used' }],
    [400, { error: 'token_revoked' }],
    [400, { error: 'session_not_active' }],
    [400, { error: 'invalid_session' }],
    [400, { error: 'mfa_required' }],
  ])(
    'ends the session in whatever form the server says that the grant is over: %i %j',
    (status, body) => {
      expect(readRefreshReply(reply(status, body)).type).toBe('ended');
    },
  );

  it.each<[number, Members]>([
    [403, { error: 'rate_limited' }],
    [403, { error: 'too_many_requests' }],
    [400, { error: 'internal_error' }],
    [400, { error: 'service_unavailable' }],
    [400, { error: 'timeout' }],
    [409, { message: 'A request is under way.' }],
  ])('decides nothing when the server is busy or broken: %i %j', (status, body) => {
    expect(readRefreshReply(reply(status, body)).type).toBe('transient-failure');
  });

  it.each([410, 418, 422, 451])(
    'a reply with a status that means no is a refusal: %i',
    (status) => {
      const body = { message: 'Not here.' };
      expect(readRefreshReply(reply(status, body))).toMatchObject({
        type: 'refused',
        problem: { kind: 'refused', code: `http_${status}`, detail: 'Not here.' },
      });
      expect(readRefreshReply(reply(status, undefined, { empty: true })).type).toBe('refused');
      expect(readRefreshReply(reply(status, undefined, { html: true })).type).toBe(
        'transient-failure',
      );
    },
  );

  it('names the type of a token that this app cannot use', () => {
    expect(readRefreshReply(reply(200, { access_token: 'A', token_type: 'MAC' }))).toMatchObject({
      type: 'refused',
      problem: { kind: 'refused', code: 'unsupported_token_type', detail: 'token_type: MAC' },
    });
  });
});

describe('a poll', () => {
  it.each<Members>([
    { error: 'authorization_pending ' },
    { error: 'AUTHORIZATION_PENDING' },
    { error: 'authorization pending' },
    { error: 'AuthorizationPending' },
    { error: { code: 'authorization_pending', message: 'x' } },
    { errorCode: 'authorization_pending' },
    { errors: [{ code: 'authorization_pending' }] },
  ])('a poll is pending in whatever form the server says so: %j', (body) => {
    expect(pollType(400, body)).toBe('pending');
  });

  it.each<[number, Members]>([
    [403, { error: 'Access denied' }],
    [403, { error: 'AccessDenied' }],
    [401, { error: 'Login required' }],
    [401, { error: 'Token expired' }],
    [400, { error: 'Invalid Request' }],
    [403, { error: { code: 'invalid_client', message: 'x' } }],
    [403, { error: 'rate_limit_exceeded' }],
    [400, { error: 'service_unavailable' }],
  ])('decides nothing by what a gateway may say: %i %j', (status, body) => {
    expect(pollType(status, body)).toBe('transient-failure');
  });

  it.each<[string, string]>([
    ['unsupported_grant_type', 'Invalid grant_type: urn:ietf:params:oauth:grant-type:device_code'],
    ['unauthorized_client', 'urn:ietf:params:oauth:grant-type:device_code is not valid here'],
    ['invalid_client', 'Client secret is invalid for the device code flow'],
    ['invalid_request', 'urn:ietf:params:oauth:grant-type:device_code needs client_secret'],
    ['invalid_request', 'Missing parameter: device_code'],
    ['invalid_scope', 'The country code is invalid'],
  ])('does not take what is said of the client for the code: %s %s', (error, description) => {
    expect(readPollReply(reply(400, { error, error_description: description }))).toMatchObject({
      type: 'failed',
      problem: { kind: 'misconfigured', code: error },
    });
  });

  it('still understands which words are about the code', () => {
    expect(
      pollType(400, { error: 'invalid_request', error_description: 'device code expired' }),
    ).toBe('unknown-code');
    expect(pollType(404, { error: { code: 'device_not_found' } })).toBe('unknown-code');
  });
});

describe('tokens', () => {
  it('tokens are read without what surrounds them, which no header could carry', () => {
    expect(readPollReply(reply(200, { access_token: ' AT\n' }))).toMatchObject({
      type: 'approved',
      tokens: { accessToken: 'AT' },
    });
    expect(pollType(200, { access_token: ' ' })).toBe('transient-failure');
  });
});

describe('a refused device request', () => {
  it.each<[number, Members, string, string]>([
    [
      400,
      { error: { code: 'invalid_client', message: 'Who?' } },
      'misconfigured',
      'invalid_client',
    ],
    [400, { error: 'Invalid Client' }, 'misconfigured', 'invalid_client'],
    [400, { errors: [{ message: 'No TVs here.' }] }, 'refused', 'http_400'],
    [403, { title: 'Forbidden', detail: 'Policy evaluation failed' }, 'refused', 'http_403'],
  ])('a refused request is no trouble of the service: %i %j', (status, body, kind, code) => {
    const outcome = readDeviceReply(reply(status, body), 0);
    expect(outcome).toMatchObject({ type: 'failed', problem: { kind, code } });
  });
});
