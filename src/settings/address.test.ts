import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providerFactsOf, providerNamed, providerNames } from '../oauth/providers/index';
import { isAllowedAddress, normalAddress } from './address';
import { checkSettings } from './settings';

const check = (signIn: unknown) =>
  checkSettings(
    { appSettings: { signIn } },
    {
      providers: providerNames,
      providerFacts: providerFactsOf,
      languages: [],
      colors: [],
      keys: [],
    },
  );

const issuer = (given: string) => {
  const outcome = check({ issuer: given, clientId: 'tv', allowInsecureHttp: true });
  return outcome.type === 'valid' ? outcome.settings.signIn.issuer : outcome.faults[0]?.sentence;
};

describe('an address in the settings', () => {
  it.each([
    ['https://id.example', 'https://id.example'],
    ['https://id.example/', 'https://id.example/'],
    [' https://id.example ', 'https://id.example'],
    ['\thttps://id.example\n', 'https://id.example'],
    ['\uFEFFhttps://id.example\u00A0', 'https://id.example'],
    ['HTTPS://ID.Example/Realms/TV', 'https://id.example/Realms/TV'],
    ['https://id.example:443/x', 'https://id.example/x'],
    ['https://id.example:8443', 'https://id.example:8443'],
    ['http://localhost:4001 ', 'http://localhost:4001'],
    ['http://LOCALHOST:80/', 'http://localhost/'],
    ['https://id.example/realms/a b', 'https://id.example/realms/a%20b'],
    ['https://id.example/a/../b', 'https://id.example/b'],
    ['https:\\\\id.example\\x', 'https://id.example/x'],
    ['https:id.example', 'https://id.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://id.example#top', 'https://id.example'],
    ['https://id.example/x#top', 'https://id.example/x'],
    ['https://id.example./x', 'https://id.example/x'],
    ['https://ID.example.:8443', 'https://id.example:8443'],
    ['https://id.example/../../other', 'https://id.example/other'],
    ['https://id.example/%2e%2e/%2E./other', 'https://id.example/other'],
    ['https://id.example/a/.\\..\\other', 'https://id.example/other'],
    ['https://id.exa\tmple/a\nb', 'https://id.example/ab'],
    ['https://id.example/a%2fb/...', 'https://id.example/a%2fb/...'],
    ['https://id.example/.hidden/..x/%2ey', 'https://id.example/.hidden/..x/%2ey'],
  ])('an address in the settings is taken as it is called: %j', (given, called) => {
    expect(issuer(given)).toBe(called);
  });

  it.each([
    ['https://id.example/.well-known/openid-configuration', 'https://id.example'],
    ['https://id.example/.well-known/oauth-authorization-server', 'https://id.example'],
    [
      'https://id.example/realms/tv/.well-known/openid-configuration ',
      'https://id.example/realms/tv',
    ],
    [
      'https://id.example/.well-known/oauth-authorization-server/realms/tv',
      'https://id.example/realms/tv',
    ],
    [
      'https://id.example/.well-known/openid-configurations',
      'https://id.example/.well-known/openid-configurations',
    ],
  ])('an address of metadata names its issuer: %s', (given, called) => {
    expect(issuer(given)).toBe(called);
  });

  it.each([
    '',
    'id.example',
    '//id.example',
    'https://',
    'https:// ',
    'https://id example',
    'https://id.example:1 1',
    'https://id.example:99999',
    'https://[::1',
    'https://%',
    'https://user@id.example',
    'https://:secret@id.example',
    'https://id.example:0',
    'https://id..example',
    'https://.id.example',
    'https://id.example/..%2f..%2fother',
    'https://id.example/a/%2e%2e%2Fother',
    'https://id.example/..%5cother',
    'https://id.example/%252e%252e/other',
    'https://id.example/a/%252e%252e%252fother',
    'https://id.example/..;/other',
    'https://id.example/a/..%3bx/other',
    'https://id.example/a%2f..',
    'http://id.example',
    'ftp://id.example',
    'javascript:alert(1)',
    'data:text/plain,x',
    'blob:https://id.example/x',
    'https://id.example/?p=B2C_1',
    'https://id.example/.well-known/openid-configuration?p=B2C_1',
  ])('an unusable address is refused in words, never with an exception: %j', (given) => {
    expect(issuer(given)).toMatch(/must be|must have no query|not encrypted/);
  });

  it('a refused address says what is wrong with it', () => {
    expect(issuer('https://user:secret@id.example')).toMatch(/without a user name or password/);
    expect(issuer('https://id.example:99999')).toMatch(/a valid host and port/);
  });

  it('an endpoint in the settings keeps its query (RFC 6749 §3.2)', () => {
    const endpoints = {
      token: ' https://ID.example/token?tenant=a%20b#x ',
      deviceAuthorization: 'https://id.example/pins/{id}?a={b}',
    };
    expect(check({ clientId: 'tv', endpoints })).toMatchObject({
      settings: {
        signIn: {
          endpoints: {
            token: 'https://id.example/token?tenant=a%20b',
            deviceAuthorization: 'https://id.example/pins/{id}?a={b}',
          },
        },
      },
    });
  });

  const odd = fc
    .tuple(
      fc.constantFrom('', ' ', '\n', '\u200B', '\uFEFF', '\u0000'),
      fc.constantFrom('https:', 'HTTPS:', 'http:', 'ftp:', ''),
      fc.constantFrom('//', '/', '\\\\', '///', ''),
      fc.oneof(
        fc.domain(),
        fc.ipV4(),
        fc.ipV6().map((ip) => `[${ip}]`),
        fc.string({ maxLength: 8 }),
        fc.constantFrom('localhost', 'ID.Example', 'bücher.example', 'a..b', 'x.', '%41.example'),
      ),
      fc.oneof(fc.constantFrom('', ':', ':443', ':80', ':0', ':99999', ': 1', ':a'), fc.string()),
      fc.oneof(
        fc.webPath(),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('', '/', '//', '/{id}', '/a b', '?', '?q', '#', '/.well-known/x'),
      ),
      fc.constantFrom('', ' ', '\t', '\r\n'),
    )
    .map((parts) => parts.join(''));

  it('an address that is allowed can be called, and normalized again', () => {
    fc.assert(
      fc.property(odd, fc.boolean(), (given, insecure) => {
        const normal = normalAddress(given, insecure);
        expect(isAllowedAddress(given, insecure)).toBe(normal !== undefined);
        if (normal === undefined) return;
        expect(normalAddress(normal, insecure)).toBe(normal);
        expect(new URL(normal).origin).toBe(new URL(given.trim()).origin.replace(/\.(?=:|$)/, ''));
        expect(normal).toMatch(/^https?:\/\/[^/?#\s]+([/?][^#\s]*)?$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('an issuer leads to endpoints that can be called, with every provider', () => {
    fc.assert(
      fc.property(odd, fc.constantFrom(...providerNames), odd, (address, provider, option) => {
        const kinds = Object.entries(providerFactsOf(provider).options ?? {});
        const providerOptions = Object.fromEntries(
          kinds.map(([name, kind]) => [name, typeof kind === 'string' ? option : kind[0]]),
        );
        const signIn = { issuer: address, clientId: 'tv', provider, providerOptions };
        for (const part of [signIn, { ...signIn, issuer: undefined }]) {
          const outcome = check(JSON.parse(JSON.stringify(part)));
          if (outcome.type === 'invalid') continue;
          const { settings } = outcome;
          const called = [
            ...Object.values(providerNamed(provider).endpoints?.(settings.signIn) ?? {}),
            ...(providerNamed(provider).otherCalls?.(settings.signIn) ?? []).map(({ url }) => url),
          ];
          // Without an issuer, providers of one's own servers have no addresses.
          for (const url of called.filter((one) => part.issuer !== undefined || /^http/.test(one)))
            expect(() => new URL(url)).not.toThrow();
        }
      }),
      { numRuns: 3000 },
    );
  });
});
