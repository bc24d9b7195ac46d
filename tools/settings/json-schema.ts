import { assertNever } from '../../src/assert-never.ts';
import { languages } from '../../src/i18n/index.ts';
import { providerFactsOf, providerNames } from '../../src/oauth/providers/index.ts';
import { remoteKeyNames } from '../../src/platform/keys.ts';
import { parameterizedCalls, type Setting } from '../../src/settings/schema.ts';
import type { OptionKind } from '../../src/settings/settings.ts';
import { colorNames } from '../../src/ui/theme.ts';
import { type DocumentedSetting, sections } from './documented.ts';

/** A JSON schema, as far as it is needed here (draft-07, which editors know). */
export type JsonSchema = Readonly<Record<string, unknown>>;

const text = { type: 'string', pattern: '\\S' };
const address = { type: 'string', pattern: '^\\s*https?://\\S' };
const key = { type: 'integer', minimum: 1 };

const fields = { type: 'object', additionalProperties: { type: 'string' } };

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
});

const byName = (names: readonly string[], value: JsonSchema): JsonSchema =>
  object(Object.fromEntries(names.map((name) => [name, value])));

function valueSchema(setting: Setting, members: JsonSchema): JsonSchema {
  switch (setting.type) {
    case 'text':
    case 'secret':
    case 'relay':
      return text;
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { enum: setting.values };
    case 'known': {
      const names = { providers: providerNames, languages }[setting.names];
      return { enum: [...(setting.besides ?? []), ...names] };
    }
    case 'address':
    case 'issuer':
      return address;
    case 'origins':
      return { type: 'array', items: setting.orHosts ? text : address };
    case 'parameters':
      return {
        ...fields,
        properties: Object.fromEntries(
          parameterizedCalls.map((call) => [call, { anyOf: [{ type: 'string' }, fields] }]),
        ),
      };
    case 'options':
    case 'free':
      return { type: 'object' };
    case 'colors':
      return byName(colorNames, { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' });
    case 'key-codes':
      return byName(remoteKeyNames, { type: 'array', items: key });
    case 'section':
      return members;
    default:
      return assertNever(setting);
  }
}

const optionSchema = (kind: OptionKind): JsonSchema => {
  if (typeof kind !== 'string') return { enum: kind };
  if (kind === 'name') return { type: 'string', pattern: '^\\s*[\\w.-]+\\s*$' };
  return kind === 'address' ? address : text;
};

/** What a provider takes beyond the settings that all have. */
function providerRule(name: string): JsonSchema {
  const { options = {}, clientId } = providerFactsOf(name);
  const kinds = Object.entries(options).map(([option, kind]) => [option, optionSchema(kind)]);
  const condition = {
    properties: { provider: { const: name } },
    // Settings without a provider mean plain RFC 8628.
    ...(name === 'rfc8628' ? {} : { required: ['provider'] }),
  };
  const rule = {
    properties: { providerOptions: object(Object.fromEntries(kinds)) },
    ...(clientId === 'none' ? {} : { required: ['clientId'] }),
  };
  return Object.fromEntries([
    ['if', condition],
    ['then', rule],
  ]);
}

function sectionSchema(
  section: ReadonlyMap<string, DocumentedSetting>,
  nested: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const properties = [...section].map(([name, { setting, meaning }]): [string, JsonSchema] => [
    name,
    {
      description: meaning,
      ...valueSchema(setting, nested[name] ?? {}),
      default: setting.required ? undefined : setting.default,
    },
  ]);
  return object(Object.fromEntries(properties));
}

/** The JSON schema of settings.json, for editors. */
export function settingsJsonSchema(): JsonSchema {
  const endpoints = sectionSchema(sections.endpoints, {});
  const signIn = {
    ...sectionSchema(sections.signIn, { endpoints }),
    allOf: providerNames.map(providerRule),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of TV Sign-In',
    type: 'object',
    required: ['appSettings'],
    properties: {
      appSettings: { ...sectionSchema(sections.appSettings, { signIn }), required: ['signIn'] },
    },
  };
}
