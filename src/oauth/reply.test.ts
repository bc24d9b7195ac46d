import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Members,
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

function problemCode(body: Members, status = 200) {
  const outcome = readDeviceReply(reply(status, body), wallMs);
  return outcome.type === 'failed' ? `${outcome.problem.kind} ${outcome.problem.code}` : 'issued';
}

describe('the reply to a device authorization request', () => {
  it('is read as RFC 8628 §3.2 says', () => {
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
    ['longer than a minute', 600, 60],
  ])('uses an interval that is %s', (_case, interval, expected) => {
    expect(issued({ ...complete, interval }).intervalSeconds).toBe(expected);
  });

  it.each([
    ['absent', undefined, 600],
    ['zero', 0, 0],
    ['negative', -1, 0],
    ['a number string', '900', 900],
    ['no number', 'later', 600],
    ['endless', 1e12, 86_400],
  ])('bounds a lifetime that is %s', (_case, expires_in, expected) => {
    expect(issued({ ...complete, expires_in }).expiresInSeconds).toBe(expected);
  });

  it('accepts verification_url and camelCase names', () => {
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

  it('reads a moment where a lifetime should be', () => {
    const { expires_in: _seconds, ...rest } = complete;
    const expiresOnUtc = new Date(wallMs + 900_000).toISOString();
    expect(issued({ ...rest, expiresOnUtc }).expiresInSeconds).toBe(900);
    expect(issued({ ...rest, expiresIn: expiresOnUtc }).expiresInSeconds).toBe(900);
  });

  it('keeps the user code exactly as received', () => {
    expect(issued({ ...complete, user_code: ' wdJb-0O1l' }).userCode).toBe(' wdJb-0O1l');
    expect(issued({ ...complete, user_code: 'W'.repeat(15) }).userCode).toBe('W'.repeat(15));
  });

  it('ignores members it does not know', () => {
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

  it('names what is missing', () => {
    expect(problemCode({ ...complete, device_code: undefined })).toBe(
      'server-error device_code_missing',
    );
    expect(problemCode({ ...complete, user_code: 12345678 })).toBe(
      'server-error user_code_missing',
    );
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
    [200, { error: 'not_supported' }, 'server-error not_supported'],
  ])('blames the right side for %i %j', (status, body, expected) => {
    expect(problemCode(body, status)).toBe(expected);
  });
});

describe('the reply to a poll', () => {
  const outcome = (status: number, body?: Members) => readPollReply(reply(status, body)).type;

  it.each([200, 400, 401, 403, 428, 500])(
    'goes by the error code whatever the status: %i',
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

  it('does not mind capitals, spaces and a missing description', () => {
    expect(outcome(400, { error: ' Authorization_Pending ' })).toBe('pending');
  });

  it('carries the wait a server asks for', () => {
    expect(
      readPollReply({
        type: 'reply',
        status: 400,
        body: { error: 'slow_down', interval: '20' },
        retryAfterSeconds: 9,
      }),
    ).toEqual({ type: 'slow-down', intervalSeconds: 20, retryAfterSeconds: 9 });
  });

  it('asks again, more slowly, where nothing is decided', () => {
    expect(outcome(200, undefined)).toBe('transient-failure');
    expect(outcome(400, undefined)).toBe('transient-failure');
    expect(outcome(200, {})).toBe('transient-failure');
    expect(outcome(502, {})).toBe('transient-failure');
    expect(outcome(408, {})).toBe('transient-failure');
    expect(outcome(503, { error: 'temporarily_unavailable' })).toBe('transient-failure');
    expect(outcome(429, {})).toBe('slow-down');
  });

  it('gives up where asking again cannot help', () => {
    expect(outcome(401, { error: 'invalid_client' })).toBe('failed');
    expect(outcome(400, { error: 'unsupported_grant_type' })).toBe('failed');
    expect(outcome(400, { error: 'something_new' })).toBe('failed');
    expect(outcome(404, {})).toBe('failed');
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
  it('is read by what it is', () => {
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
    'is nothing when it is %j',
    (text) => {
      expect(readBody(text, 'application/json')).toBeUndefined();
      expect(readBody(text, 'text/plain')).toBeUndefined();
    },
  );
});

describe('Retry-After', () => {
  const at = (laterMs: number) => new Date(wallMs + laterMs).toUTCString();

  it('is seconds or a date, bounded', () => {
    expect(readRetryAfter('12', null, wallMs)).toBe(12);
    expect(readRetryAfter(at(45_000), null, wallMs)).toBe(45);
    expect(readRetryAfter('999999', null, wallMs)).toBe(3600);
    expect(readRetryAfter('soon', null, wallMs)).toBeUndefined();
    expect(readRetryAfter(null, at(0), wallMs)).toBeUndefined();
  });

  it('as a date is measured by the server’s clock where that can be read', () => {
    const daysBehind = wallMs - 3 * 86_400_000;
    expect(readRetryAfter(at(45_000), at(0), daysBehind)).toBe(45);
    expect(readRetryAfter(at(-1000), at(0), daysBehind)).toBe(0);
    expect(readRetryAfter(at(7_200_000), at(0), daysBehind)).toBe(3600);
    expect(readRetryAfter('12', at(0), daysBehind)).toBe(12);
  });

  it('as a date that makes no sense by the TV’s clock is half a minute', () => {
    expect(readRetryAfter(at(45_000), null, wallMs - 3 * 86_400_000)).toBe(30);
    expect(readRetryAfter(at(45_000), 'no date', wallMs - 3 * 86_400_000)).toBe(30);
    expect(readRetryAfter(at(45_000), null, wallMs + 3 * 86_400_000)).toBe(30);
  });
});

describe('a sentence from a server', () => {
  it('becomes one short plain line', () => {
    expect(plainSentence('AADSTS1:\r\nTrace\u0000 ID\tx')).toBe('AADSTS1: Trace ID x');
    expect(plainSentence('x'.repeat(5000))).toHaveLength(200);
    expect(plainSentence(' \n ')).toBeUndefined();
  });
});
