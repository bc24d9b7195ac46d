import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Members } from './members';
import {
  plainSentence,
  type Reply,
  readBody,
  readDeviceReply,
  readPollReply,
  readRetryAfter,
} from './reply';

const wallMs = Date.UTC(2026, 0, 1);
const reply = (status: number, body?: Members): Reply => ({ type: 'reply', status, body });
const device = (body: Members) => readDeviceReply(reply(200, body), wallMs);
const complete = {
  device_code: 'DC-secret',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://id.example/device',
  expires_in: 600,
  interval: 7,
};

function issued(body: Members) {
  const outcome = device(body);
  if (outcome.type !== 'issued') throw new Error(`not issued: ${outcome.problem.code}`);
  return outcome.authorization;
}

function problemCode(body: Members | undefined, status = 200) {
  const outcome = readDeviceReply(reply(status, body), wallMs);
  return outcome.type === 'failed' ? `${outcome.problem.kind} ${outcome.problem.code}` : 'issued';
}

describe('the reply to a device authorization request', () => {
  it('reads a device reply as RFC 8628 §3.2 says', () => {
    expect(issued(complete)).toEqual({
      deviceCode: 'DC-secret',
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://id.example/device',
      expiresInSeconds: 600,
      intervalSeconds: 7,
    });
  });

  it.each([
    ['absent', undefined, 5],
    ['zero', 0, 5],
    ['negative', -3, 5],
    ['not a number', 'soon', 5],
    ['a number string', '8', 8],
    ['a fraction', 0.2, 1],
    ['longer than a minute', 120, 120],
    ['as long as the code lives', 600, 600],
    ['absurd', 1e9, 1e9],
  ])('uses an interval that is %s', (_case, interval, expected) => {
    expect(issued({ ...complete, interval }).intervalSeconds).toBe(expected);
  });

  it.each([
    ['absent', undefined, 600],
    ['zero', 0, 600],
    ['zero in a text', '0', 600],
    ['negative', -1, 600],
    ['no number at all', null, 600],
    ['a list', [900], 600],
    ['infinite', '1e999', 600],
    ['a number string', '900', 900],
    ['no number', 'later', 600],
    ['endless', 1e12, 86_400],
    ['too short to be seen', 0.001, 600],
    ['a moment in Unix time', wallMs / 1000 + 300, 300],
    ['a moment in milliseconds', `${wallMs + 300_000}`, 300],
    ['a moment that is over', wallMs / 1000 - 300, 86_400],
  ])('bounds a lifetime that is %s', (_case, expires_in, expected) => {
    expect(issued({ ...complete, expires_in }).expiresInSeconds).toBe(expected);
  });

  it('reads verification_url and camelCase names of a device reply', () => {
    const { verification_uri: url, ...rest } = complete;
    expect(issued({ ...rest, verification_url: url }).verificationUri).toBe(url);
    expect(
      issued({
        deviceCode: 'DC',
        userCode: 'A',
        verificationUrl: url,
        expiresIn: '60',
        interval: '5',
      }),
    ).toMatchObject({ userCode: 'A', verificationUri: url, expiresInSeconds: 60 });
  });

  it('reads a moment in place of a lifetime', () => {
    const { expires_in: _seconds, ...rest } = complete;
    const expiresOnUtc = new Date(wallMs + 900_000).toISOString();
    expect(issued({ ...rest, expiresOnUtc }).expiresInSeconds).toBe(900);
    expect(issued({ ...rest, expiresIn: expiresOnUtc }).expiresInSeconds).toBe(900);
    expect(issued({ ...rest, expires_in: expiresOnUtc }).expiresInSeconds).toBe(900);
  });

  it('keeps the user code exactly as received', () => {
    expect(issued({ ...complete, user_code: ' wdJb-0O1l' }).userCode).toBe(' wdJb-0O1l');
    expect(issued({ ...complete, user_code: 'W'.repeat(15) }).userCode).toBe('W'.repeat(15));
  });

  it('ignores unknown members of a device reply', () => {
    expect(issued({ ...complete, surprise: { deep: [1] }, __proto__: { a: 1 } })).toEqual(
      issued(complete),
    );
  });

  it('never makes up a complete URI, and drops one that is unsafe or too long for a camera', () => {
    expect(issued(complete).verificationUriComplete).toBeUndefined();
    const uri = 'https://id.example/device?user_code=WDJB-MJHT';
    expect(issued({ ...complete, verification_uri_complete: uri }).verificationUriComplete).toBe(
      uri,
    );
    for (const bad of ['javascript:alert(1)', `https://id.example/${'x'.repeat(700)}`, 7]) {
      expect(
        issued({ ...complete, verification_uri_complete: bad }).verificationUriComplete,
      ).toBeUndefined();
    }
  });

  it.each([
    ['javascript:alert(1)', 'server-error verification_uri_unsafe'],
    ['data:text/html,x', 'server-error verification_uri_unsafe'],
    ['//id.example', 'server-error verification_uri_unsafe'],
    [`https://id.example/${'x'.repeat(3000)}`, 'server-error verification_uri_too_long'],
    ['', 'server-error verification_uri_missing'],
  ])('refuses the verification URI %.30s', (verification_uri, expected) => {
    expect(problemCode({ ...complete, verification_uri })).toBe(expected);
  });

  it('names the member that a device reply lacks', () => {
    expect(problemCode({ ...complete, device_code: undefined })).toBe(
      'server-error device_code_missing',
    );
    expect(problemCode({ ...complete, user_code: null })).toBe('server-error user_code_missing');
    expect(problemCode({ ...complete, user_code: '' })).toBe('server-error user_code_missing');
    expect(problemCode({ ...complete, user_code: 'X'.repeat(65) })).toBe(
      'server-error user_code_too_long',
    );
    expect(problemCode({})).toBe('server-error device_code_missing');
  });

  it.each([
    [400, { error: 'unauthorized_client' }, 'misconfigured unauthorized_client'],
    [400, { error: 'device_flow_disabled' }, 'misconfigured device_flow_disabled'],
    [401, { error: 'invalid_client' }, 'misconfigured invalid_client'],
    [400, { error: 'invalid_grant' }, 'misconfigured invalid_grant'],
    [404, {}, 'misconfigured http_404'],
    [405, {}, 'misconfigured http_405'],
    [429, { error: 'slow_down' }, 'server-busy slow_down'],
    [429, {}, 'server-busy http_429'],
    [503, {}, 'server-busy http_503'],
    [500, {}, 'server-error http_500'],
    [200, { error: 'not_supported' }, 'refused not_supported'],
    [403, { error: 'access_denied' }, 'refused access_denied'],
    [400, { error: 'invalid_client_metadata' }, 'refused invalid_client_metadata'],
    [400, { error: 'device_limit_exceeded' }, 'refused device_limit_exceeded'],
    [401, { error: 'policy_violation' }, 'refused policy_violation'],
    [403, { message: 'Blocked by policy' }, 'refused http_403'],
    [403, undefined, 'server-error http_403'],
    [400, { error: 'server_error' }, 'server-error server_error'],
    [500, { error: 'server_error' }, 'server-error server_error'],
    [400, { error: 'temporarily_unavailable' }, 'server-busy temporarily_unavailable'],
    [500, { error: 'strange' }, 'server-error strange'],
    [429, { error: 'rate_limited' }, 'server-busy rate_limited'],
  ])('blames the side that is at fault for %i %j', (status, body, expected) => {
    expect(problemCode(body, status)).toBe(expected);
  });

  it('keeps the sentence of a server that refuses, and its Retry-After', () => {
    const refused = readDeviceReply(
      {
        type: 'reply',
        status: 403,
        body: { error: 'access_denied', error_description: 'Policy evaluation failed' },
        retryAfterSeconds: 90,
      },
      wallMs,
    );
    expect(refused).toEqual({
      type: 'failed',
      problem: {
        kind: 'refused',
        code: 'access_denied',
        status: 403,
        detail: 'Policy evaluation failed',
        retryAfterSeconds: 90,
      },
    });
  });

  it('names the setting that holds a scope which the server does not know', () => {
    const detail = (body: Members) => {
      const outcome = readDeviceReply(reply(400, { error: 'invalid_scope', ...body }), wallMs);
      return outcome.type === 'failed' ? outcome.problem.detail : undefined;
    };
    expect(detail({})).toBe('Change appSettings.signIn.scope: the server refuses it.');
    expect(detail({ error_description: 'Unknown scope: tv' })).toBe(
      'Change appSettings.signIn.scope: the server says “Unknown scope: tv”',
    );
  });
});

