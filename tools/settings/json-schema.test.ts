import { describe, expect, it } from 'vitest';
import { languages } from '../../src/i18n/index.ts';
import { providerFactsOf, providerNames } from '../../src/oauth/providers/index.ts';
import { remoteKeyNames } from '../../src/platform/keys.ts';
import { checkSettings } from '../../src/settings/settings.ts';
import { colorNames } from '../../src/ui/theme.ts';
import { readSettings } from '../build/build.ts';
import { type JsonSchema, settingsJsonSchema } from './json-schema.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

const typeOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
};

/** What each keyword of JSON schema (draft-07) that is in use demands; true when it is kept. */
const keywords: Readonly<
  Record<string, (demand: unknown, value: unknown, schema: JsonSchema) => boolean>
> = {
  type: (demand, value) => typeOf(value).includes(String(demand)),
  enum: (demand, value) => (demand as unknown[]).includes(value),
  const: (demand, value) => demand === value,
  pattern: (demand, value) => new RegExp(String(demand)).test(String(value)),
  minimum: (demand, value) => Number(value) >= Number(demand),
  items: (demand, value) => (value as unknown[]).every((one) => fits(demand as JsonSchema, one)),
  required: (demand, value) => (demand as string[]).every((name) => name in Object(value)),
  properties: (demand, value) =>
    Object.entries(demand as Schemas).every(
      ([name, schema]) => !(name in Object(value)) || fits(schema, Object(value)[name]),
    ),
  additionalProperties: (demand, value, { properties = {} }) =>
    Object.entries(Object(value)).every(
      ([name, one]) =>
        name in (properties as object) || (demand !== false && fits(demand as JsonSchema, one)),
    ),
  anyOf: (demand, value) => (demand as JsonSchema[]).some((schema) => fits(schema, value)),
  allOf: (demand, value) => (demand as JsonSchema[]).every((schema) => fits(schema, value)),
  if: (demand, value, schema) =>
    !fits(demand as JsonSchema, value) || fits(schema['then'] as JsonSchema, value),
};

const annotations = ['$schema', 'title', 'description', 'default', 'then'];

function fits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, demand]) => {
    if (annotations.includes(keyword)) return true;
    const keeps = keywords[keyword];
    if (keeps === undefined) throw new Error(`The test does not know the keyword ${keyword}.`);
    return keeps(demand, value, schema);
  });
}

const isValid = (json: unknown) =>
  checkSettings(json, {
    providers: providerNames,
    providerFacts: providerFactsOf,
    languages,
    colors: colorNames,
    keys: remoteKeyNames,
  }).type === 'valid';

const withSignIn = (signIn: unknown) => ({ appSettings: { signIn } });
const server = { issuer: 'https://id.example', clientId: 'tv' };

describe('the JSON schema of settings.json and the check of the app', () => {
  const schema = settingsJsonSchema();

  it.each<[string, unknown]>([
    ['the settings.json of this repository', readSettings('settings.json')],
    ['an issuer and a client ID', withSignIn(server)],
    ['a provider that needs no client ID', withSignIn({ provider: 'plex' })],
    [
      'options of a provider',
      withSignIn({ provider: 'entra-v2', clientId: 'c', providerOptions: { tenant: 't' } }),
    ],
    [
      'parameters of the device request and of other calls',
      withSignIn({ ...server, parameters: { audience: 'a', token: { resource: 'r' } } }),
    ],
    [
      'everything beside signIn',
      {
        appSettings: {
          name: 'T',
          language: 'de',
          theme: { accent: '#7aa2ff' },
          keys: { Back: [461] },
          signIn: server,
        },
      },
    ],
  ])('the JSON schema and the app’s check both accept %s', (_name, json) => {
    expect(fits(schema, json)).toBe(true);
    expect(isValid(json)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no appSettings', {}],
    ['no signIn', { appSettings: { name: 'T' } }],
    ['no client ID', withSignIn({ issuer: 'https://id.example' })],
    ['an unknown key', withSignIn({ ...server, isuer: 'x' })],
    ['an unknown provider', withSignIn({ ...server, provider: 'gogle' })],
    ['an empty client ID', withSignIn({ ...server, clientId: ' ' })],
    ['half an address', withSignIn({ ...server, issuer: 'id.example' })],
    ['a quoted flag', withSignIn({ ...server, startAutomatically: 'true' })],
    ['a misspelt mode', withSignIn({ ...server, dpop: 'requierd' })],
    ['an unknown endpoint', withSignIn({ ...server, endpoints: { tokn: 'https://id.example/' } })],
    [
      'a parameter of a call that is no text',
      withSignIn({ ...server, parameters: { token: { a: 1 } } }),
    ],
    ['an unknown way to authenticate', withSignIn({ ...server, clientAuthentication: 'basic' })],
    ['a parameter that is no text', withSignIn({ ...server, parameters: { a: 1 } })],
    ['origins that are no list', withSignIn({ ...server, apiOrigins: 'https://api.example' })],
    ['an option of another provider', withSignIn({ ...server, providerOptions: { tenant: 't' } })],
    [
      'an option with a wrong value',
      withSignIn({ ...server, provider: 'veeam-vb365', providerOptions: { version: 'v9' } }),
    ],
    ['a color by name', { appSettings: { signIn: server, theme: { accent: 'blue' } } }],
    ['an unknown language', { appSettings: { signIn: server, language: 'xx' } }],
    ['a key by name', { appSettings: { signIn: server, keys: { Back: ['Escape'] } } }],
  ])('the JSON schema and the app’s check both refuse %s', (_name, json) => {
    expect(fits(schema, json)).toBe(false);
    expect(isValid(json)).toBe(false);
  });

  it('the JSON schema describes every setting', () => {
    const described = (one: JsonSchema): unknown[] =>
      Object.values((one['properties'] ?? {}) as Schemas).map((each) => each['description']);
    const { appSettings } = schema['properties'] as Schemas;
    const { signIn } = (appSettings?.['properties'] ?? {}) as Schemas;
    for (const one of [...described(appSettings ?? {}), ...described(signIn ?? {})]) {
      expect(one).toMatch(/\w.*\.$/);
    }
  });
});
