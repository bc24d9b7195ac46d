import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Members } from './members';
import type { DeviceAuthorization } from './outcome';
import { readDeviceReply } from './reply';

const complete = {
  device_code: 'DC',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://id.example/device',
};
const read = (body: Members, base?: string) =>
  readDeviceReply({ type: 'reply', status: 200, body }, Date.UTC(2026, 0, 1), base);

function issued(body: Members, base?: string): DeviceAuthorization {
  const outcome = read(body, base);
  if (outcome.type !== 'issued') throw new Error(JSON.stringify(outcome));
  return outcome.authorization;
}

function problem(body: Members, base?: string): string {
  const outcome = read(body, base);
  return outcome.type === 'failed' ? outcome.problem.code : 'issued';
}

describe('a user code', () => {
  it.each([
    ['WDJB-MJHT', 'WDJB-MJHT'],
    [' WDJB MJHT\n', ' WDJB MJHT'],
    ['WDJB\u00A0', 'WDJB\u00A0'],
    ['\u200BWDJB\uFEFF', 'WDJB'],
    ['\u202AWDJB\u202C', 'WDJB'],
    [12345678, '12345678'],
    [0, '0'],
    ['ÄÖÜ', 'ÄÖÜ'],
    ['電視台', '電視台'],
  ])(
    'a user code is shown as received, but for what surrounds it invisibly: %j',
    (user_code, shown) => {
      expect(issued({ ...complete, user_code }).userCode).toBe(shown);
    },
  );

  it.each([
    ' ',
    '\u00A0\u3000',
    '\u0000',
    '\u0007\u001B',
    '\u200B\u200C\u200D',
    '\u202E\u202C',
    '\u2066\u2069',
    '\u2800',
    '\u3164',
    '\u00AD',
    'AB\u0000CD',
    'AB\tCD',
    'AB\nCD',
    'AB\u202ECD',
    'AB\u200BCD',
    'AB\u007FCD',
    'AB\uD800CD',
    'AB\uFFFDCD',
    'AB\uE000CD',
    'AB\u{E0041}',
  ])('a user code is refused when it cannot be shown: %j', (user_code) => {
    expect(problem({ ...complete, user_code })).toBe('user_code_unshowable');
    expect(problem({ ...complete, user_code: undefined, userCode: user_code })).toBe(
      'user_code_unshowable',
    );
  });

  it.each([
    'AB\u061CCD',
    'AB\u180ECD',
    'AB\u3164CD',
    'AB\u{1D173}CD',
    'AB\u{E0100}CD',
    'AB\u{F0000}CD',
    'AB\uFE0FCD',
  ])('a user code is refused when something in it draws nothing: %j', (user_code) => {
    expect(problem({ ...complete, user_code })).toBe('user_code_unshowable');
  });

  it.each([
    '[object Object]',
    'undefined',
    'null',
    'NaN',
    '👍👍👍👍',
    'AB👍CD',
    '1️⃣2️⃣',
    '☎ 0800 123456',
    '<b>ABCD</b>',
    'AB&nbsp;CD',
    '{{code}}',
    '%user_code%',
    '"ABCD"',
    'https://evil.example',
    'evil.example',
    'EVIL.COM/tv',
    'EVIL.COM',
    'YOUR TV IS LOCKED CALL',
    'YOUR TV IS LOCKED CALL 0800 123456',
    'Your-TV-is-locked',
    'YOUR_TV_IS_LOCKED',
    'CALL NOW 0800',
    'CALL 08001234567',
    'CALL-08001234567',
    'PAY 50 EUR',
    '0800 123 4567',
    'YOURTVISLOCKEDCALL',
    '----',
    '. . .',
    '_\u00A0–',
    'IHRFERNSEHERISTGESPERRT',
    'A\u0301\u0302\u0303B',
    '\u{1D400}\u{1D401}\u{1D402}',
    'ＡＢ／ＣＤ',
  ])('a user code is refused when it is no code but something else: %j', (user_code) => {
    const code = problem({ ...complete, user_code });
    expect(['user_code_no_code', 'user_code_unshowable']).toContain(code);
  });

  it.each([
    'BDWP-HQPK',
    'GQVQ-JKEC',
    'A1B2C3D4',
    '123 456 789',
    'ABC-DEFG-HIJ',
    'abcd efgh ijkl',
    'AAAA-BBBB-CCCC-DDDD-EEEE',
    '6f1c0b2e-8a77-4d1e-9b57-2f0c5a9f4e21',
    'WXYZ.1234',
    'BCDFGHJKLMNPQRST',
    'p5s2k8d1q7w3e9r4t6y0u2i5o',
    'ABCD_EFGH',
    'АБВГ-ДЕЖЗ',
    'AB‑CD',
  ])('a user code of another form is shown: %j', (user_code) => {
    expect(issued({ ...complete, user_code }).userCode).toBe(user_code);
  });

  it('a user code that cannot be shown is called a fault of the server', () => {
    expect(read({ ...complete, user_code: '\u200B' })).toMatchObject({
      type: 'failed',
      problem: {
        kind: 'server-error',
        detail: expect.stringMatching(/code from the server cannot be shown/) as unknown,
      },
    });
  });

  it.each([null, '', undefined, true, {}, ['A'], Number.NaN, 1.5])(
    'a user code is missing when it is %j',
    (user_code) => {
      expect(problem({ ...complete, user_code })).toBe('user_code_missing');
    },
  );

  it('a user code has something to see and nothing hidden, whatever the server sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (user_code) => {
        const outcome = read({ ...complete, user_code });
        if (outcome.type === 'failed') return;
        const { userCode } = outcome.authorization;
        expect(userCode).not.toMatch(
          /^\s*$|[\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u,
        );
        expect(user_code).toContain(userCode);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a verification URI', () => {
  it.each([
    ['with spaces around', ' https://id.example/device\n', 'https://id.example/device'],
    ['without a scheme', 'example.com/device', 'https://example.com/device'],
    ['that is a host alone', 'link.example.com', 'https://link.example.com'],
    ['without a scheme, with a port', 'example.com:8443/d', 'https://example.com:8443/d'],
    ['with an IP address first', '192.168.1.7:4001/d', 'https://192.168.1.7:4001/d'],
    ['without a scheme, with a final dot', 'id.example./d', 'https://id.example./d'],
    ['without a scheme, in letters of its own', 'bücher.example/d', 'https://bücher.example/d'],
    ['without a scheme, as Punycode', 'xn--e1afmkfd.xn--p1ai/d', 'https://xn--e1afmkfd.xn--p1ai/d'],
    ['relative to the server', '/device', 'https://id.example/device'],
    ['relative, with a query', '/device?x=1', 'https://id.example/device?x=1'],
    ['in capitals', 'HTTPS://ID.EXAMPLE/Device', 'HTTPS://ID.EXAMPLE/Device'],
  ])('a verification URI is used as it is meant: %s', (_case, verification_uri, shown) => {
    const base = 'https://id.example/realms/tv';
    expect(issued({ ...complete, verification_uri }, base).verificationUri).toBe(shown);
  });

  it('a verification URI without a scheme gets that of its server in a local network', () => {
    const body = { ...complete, verification_uri: 'localhost:4001/device' };
    expect(issued(body, 'http://localhost:4001').verificationUri).toBe(
      'http://localhost:4001/device',
    );
  });

  it.each([
    'device',
    'device.html',
    './device',
    '?code',
    '//id.example',
    '/\\evil.example',
    'https://',
    'https:///',
    'https://a b/device',
    'https://id.example/de vice',
    'https://id.example\u202E/x',
    'https://id.example@evil.example/',
    'https://:secret@id.example/',
    'https://id.example/\ud800',
    'https://id.example:99999/',
    'mailto:a@example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    'tel:123',
    'intent://id.example/#Intent;scheme=https;end',
    'sms:123',
    'file:///etc/hosts',
    'ftp://id.example/device',
    'http://id.example/device',
    'HTTP://id.example/device',
    'http://192.168.1.7/device',
    'https://accounts.google.com@evil.example/',
    'https://accounts.google.com%40evil.example/',
    'https://accounts.google.com\\@evil.example/',
    'https:\\\\id.example\\device',
    'https:id.example/device',
    'https:/id.example/device',
    'https:///id.example/device',
    'https://id.exa\tmple/device',
    'https://id.exa\nmple/device',
    'https://id.example/de\nvice',
    'https://%69d.example/device',
    'https://id.example：8443/',
    'https://id.example／evil.example/',
    'https://id.example;evil.example/',
    'https://id.example,evil.example/',
    'https://id.example/\u200Bdevice',
    'https://id.\u200Dexample/device',
    'https://id.example/\u{E0041}',
    'https://id.example/\u061C',
    'https://id.example/device/../../evil',
    'https://id.example/%2e%2e/evil',
    'https://id.example/..%2fevil',
    'https://id..example/',
    'https://.id.example/',
  ])('a verification URI is refused when what is meant is not certain: %j', (verification_uri) => {
    expect(problem({ ...complete, verification_uri }, 'https://id.example')).toBe(
      'verification_uri_unsafe',
    );
  });

  it('a relative verification URI is refused where the server has no known address', () => {
    expect(problem({ ...complete, verification_uri: '/device' })).toBe('verification_uri_unsafe');
  });

  it.each([undefined, null, '', 7, {}, 'javascript:alert(1)', 'not an address'])(
    'a verification URI is replaced by the complete one when it is %j',
    (verification_uri) => {
      const uri = 'https://id.example/device?user_code=WDJB-MJHT';
      const body = { ...complete, verification_uri, verification_uri_complete: uri };
      expect(issued(body)).toMatchObject({ verificationUri: uri, verificationUriComplete: uri });
    },
  );

  it('a verification URI that is too long is replaced by the complete one', () => {
    const uri = 'https://id.example/device?user_code=WDJB-MJHT';
    const verification_uri = `https://id.example/${'x'.repeat(3000)}`;
    const body = { ...complete, verification_uri, verification_uri_complete: uri };
    expect(issued(body)).toMatchObject({ verificationUri: uri, verificationUriComplete: uri });
  });

  it('a verification URI without https is shown in a local network in development', () => {
    const body = { ...complete, verification_uri: 'http://localhost:4001/device' };
    expect(issued(body, 'http://localhost:4001').verificationUri).toBe(body.verification_uri);
    expect(problem({ ...body, verification_uri: 'http://id.example/' }, 'http://localhost')).toBe(
      'verification_uri_unsafe',
    );
  });

  it.each([
    'https://evil.example/device?user_code=WDJB-MJHT',
    'https://id.example.evil.example/device?user_code=WDJB-MJHT',
    'https://id.example:8443/device?user_code=WDJB-MJHT',
    'https://id.example@evil.example/device?user_code=WDJB-MJHT',
    'http://id.example/device?user_code=WDJB-MJHT',
    'https://іd.example/device?user_code=WDJB-MJHT',
  ])('a complete URI is left out when it leads to another host: %s', (uri) => {
    expect(issued({ ...complete, verification_uri_complete: uri })).toEqual(issued(complete));
  });

  it.each([
    'https://id.example/other?user_code=WDJB-MJHT',
    'https://ID.EXAMPLE/device?user_code=WDJB-MJHT',
    'https://www.id.example/device?user_code=WDJB-MJHT',
    'https://id.example:443/device?user_code=WDJB-MJHT',
  ])('a complete URI is kept when it leads to the same host: %s', (uri) => {
    const body = { ...complete, verification_uri_complete: uri };
    expect(issued(body).verificationUriComplete).toBe(uri);
  });

  it('a verification URI that is plain http is named as such', () => {
    expect(read({ ...complete, verification_uri: 'http://id.example/d' })).toMatchObject({
      problem: { detail: 'The address for the phone is not https: http://id.example/d' },
    });
  });

  it('a verification URI that is refused is named', () => {
    expect(read({ ...complete, verification_uri: 'my device page' })).toMatchObject({
      problem: { detail: 'No web address for a phone: my device page' },
    });
  });

  it.each([undefined, null, '', 7])(
    'a verification URI is missing when neither member holds one: %j',
    (verification_uri) => {
      expect(problem({ ...complete, verification_uri })).toBe('verification_uri_missing');
    },
  );

  it('a verification URI is found under the second name when the first holds none', () => {
    const body = { ...complete, verification_uri: null, verification_url: 'https://id.example/b' };
    expect(issued(body).verificationUri).toBe('https://id.example/b');
  });

  it('a complete verification URI may be relative and without a scheme, too', () => {
    const of = (verification_uri_complete: string) =>
      issued({ ...complete, verification_uri_complete }, 'https://id.example')
        .verificationUriComplete;
    expect(of('/device?user_code=A')).toBe('https://id.example/device?user_code=A');
    expect(of('id.example/device?user_code=A')).toBe('https://id.example/device?user_code=A');
    expect(of('device?user_code=A')).toBeUndefined();
  });

  it('a verification URI can be opened, whatever the server sends', () => {
    const odd = fc.oneof(fc.string(), fc.webUrl(), fc.string({ unit: 'binary' }), fc.webPath());
    fc.assert(
      fc.property(odd, (verification_uri) => {
        const outcome = read({ ...complete, verification_uri }, 'https://id.example');
        if (outcome.type === 'failed') return;
        expect(new URL(outcome.authorization.verificationUri).protocol).toMatch(/^https?:$/);
      }),
      { numRuns: 2000 },
    );
  });
});