describe('the reply to a poll', () => {
  const outcome = (status: number, body?: Members) => readPollReply(reply(status, body)).type;

  it.each([200, 400, 401, 403, 428, 500])(
    'understands a poll by its error code whatever the status: %i',
    (status) => {
      expect(outcome(status, { error: 'authorization_pending' })).toBe('pending');
      expect(outcome(status, { error: 'slow_down' })).toBe('slow-down');
      expect(outcome(status, { error: 'access_denied' })).toBe('denied');
      expect(outcome(status, { error: 'authorization_declined' })).toBe('denied');
      expect(outcome(status, { error: 'expired_token' })).toBe('expired');
      expect(outcome(status, { error: 'code_expired' })).toBe('expired');
      expect(outcome(status, { error: 'invalid_grant' })).toBe('unknown-code');
    },
  );

  it('does not blame the server for a code that was used or refused', () => {
    const names = 'Device code not valid';
    for (const body of [
      { error: 'invalid_grant' },
      { error: 'bad_verification_code' },
      { error: 'invalid_request', error_description: names },
    ]) {
      expect(readPollReply(reply(400, body))).toMatchObject({
        type: 'unknown-code',
        problem: { kind: 'not-completed', code: body.error },
      });
    }
  });

  it('reads an error code in capitals, with spaces and without a description', () => {
    expect(outcome(400, { error: ' Authorization_Pending ' })).toBe('pending');
  });

  it('keeps the wait that a server asks for at a poll', () => {
    expect(
      readPollReply({
        type: 'reply',
        status: 400,
        body: { error: 'slow_down', interval: '20' },
        retryAfterSeconds: 9,
      }),
    ).toEqual({ type: 'slow-down', intervalSeconds: 20, retryAfterSeconds: 9 });
  });

  it('calls a poll that decides nothing a transient failure', () => {
    expect(outcome(200, undefined)).toBe('transient-failure');
    expect(outcome(400, undefined)).toBe('transient-failure');
    expect(outcome(200, {})).toBe('transient-failure');
    expect(outcome(502, {})).toBe('transient-failure');
    expect(outcome(408, {})).toBe('transient-failure');
    expect(outcome(503, { error: 'temporarily_unavailable' })).toBe('transient-failure');
    expect(outcome(429, {})).toBe('transient-failure');
  });

  it('calls a poll failed where asking again cannot help', () => {
    expect(outcome(401, { error: 'invalid_client' })).toBe('failed');
    expect(outcome(400, { error: 'unsupported_grant_type' })).toBe('failed');
  });

  it.each([
    [400, { error: 'something_new' }],
    [401, { error: 'policy_violation' }],
    [403, { error: 'risk_too_high', error_description: 'Denied by risk engine' }],
    [404, { error: 'tenant_gone', error_description: 'This tenant was deleted' }],
    [200, { error: 'not_supported' }],
  ])('takes %i %j for a refusal in OAuth\u2019s own form', (status, body) => {
    expect(readPollReply(reply(status, body))).toMatchObject({
      type: 'refused',
      problem: { kind: 'refused', code: body.error, status },
    });
  });

  it.each([
    [401, { message: 'No API key found in request' }],
    [403, { error: 'Forbidden' }],
    [403, { error: 'forbidden' }],
    [403, { status: 403, error: 'Forbidden', path: '/token' }],
    [404, { error: 'Not Found', status: 404 }],
    [404, { error: 'not_found' }],
    [404, {}],
    [401, { error: 'unauthorized' }],
    [403, undefined],
    [404, undefined],
    [301, undefined],
    [204, undefined],
    [502, { error: 'invalid_client' }],
    [500, { error: 'policy_violation' }],
    [408, { error: 'policy_violation' }],
  ])('lets the foreign reply %i %j decide nothing about a code', (status, body) => {
    expect(readPollReply(reply(status, body))).toMatchObject({
      type: 'transient-failure',
      problem: { kind: 'server-error', status },
    });
  });

  it('takes 408 for trouble of the server, whatever its body says', () => {
    expect(readDeviceReply(reply(408, { message: 'not today' }), 0)).toMatchObject({
      type: 'failed',
      problem: { kind: 'server-error', code: 'http_408' },
    });
  });

  it.each([
    [429, {}, 'server-busy http_429'],
    [429, undefined, 'server-busy http_429'],
    [503, undefined, 'server-busy http_503'],
    [400, { error: 'temporarily_unavailable' }, 'server-busy temporarily_unavailable'],
    [400, { error: 'server_error' }, 'server-error server_error'],
    [500, { error: 'server_error' }, 'server-error server_error'],
    [502, undefined, 'server-error http_502'],
    [404, undefined, 'server-error http_404'],
    [200, undefined, 'server-error unreadable_reply'],
  ])('names the trouble of %i %j', (status, body, expected) => {
    const answer = readPollReply(reply(status, body));
    if (answer.type !== 'transient-failure') throw new Error(answer.type);
    expect(`${answer.problem.kind} ${answer.problem.code}`).toBe(expected);
  });

  it('keeps the sentence and the Retry-After of a server in trouble', () => {
    const body = { error: 'server_error', error_description: 'Database is down' };
    expect(
      readPollReply({ type: 'reply', status: 400, body, retryAfterSeconds: 40 }),
    ).toMatchObject({ problem: { detail: 'Database is down', retryAfterSeconds: 40 } });
  });

  it.each([
    [404, { error: 'device_not_found' }],
    [404, { error: 'code_not_found' }],
    [400, { error: 'device_code_not_found' }],
    [400, { error: 'invalid_device_code' }],
    [400, { error: 'unknown_device_code' }],
    [400, { error: 'incorrect_device_code' }],
    [400, { error: 'authorization_request_not_found' }],
    [404, { message: 'Device code not found' }],
    [400, { error: 'bad_request', error_description: 'The device code is invalid or expired' }],
    [400, { error: 'invalid_token', error_description: 'Unknown device_code' }],
  ])('takes %i %j for a code that the server does not know', (status, body) => {
    expect(readPollReply(reply(status, body))).toMatchObject({
      type: 'unknown-code',
      problem: { kind: 'not-completed' },
    });
  });

  it('does not take a policy about device codes for an unknown code', () => {
    const body = { error: 'policy', error_description: 'Device code flow is blocked by policy' };
    expect(outcome(400, body)).toBe('refused');
  });

  it.each(['mfa_required', 'consent_required', 'interaction_required', 'login_required'])(
    'a poll that is answered with %s fails with the server\u2019s sentence, not with a fault of the settings',
    (error) => {
      const sentence = 'Use your authenticator';
      expect(readPollReply(reply(400, { error, error_description: sentence }))).toMatchObject({
        type: 'failed',
        problem: { kind: 'refused', code: error, detail: sentence },
      });
    },
  );

  it('keeps the interval that a slow_down names, however long', () => {
    expect(readPollReply(reply(400, { error: 'slow_down', interval: 900 }))).toMatchObject({
      type: 'slow-down',
      intervalSeconds: 900,
    });
  });

  it.each(['BearerToken', 'mac', 'N_A'])('hands over tokens of the unknown type %s', (type) => {
    expect(
      readPollReply(reply(200, { access_token: 'AT', refresh_token: 'RT', token_type: type })),
    ).toEqual({
      type: 'failed',
      problem: {
        kind: 'not-completed',
        code: 'unsupported_token_type',
        status: 200,
        detail: `token_type: ${type}`,
        isOwnDetail: true,
      },
      unusable: { accessToken: 'AT', credentials: { type: 'refresh', refreshToken: 'RT' } },
    });
  });

  it('reads tokens in every spelling of token_type and scope', () => {
    const tokens = (body: Members) => {
      const answer = readPollReply(reply(200, body));
      return answer.type === 'approved' ? answer.tokens : answer;
    };
    expect(tokens({ access_token: 'a', token_type: 'bearer', expires_in: '3600' })).toEqual({
      accessToken: 'a',
      tokenType: 'Bearer',
      expiresInSeconds: 3600,
    });
    expect(tokens({ access_token: 'a', token_type: 'DPOP', scope: 'x y' })).toMatchObject({
      tokenType: 'DPoP',
      scope: ['x', 'y'],
    });
    expect(tokens({ access_token: 'a', scope: 'x,y' })).toMatchObject({ scope: ['x', 'y'] });
    expect(tokens({ access_token: 'a', scope: ['x'] })).toMatchObject({ scope: ['x'] });
  });

  it('never uses a token of a type it does not know (RFC 6749 §7.1)', () => {
    expect(readPollReply(reply(200, { access_token: 'a', token_type: 'mac' }))).toMatchObject({
      type: 'failed',
      problem: { kind: 'not-completed', code: 'unsupported_token_type' },
    });
  });

  it('sees an error before a token (GitHub answers 200 with both shapes)', () => {
    expect(outcome(200, { error: 'access_denied', access_token: 'a' })).toBe('denied');
  });

  it('takes no unknown body for pending or success', () => {
    const known = ['authorization_pending', 'slow_down'];
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }).filter((status) => status !== 429),
        fc.dictionary(fc.string(), fc.anything()),
        (status, body) => {
          fc.pre(!known.includes(String(body['error']).trim().toLowerCase()));
          fc.pre(
            typeof body['access_token'] !== 'string' && typeof body['accessToken'] !== 'string',
          );
          expect(['pending', 'slow-down', 'approved']).not.toContain(outcome(status, body));
        },
      ),
    );
  });
});

