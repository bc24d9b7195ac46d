import { describe, expect, it } from 'vitest';
import { checkSettings, isAllowedAddress, type KnownNames, nearest } from './settings';

const known: KnownNames = {
  providers: ['rfc8628', 'github'],
  languages: ['en', 'de'],
  colors: ['accent'],
  keys: ['Back'],
};

const check = (appSettings: unknown) => checkSettings({ appSettings }, known);

function faults(appSettings: unknown): string[] {
  const outcome = check(appSettings);
  return outcome.type === 'invalid' ? outcome.faults.map((fault) => fault.sentence) : [];
}

const signIn = { issuer: 'https://id.example', clientId: 'tv' };

describe('settings.json', () => {
  it('settings.json needs no more than issuer and client ID; the rest has defaults', () => {
    expect(check({ name: 'Channel', signIn })).toMatchObject({
      type: 'valid',
      settings: {
        name: 'Channel',
        language: 'auto',
        signIn: {
          provider: 'rfc8628',
          issuer: 'https://id.example',
          clientId: 'tv',
          startAutomatically: false,
          dpop: 'auto',
          allowInsecureHttp: false,
        },
      },
    });
  });

  it('settings.json accepts every setting', () => {
    const full = {
      name: 'Channel',
      language: 'de',
      theme: { accent: '#7aa2ff' },
      keys: { Back: [166] },
      signIn: {
        ...signIn,
        provider: 'github',
        endpoints: { token: 'https://id.example/t', deviceAuthorization: 'https://id.example/d' },
        scope: 'openid',
        parameters: { audience: 'x' },
        relay: 'https://tv.example/relay',
        startAutomatically: true,
        dpop: 'required',
        apiOrigins: ['https://api.example/v1'],
        connectOrigins: ['https://cdn.example:8443/films', 'ID.Example', 'b.example:444'],
      },
      channel: { rows: 3, start: ['news', { id: 7 }] },
    };
    expect(faults(full)).toEqual([]);
    expect(check(full)).toMatchObject({
      settings: {
        signIn: {
          apiOrigins: ['https://api.example'],
          connectOrigins: [
            'https://cdn.example:8443',
            'https://id.example',
            'https://b.example:444',
          ],
        },
        keys: { Back: [166] },
        channel: { rows: 3, start: ['news', { id: 7 }] },
      },
    });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown key',
      { signIn: { ...signIn, isuer: 'x' } },
      /isuer is not a setting\. Did you mean issuer\?/,
    ],
    ['an unknown section', { signin: signIn }, /Did you mean signIn\?/],
    ['no client ID', { signIn: { issuer: 'https://id.example' } }, /clientId is missing/],
    ['an empty client ID', { signIn: { ...signIn, clientId: ' ' } }, /clientId must be a text/],
    ['a number as client ID', { signIn: { ...signIn, clientId: 7 } }, /clientId must be a text/],
    [
      'a quoted flag',
      { signIn: { ...signIn, startAutomatically: 'true' } },
      /true or false, without quotes/,
    ],
    ['a misspelt mode', { signIn: { ...signIn, dpop: 'requierd' } }, /Did you mean "required"\?/],
    ['half an address', { signIn: { ...signIn, issuer: 'id.example' } }, /begins with https/],
    ['plain http', { signIn: { ...signIn, issuer: 'http://id.example.com' } }, /not encrypted/],
    ['a color by name', { signIn, theme: { accent: 'blue' } }, /must look like #7aa2ff/],
    ['a key by name', { signIn, keys: { Back: ['Escape'] } }, /list of key codes/],
    ['a path for a host', { signIn: { ...signIn, connectOrigins: ['/relay'] } }, /connectOrigins/],
    ['any host', { signIn: { ...signIn, connectOrigins: ['*'] } }, /connectOrigins/],
    [
      'any subdomain',
      { signIn: { ...signIn, connectOrigins: ['https://*.example'] } },
      /connectOrigins/,
    ],
    [
      'plain http',
      { signIn: { ...signIn, connectOrigins: ['http://id.example'] } },
      /not encrypted/,
    ],
    [
      'a host by itself',
      { signIn: { ...signIn, apiOrigins: ['id.example'] } },
      /begins with https/,
    ],
    ['a list for a channel', { signIn, channel: [] }, /channel must be an object/],
    ['a list for an object', { signIn: [] }, /must be an object/],
    [
      'a parameter that is no text',
      { signIn: { ...signIn, parameters: { a: 1 } } },
      /must be a text/,
    ],
    ['no section at all', {}, /appSettings\.signIn is missing/],
  ])('a fault in settings.json is named: %s', (_case, appSettings, sentence) => {
    expect(faults(appSettings).join('\n')).toMatch(sentence);
  });

  it('all faults in settings.json are named at once', () => {
    expect(faults({ nam: 'x', signIn: { clientld: 'tv' } })).toHaveLength(3);
  });

  it.each([undefined, null, 7, 'x', [], {}])(
    'settings.json is invalid, without an exception, as %j',
    (json) => {
      expect(checkSettings(json, known).type).toBe('invalid');
    },
  );
});

