import { describe, expect, it } from 'vitest';
import { providerNames } from '../../src/oauth/providers/index.ts';
import { recordingNamed, recordingNames } from '../../src/oauth/testing/recording.ts';
import { checkSettings } from '../../src/settings/settings.ts';
import { settingsFor } from '../dev-server/stand-ins/settings-for.ts';
import { knownNames } from './known-names.ts';
import { publicSettings } from './public-settings.ts';
import { publishableSettings } from './publishable-settings.ts';

const hidden = 'hidden-9f3a';

const withSignIn = (signIn: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) => ({
  appSettings: { signIn: { issuer: 'https://id.example', clientId: 'tv', ...signIn }, ...rest },
});

const relayed = { relay: 'https://relay.example/r' };

/** A private key, as people paste it. */
const pem = ['-----BEGIN', 'RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'].join(' ');
const jwt = [
  'eyJhbGciOiJIUzI1NiJ9',
  'eyJzdWIiOiIxMjM0NTY3ODkwIn0',
  'c2lnbmF0dXJlLXNpZ25hdHVyZQ',
].join('.');
const random = 'q8Zt3LxV9wPc2RbN7yKd5HfJ1mGs6TaE';

describe('what is public of a settings file', () => {
  it('nothing that the schema does not know becomes public, nor any secret', () => {
    const json = {
      $schema: './settings.schema.json',
      internal: { note: hidden, clientSecret: hidden },
      platformSettings: { esEnv: 'es5', key: hidden },
      appSettings: {
        name: 'Channel',
        analytics: hidden,
        deep: { deeper: hidden },
        theme: { accent: '#7aa2ff', acent: hidden },
        keys: { Back: [166], Bak: hidden },
        channel: { rows: 3, login: { password: hidden }, list: [{ apiKey: hidden, id: 'a' }] },
        signIn: {
          clientId: 'tv',
          clientSecret: hidden,
          isuer: hidden,
          endpoints: { tokn: hidden, token: 'https://id.example/t' },
          parameters: {
            audience: 'films',
            client_secret: hidden,
            token: { client_assertion: hidden },
          },
          providerOptions: { pkce: 'S256', sessionToken: hidden },
          scope: { text: hidden },
          apiOrigins: [{ hidden }],
          allowInsecureHttp: true,
        },
      },
    };
    const { settings, withheld } = publicSettings(json);
    expect(JSON.stringify(settings)).not.toContain(hidden);
    expect(JSON.parse(JSON.stringify(settings))).toEqual({
      appSettings: {
        name: 'Channel',
        analytics: null,
        deep: null,
        theme: { accent: '#7aa2ff', acent: null },
        keys: { Back: [166], Bak: null },
        channel: { rows: 3, login: {}, list: [{ id: 'a' }] },
        signIn: {
          clientId: 'tv',
          isuer: null,
          endpoints: { tokn: null, token: 'https://id.example/t' },
          parameters: { audience: 'films', token: {} },
          providerOptions: { pkce: 'S256', sessionToken: null },
          scope: {},
          apiOrigins: [{}],
        },
      },
    });
    expect(withheld.map(({ key }) => key).sort()).toEqual([
      'appSettings.channel.list[0].apiKey',
      'appSettings.channel.login.password',
      'appSettings.signIn.clientSecret',
      'appSettings.signIn.parameters.client_secret',
      'appSettings.signIn.parameters.token.client_assertion',
    ]);
  });

  it('a secret in the place of a name becomes public nowhere', () => {
    const secret = ['GOC', 'SPX-0123456789abcdef'].join('');
    const members = { [secret]: 1 };
    const json = {
      appSettings: {
        ...members,
        theme: members,
        keys: members,
        channel: { rows: [members] },
        signIn: { ...members, providerOptions: members, endpoints: members, parameters: members },
      },
    };
    const { settings, withheld } = publicSettings(json, { development: true });
    expect(JSON.stringify(settings)).not.toContain(secret);
    expect(withheld).toHaveLength(8);
  });

  it('the app finds the same faults in what is public as in the whole file', () => {
    const wrong = {
      appSettings: {
        nam: 'x',
        theme: { accent: 'blue', acent: '#000000' },
        keys: { Bak: [1] },
        channel: [],
        signIn: {
          isuer: 'x',
          clientId: 7,
          scope: {},
          endpoints: [],
          parameters: { a: 1 },
          apiOrigins: {},
        },
      },
    };
    const faultsOf = (json: unknown) => {
      const outcome = checkSettings(json, knownNames);
      return outcome.type === 'invalid' ? outcome.faults : [];
    };
    expect(faultsOf(publicSettings(wrong).settings)).toEqual(faultsOf(wrong));
    expect(faultsOf(wrong).length).toBeGreaterThan(8);
  });

  it.each([undefined, null, 7, 'x', [], {}, { appSettings: 7 }, { appSettings: { signIn: [] } }])(
    'what is public of no settings is no settings: %j',
    (json) => {
      const outcome = checkSettings(publicSettings(json).settings, knownNames);
      expect(outcome.type).toBe('invalid');
    },
  );

  it('plain http is public in development only', () => {
    const json = withSignIn({ allowInsecureHttp: true });
    expect(JSON.stringify(publicSettings(json).settings)).not.toContain('allowInsecureHttp');
    expect(JSON.stringify(publicSettings(json, { development: true }).settings)).toContain(
      '"allowInsecureHttp":true',
    );
  });

  it.each(recordingNames)('the stand-in of %s gets all that its TV needs', (name) => {
    const signIn = JSON.parse(
      JSON.stringify(settingsFor(recordingNamed(name), 'http://localhost:1')),
    );
    const { settings, withheld } = publicSettings(
      { appSettings: { signIn } },
      { development: true },
    );
    expect(withheld).toEqual([]);
    expect(JSON.parse(JSON.stringify(settings))).toEqual({ appSettings: { signIn } });
  });
});