describe('a body', () => {
  it('reads a body by what it is, not by its content type', () => {
    expect(readBody('{"a":1}', 'text/html')).toEqual({ a: 1 });
    expect(readBody('\ufeff{"a":1}'.trim(), '')).toEqual({ a: 1 });
    expect(readBody('error=slow_down&interval=10', 'application/x-www-form-urlencoded')).toEqual({
      error: 'slow_down',
      interval: '10',
    });
    expect(readBody('access_token=a&scope=x%20y', 'text/plain')).toEqual({
      access_token: 'a',
      scope: 'x y',
    });
  });

  it.each(['', '<html>authorization_pending</html>', '[1]', 'null', '{"a":', 'Bad gateway', '"x"'])(
    'reads nothing from the body %j',
    (text) => {
      expect(readBody(text, 'application/json')).toBeUndefined();
      expect(readBody(text, 'text/plain')).toBeUndefined();
    },
  );
});

describe('Retry-After', () => {
  const at = (laterMs: number) => new Date(wallMs + laterMs).toUTCString();

  it('reads Retry-After as seconds or a date, within bounds', () => {
    expect(readRetryAfter('12', null, wallMs)).toBe(12);
    expect(readRetryAfter(at(45_000), null, wallMs)).toBe(45);
    expect(readRetryAfter('999999', null, wallMs)).toBe(3600);
    expect(readRetryAfter('soon', null, wallMs)).toBeUndefined();
    expect(readRetryAfter(null, at(0), wallMs)).toBeUndefined();
  });

  it('measures a date in Retry-After by the server’s clock where that can be read', () => {
    const daysBehind = wallMs - 3 * 86_400_000;
    expect(readRetryAfter(at(45_000), at(0), daysBehind)).toBe(45);
    expect(readRetryAfter(at(-1000), at(0), daysBehind)).toBe(0);
    expect(readRetryAfter(at(7_200_000), at(0), daysBehind)).toBe(3600);
    expect(readRetryAfter('12', at(0), daysBehind)).toBe(12);
  });

  it('takes half a minute for a date in Retry-After that makes no sense by the TV’s clock', () => {
    expect(readRetryAfter(at(45_000), null, wallMs - 3 * 86_400_000)).toBe(30);
    expect(readRetryAfter(at(45_000), 'no date', wallMs - 3 * 86_400_000)).toBe(30);
    expect(readRetryAfter(at(45_000), null, wallMs + 3 * 86_400_000)).toBe(30);
  });
});

describe('a sentence from a server', () => {
  it('makes one short plain line of a server’s sentence', () => {
    expect(plainSentence('AADSTS1:\r\nTrace\u0000 ID\tx')).toBe('AADSTS1: Trace ID x');
    expect(plainSentence('x'.repeat(5000))).toHaveLength(200);
    expect(plainSentence(' \n ')).toBeUndefined();
  });
});
