import { describe, expect, it } from 'vitest';
import type { Members } from './members';
import { readRefreshReply } from './refresh-reply';
import type { Reply } from './reply';

const reply = (status: number, body?: Members, more: Partial<Reply> = {}): Reply => ({
  type: 'reply',
  status,
  body,
  ...more,
});
const outcome = (status: number, body?: Members) => readRefreshReply(reply(status, body)).type;

describe('the reply to a refresh', () => {
  it.each<[number, Members]>([
    [400, { error: 'invalid_grant' }],
    [400, { error: 'bad_refresh_token' }],
    [400, { error: 'interaction_required' }],
    [400, { message: 'Invalid refresh token' }],
    [400, { error: 'invalid_request', error_description: 'session not found' }],
    [400, { error: 'invalid_request', error_description: 'The session has expired' }],
    [400, { error: 'invalid_request', error_description: 'Refresh token not found' }],
    [400, { error: 'invalid_request', error_description: 'Unknown refresh_token' }],
    [401, { message: 'No such session' }],
    [401, { error: 'session_expired' }],
    [401, { error: 'Unauthorized', message: 'Invalid refresh token' }],
  ])('a reply that says that the grant is over ends the session: %i %j', (status, body) => {
    expect(outcome(status, body)).toBe('ended');
  });

  it.each<[number, Members, string, string]>([
    [400, { status: 400, message: 'missing client secret' }, 'refused', 'http_400'],
    [400, { error: 'invalid_request', error_description: 'scope missing' }, 'misconfigured', ''],
    [401, { error: 'unauthorized' }, 'misconfigured', 'unauthorized'],
    [401, { error: 'invalid_client' }, 'misconfigured', 'invalid_client'],
    [401, { message: 'Not allowed' }, 'misconfigured', 'http_401'],
    [403, { error: 'access_denied' }, 'refused', 'access_denied'],
    [403, { message: 'Policy evaluation failed' }, 'refused', 'http_403'],
    [400, { error: 'invalid_client_metadata' }, 'refused', 'invalid_client_metadata'],
    [200, { error: 'org_suspended' }, 'refused', 'org_suspended'],
    [404, { error: 'unknown_tenant' }, 'misconfigured', 'unknown_tenant'],
  ])(
    'a reply that says no to something else than the grant is a refusal: %i %j',
    (status, body, kind, code) => {
      const read = readRefreshReply(reply(status, body));
      expect(read).toMatchObject({ type: 'refused', problem: { kind, status } });
      if (code !== '') expect(read).toMatchObject({ problem: { code } });
    },
  );

  it.each<[number, Members | undefined]>([
    [301, undefined],
    [500, undefined],
    [500, { error: 'server_error' }],
    [400, { error: 'server_error' }],
    [503, { error: 'temporarily_unavailable' }],
    [408, { error: 'request_timeout' }],
    [429, {}],
    [200, undefined],
    [200, {}],
    [403, undefined],
    [404, { message: 'no route' }],
    [405, undefined],
  ])(
    'a reply of a server in trouble, or of another, decides nothing about the session: %i %j',
    (status, body) => {
      expect(outcome(status, body)).toBe('transient-failure');
    },
  );

  it('takes a 401 without an error code for a refusal of the refresh, unless it is a web page', () => {
    expect(readRefreshReply(reply(401, undefined, { empty: true })).type).toBe('refused');
    expect(readRefreshReply(reply(401)).type).toBe('refused');
    expect(readRefreshReply(reply(401, undefined, { html: true })).type).toBe('transient-failure');
  });

  it('keeps the sentence of a server that refuses a refresh', () => {
    const body = { error: 'access_denied', error_description: 'Your plan has ended.' };
    expect(readRefreshReply(reply(403, body))).toMatchObject({
      problem: { kind: 'refused', detail: 'Your plan has ended.' },
    });
  });
});