describe('the check before publishing', () => {
  it.each<[string, Record<string, unknown>]>([
    ['clientSecret', { clientSecret: hidden }],
    ['parameters.client_secret', { parameters: { client_secret: hidden } }],
    ['parameters.clientSecret', { parameters: { clientSecret: hidden } }],
    ['parameters.password', { parameters: { password: hidden } }],
    ['parameters.shared_key', { parameters: { shared_key: hidden } }],
    ['parameters.claims', { parameters: { claims: '{"db_password": "hidden-9f3a"}' } }],
    ['parameters.api_key', { parameters: { api_key: hidden } }],
    ['parameters.x-api-key', { parameters: { 'x-api-key': hidden } }],
    ['parameters.private_jwk', { parameters: { private_jwk: hidden } }],
    ['parameters.access_token', { parameters: { access_token: hidden } }],
    ['parameters.token.client_assertion', { parameters: { token: { client_assertion: hidden } } }],
    ['parameters.refresh.app_secret', { parameters: { refresh: { app_secret: hidden } } }],
    ['parameters.software_statement', { parameters: { software_statement: jwt } }],
    ['parameters.blob', { parameters: { blob: random } }],
    ['parameters.blob', { parameters: { blob: pem } }],
    [
      'parameters.jwk',
      { parameters: { jwk: '{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}' } },
    ],
    [
      'parameters.hash',
      { parameters: { hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' } },
    ],
    ['scope', { scope: jwt }],
    ['endpoints.token', { endpoints: { token: `https://id.example/t?client_secret=${hidden}` } }],
    ['endpoints.userinfo', { endpoints: { userinfo: `https://id.example/u?a=b&key=${random}` } }],
    ['relay', { relay: `https://relay.example/r?code=${random}` }],
    ['relay', { relay: `https://relay.example/r#apiKey=${hidden}` }],
    [
      'providerOptions.sessionToken',
      { provider: 'veeam-vb365', providerOptions: { sessionToken: hidden } },
    ],
  ])('a secret is refused in words that name it and the relay: %s', (key, signIn) => {
    const publish = () => publishableSettings(withSignIn(signIn));
    expect(publish).toThrow(`appSettings.signIn.${key} `);
    expect(publish).toThrow(/everyone could read it.*appSettings\.signIn\.relay/s);
    const [value = ''] = JSON.stringify(signIn).match(/hidden-9f3a/) ?? [];
    if (value !== '') expect(publish).not.toThrow(value);
  });

  it.each([
    [{ password: 'x' }, 'appSettings.channel.password'],
    [{ drm: { licenseToken: 'x' } }, 'appSettings.channel.drm.licenseToken'],
    [{ keys: [{ value: pem }] }, 'appSettings.channel.keys[0].value'],
    [{ cms: { url: 'https://user:pass@cms.example/' } }, 'appSettings.channel.cms.url'],
    [{ pin: 1, secretNumber: 42 }, 'appSettings.channel.secretNumber'],
    [{ secrets: { cms: 'x' } }, 'appSettings.channel.secrets.cms'],
    [{ credentials: [{ user: 'u', pass: 'p' }] }, 'appSettings.channel.credentials[0].user'],
    [{ tokens: ['x'] }, 'appSettings.channel.tokens[0]'],
    [{ ads: { signingKey: 'x' } }, 'appSettings.channel.ads.signingKey'],
    [{ raw: '{"client_secret": "x"}' }, 'appSettings.channel.raw'],
  ])('a secret of the channel is refused: %j', (channel, key) => {
    expect(() => publishableSettings(withSignIn({}, { channel }))).toThrow(key);
  });

  /** Secrets as services hand them out, put together here so that no scanner takes them for real. */
  const ofServices = [
    ['github', '_pat_11ABCDEFG0abcdefghijkl'],
    ['glp', 'at-abcdEFGH1234567890xy'],
    ['sk', '_test_abcdefghij1234'],
    ['sk', '-proj-abcdefghijklmnopqrst'],
    ['ya', '29.a0AfH6SMBabcdefghijk'],
    ['AS', 'IAIOSFODNN7EXAMPLE'],
    ['S', 'G.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuv'],
    ['-----BEGIN PGP', ' PRIVATE KEY BLOCK-----'],
    ['Bear', 'er abcdefghijkl'],
    ['Server=db;Pass', 'word=hunter2;'],
  ].map((parts) => parts.join(''));
  const places: Readonly<Record<string, (value: string) => unknown>> = {
    'the name': (name) => withSignIn({}, { name }),
    'the scope': (scope) => withSignIn({ scope }),
    'a list of the channel': (value) => withSignIn({}, { channel: { rows: [[value]] } }),
    'the name of a member of the channel': (value) =>
      withSignIn({}, { channel: { rows: { [value]: 1 } } }),
    'the name of a parameter': (value) => withSignIn({ parameters: { token: { [value]: '1' } } }),
    "the relay's path": (value) =>
      withSignIn({ relay: `https://relay.example/${encodeURIComponent(value)}` }),
  };
  it.each(Object.keys(places))('secrets as services hand them out are refused in %s', (place) => {
    for (const value of ofServices) {
      expect(() => publishableSettings(places[place]?.(value)), value).toThrow(
        'appSettings.signIn.relay',
      );
    }
  });

  it.each([
    'writeKey',
    'hmac',
    'passcode',
    'adminPass',
    'bearer',
    'Authorization',
    'jwt',
    'dsn',
    'connectionString',
    'subscription-key',
    'pin',
  ])('what is called %s is refused, however short it is', (name) => {
    const inChannel = withSignIn({}, { channel: { rows: [{ [name]: 'hunter2' }] } });
    expect(() => publishableSettings(inChannel)).toThrow('has the name of a secret');
    expect(() => publishableSettings(withSignIn({ parameters: { [name]: 'hunter2' } }))).toThrow(
      'has the name of a secret',
    );
  });

  it.each(['drmKey', 'salt', 'seed', 'signature', 'd', 'k', 'hook'])(
    'what is called %s is refused where it is long and random',
    (name) => {
      const channelWith = (value: string) => withSignIn({}, { channel: { [name]: value } });
      expect(() => publishableSettings(channelWith(random))).toThrow('looks like a random key');
      expect(JSON.stringify(publishableSettings(channelWith('up and down')).json)).toContain(name);
    },
  );

  it('settings of the channel that only speak of secrets are published', () => {
    const channel = {
      tokenService: { path: '/v1', url: 'https://t.example', timeoutSeconds: 5 },
      tokenUrl: 'https://t.example',
      passwordRequired: true,
      privacyUrl: 'https://example.com/privacy',
      keyboard: 'de',
      rows: [{ id: 1, title: 'News' }],
      build: '9f86d081884c7d659a2feaa0c55ad015',
    };
    const json = withSignIn({}, { channel });
    expect(publishableSettings(json).json).toEqual(json);
  });

  it.each<Record<string, unknown>>([
    { clientId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    { clientId: '00000003-0000-0000-c000-000000000000' },
    { clientId: 'amzn1.application-oa2-client.4f86d081884c7d659a2feaa0c55ad015' },
    { parameters: { resource: '00000003-0000-0000-c000-000000000000' } },
    { parameters: { audience: 'https://api.example.com/films/v1' } },
    { parameters: { response_type: 'device_code', requested_token_type: 'urn:x:access_token' } },
    {
      parameters: {
        scope_data: '{"profile":{"productInstanceAttributes":{"deviceSerialNumber":"1"}}}',
      },
    },
    { parameters: { tenant_id: '9f86d081884c7d659a2feaa0c55ad015' } },
    { parameters: { connection: 'username-password-authentication-2024' } },
    { provider: 'facebook', providerOptions: { clientToken: '9f86d081884c7d659a2feaa0c55ad015' } },
    { provider: 'real-debrid', clientId: 'X245A4XAIBGVM' },
    { provider: 'plex', clientId: undefined },
    { providerOptions: { pkce: 'S256' } },
    { endpoints: { token: 'https://id.example/t?api-version=2024-05-01&tenant_id=films' } },
  ])('what only looks like a secret is published: %j', (signIn) => {
    const json = JSON.parse(JSON.stringify(withSignIn(signIn)));
    expect(publishableSettings(json).json).toEqual(json);
  });

  it('of an address whose origin counts nothing else is public', () => {
    const apiOrigins = [`https://api.example/v1?token=${hidden}`, 'https://b.example:8443/'];
    const connectOrigins = [`https://cdn.example/${random}`, 'c.example'];
    const { json } = publishableSettings(withSignIn({ apiOrigins, connectOrigins }));
    expect(json).toMatchObject({
      appSettings: {
        signIn: {
          apiOrigins: ['https://api.example', 'https://b.example:8443'],
          connectOrigins: ['https://cdn.example', 'c.example'],
        },
      },
    });
  });

  it('what is declared public is published', () => {
    const json = withSignIn({ parameters: { api_key: 'for-everyone' } });
    const key = 'appSettings.signIn.parameters.api_key';
    expect(() => publishableSettings(json)).toThrow(`--public ${key}`);
    expect(publishableSettings(json, { declaredPublic: [key] }).json).toEqual(json);
    const secret = withSignIn({ clientSecret: hidden });
    const declaredPublic = ['appSettings.signIn.clientSecret'];
    expect(() => publishableSettings(secret, { declaredPublic })).toThrow(
      /clientSecret is a secret/,
    );
  });

  it('the client secret of a relay stays behind', () => {
    const { json } = publishableSettings(withSignIn({ ...relayed, clientSecret: hidden }));
    expect(JSON.stringify(json)).not.toContain(hidden);
    expect(JSON.stringify(json)).not.toContain('clientSecret');
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ allowInsecureHttp: true }, /allowInsecureHttp is for development/],
    [{ allowInsecureHttp: true, issuer: 'http://192.168.1.5:4001' }, /issuer is not encrypted/],
    [
      { allowInsecureHttp: true, apiOrigins: ['http://tv.local'] },
      /apiOrigins\[0\] is not encrypted/,
    ],
    [{ allowInsecureHttp: true, issuer: 'http://8.8.8.8' }, /is not encrypted/],
    [{ issuer: 'http://localhost:4001' }, /is not encrypted/],
  ])('plain http beyond this machine is refused outside development: %j', (signIn, sentence) => {
    expect(() => publishableSettings(withSignIn(signIn))).toThrow(sentence);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ issuer: 'http://localhost:4001' }, /the TV itself to a TV/],
    [{ issuer: 'http://127.0.0.1:4001' }, /the TV itself to a TV/],
    [{ issuer: 'http://[::1]:4001' }, /the TV itself to a TV/],
  ])('a server on this machine makes it development, with a warning: %j', (signIn, warning) => {
    const published = publishableSettings(withSignIn({ ...signIn, allowInsecureHttp: true }));
    expect(published.development).toBe(true);
    expect(published.warnings.join('\n')).toMatch(warning);
    expect(JSON.stringify(published.json)).toContain('"allowInsecureHttp":true');
  });

  it('the local network is allowed where development is asked for', () => {
    const signIn = { issuer: 'http://192.168.1.5:4001', allowInsecureHttp: true };
    const published = publishableSettings(withSignIn(signIn), { development: true });
    expect(published.warnings.join('\n')).toMatch(/not encrypted/);
  });

  it('settings that the app would refuse are refused with what was meant', () => {
    expect(() => publishableSettings(withSignIn({ clientID: 'tv' }))).toThrow(
      /Did you mean clientId\?/,
    );
  });

  it('settings for viewers have no warnings, with every provider', () => {
    for (const provider of providerNames) {
      const signIn = provider === 'plex' ? { provider, clientId: undefined } : { provider };
      const json = JSON.parse(JSON.stringify(withSignIn(signIn)));
      expect(publishableSettings(json).warnings, provider).toEqual([]);
    }
  });
});
