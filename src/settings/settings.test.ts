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
      },
    };
    expect(faults(full)).toEqual([]);
    expect(check(full)).toMatchObject({
      settings: { signIn: { apiOrigins: ['https://api.example'] }, keys: { Back: [166] } },
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
  it('an address must be https, or plain http to this machine and the local network in development', () => {
    expect(isAllowedAddress('https://id.example', false)).toBe(true);
    for (const host of [
      'localhost:4001',
      '127.0.0.1',
      '192.168.1.7:4001',
      '10.0.0.2',
      '172.20.1.9',
      '[::1]:8080',
      'tv.local',
    ]) {
      expect(isAllowedAddress(`http://${host}/`, false)).toBe(false);
      expect(isAllowedAddress(`http://${host}/`, true)).toBe(true);
    }
    for (const address of [
      'http://id.example.com',
      'http://10.0.0.2.example.com',
      'javascript:alert(1)',
      'https://user:secret@id.example',
      'ftp://localhost',
      '//id.example',
      '',
    ]) {
      expect(isAllowedAddress(address, true)).toBe(false);
    }
  });
});

describe('"did you mean"', () => {
  it('suggests for a misspelled name one that is near and none that is not', () => {
    expect(nearest('clientID', ['clientId', 'scope'])).toBe('clientId');
    expect(nearest('banana', ['clientId', 'scope'])).toBeUndefined();
  });
});