describe('an address', () => {
  it.each([
    'localhost:4001',
    'LOCALHOST',
    'tv.localhost',
    '127.0.0.1',
    '127.255.0.9:80',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '10.0.0.2',
    '10.255.255.255',
    '192.168.1.7:4001',
    '192.0.2.2',
    '172.16.0.1',
    '172.20.1.9',
    '172.31.255.255',
    '169.254.7.7',
    '[::1]:8080',
    '[0:0:0:0:0:0:0:1]',
    '[fe80::1]',
    '[febf::1]',
    '[fc00::1]',
    '[fdff:1:2::3]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.1.2.3]',
    '[::ffff:10.0.0.3]',
    '[::ffff:172.31.0.1]',
    '[::ffff:192.168.1.1]',
    '[::ffff:169.254.1.1]',
    'tv.local',
    'living-room.tv.local',
    'keycloak:8080',
  ])('plain http is allowed to %s, and only in development', (host) => {
    expect(isAllowedAddress(`http://${host}/`, false)).toBe(false);
    expect(isAllowedAddress(`http://${host}/`, true)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '134744072',
    '0x08080808',
    '9.255.255.255',
    '11.0.0.1',
    '126.0.0.1',
    '128.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.3.2',
    '192.0.2.2.example.com',
    '172.160.0.1',
    '192.167.1.1',
    '192.169.1.1',
    '169.253.0.1',
    // Shared between the customers of a carrier (RFC 6598): not one household's network.
    '100.64.0.1',
    '0.0.0.0',
    '[::]',
    '[2001:db8::1]',
    '[2606:4700:4700::1111]',
    '[::2]',
    '[fe8::1]',
    '[fec0::1]',
    '[fb00::1]',
    '[fe00::1]',
    '[fc::1]',
    '[fd:1::1]',
    '[::ffff:8.8.8.8]',
    '[::ffff:172.32.0.1]',
    '[::ffff:100.64.0.1]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    'id.example.com',
    '10.evil.com',
    '10.0.0.2.example.com',
    '127.0.0.1.nip.io',
    '192.168.1.1.evil.example',
    'localhost.evil.com',
    'localhost-evil.com',
    'evil-localhost.com',
    'notlocalhost.example',
    'evil.xn--local-x',
    'tv.local.evil.com',
    'tv.locally',
    'tvlocal.example',
    'localhost.',
    'com.',
  ])('plain http is not allowed to %s, not even in development', (host) => {
    expect(isAllowedAddress(`http://${host}/`, true)).toBe(false);
  });

  it.each([
    'javascript:alert(1)',
    'https://user:secret@id.example',
    'ftp://localhost',
    '//id.example',
    '',
    'https://*',
    'https://*.example.com',
    "https://id.example;script-src'unsafe-inline'",
    'https://id.example,evil.example',
    'https://id.example&x',
  ])('an address is refused in every case: %s', (address) => {
    expect(isAllowedAddress(address, false)).toBe(false);
    expect(isAllowedAddress(address, true)).toBe(false);
  });

  it('https is allowed to any host', () => {
    for (const host of [
      'id.example',
      '8.8.8.8',
      '[2606:4700:4700::1111]',
      'b\u00fccher.example',
      'a_b.example',
    ])
      expect(isAllowedAddress(`https://${host}`, false)).toBe(true);
  });
});

describe('"did you mean"', () => {
  it('suggests for a misspelled name one that is near and none that is not', () => {
    expect(nearest('clientID', ['clientId', 'scope'])).toBe('clientId');
    expect(nearest('banana', ['clientId', 'scope'])).toBeUndefined();
  });
});
