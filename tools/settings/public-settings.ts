import { assertNever } from '../../src/assert-never.ts';
import { providerFactsOf } from '../../src/oauth/providers/index.ts';
import { remoteKeyNames } from '../../src/platform/keys.ts';
import {
  type Members,
  parameterizedCalls,
  type Setting,
  schema,
} from '../../src/settings/schema.ts';
import { colorNames } from '../../src/ui/theme.ts';
import { nameWithin, secretLook } from './secret-looking.ts';

/** A value that stays out of what everyone can read. */
export interface Withheld {
  /** Path of the key, e.g. `appSettings.signIn.clientSecret`. */
  key: string;
  /** What gives it away, as the rest of a sentence. */
  why: string;
}

/** The part of a settings file that may be written into a page or a package. */
export interface PublicSettings {
  settings: unknown;
  withheld: readonly Withheld[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One projection of one file. */
interface Projection {
  /** Keeps what is for development only. */
  development: boolean;
  /** Keys that are public whatever they look like. */
  declaredPublic: readonly string[];
  provider: string;
  withheld: Withheld[];
}

/** A value without members of its own; an object where none belongs leaves only its form. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (isObject(one) ? {} : plain(one)));
  return isObject(value) ? {} : value;
}

/** @returns the value; undefined, with a note, for one that looks like a secret */
function unlessSecret(
  projection: Projection,
  key: string,
  value: unknown,
  look: { name: string; random: boolean },
): unknown {
  const why = projection.declaredPublic.includes(key)
    ? undefined
    : secretLook(look.name, value, look);
  if (why === undefined) return value;
  projection.withheld.push({ key, why });
  return undefined;
}

/** Takes each member of an object on, by its name and path; a secret may stand in a name's place. */
function eachMember(
  { withheld }: Projection,
  value: Json,
  key: string,
  one: (value: unknown, key: string, name: string) => unknown,
): Json {
  const kept = Object.entries(value).filter(([name]) => {
    const why = secretLook('', name, { random: true });
    if (why !== undefined) withheld.push({ key, why: `has a member whose name ${why}` });
    return why === undefined;
  });
  return Object.fromEntries(
    kept.map(([name, member]) => [name, one(member, `${key}.${name}`, name)]),
  );
}

/** Names that are not known stay, without their values, so that the app can say what is wrong. */
const nameOnly = null;

/** Members with names out of a list. */
const named = (projection: Projection, value: Json, key: string, names: readonly string[]): Json =>
  eachMember(projection, value, key, (one, _key, name) =>
    names.includes(name) ? plain(one) : nameOnly,
  );

/** A value of any form, without what looks like a secret in it. */
function free(projection: Projection, value: unknown, key: string, name: string): unknown {
  if (Array.isArray(value))
    return value.map((one, index) => free(projection, one, `${key}[${index}]`, name));
  if (isObject(value))
    return eachMember(projection, value, key, (one, at, inner) =>
      free(projection, one, at, nameWithin(name, inner)),
    );
  return unlessSecret(projection, key, value, { name, random: false });
}

function parameters(projection: Projection, value: Json, key: string): Json {
  const field = (one: unknown, at: string, name: string) =>
    unlessSecret(projection, at, plain(one), { name, random: true });
  return eachMember(projection, value, key, (one, at, name) => {
    const ofCall = (parameterizedCalls as readonly string[]).includes(name);
    return ofCall && isObject(one) ? eachMember(projection, one, at, field) : field(one, at, name);
  });
}

/** An address as it is read: escapes that are none stay. */
function unescaped(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** An address without what would let everyone call it: passwords and keys. */
function address(projection: Projection, value: unknown, key: string): unknown {
  const given = unlessSecret(projection, key, plain(value), { name: '', random: false });
  if (typeof given !== 'string') return given;
  const whole = unescaped(given);
  for (const part of [whole, ...whole.split(/[/?#&=]/)]) {
    const kept = unlessSecret(projection, key, part, { name: '', random: false });
    if (kept === undefined) return undefined;
  }
  const [, fields = ''] = /[?#](.*)$/s.exec(given) ?? [];
  for (const [name, field] of new URLSearchParams(fields.replace(/[?#]/g, '&'))) {
    const kept = unlessSecret(projection, key, field, { name, random: true });
    if (kept === undefined) return undefined;
  }
  return given;
}

/** Only the origin counts; what is no address stays, so that the app can say what is wrong. */
const originOf = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*https?:/i.test(value) && URL.canParse(value)
    ? new URL(value).origin
    : value;

function providerOptions(projection: Projection, value: Json, key: string): Json {
  const { options = {} } = providerFactsOf(projection.provider);
  return eachMember(projection, value, key, (one, at, name) => {
    const kind = options[name];
    if (kind === undefined) return nameOnly;
    if (kind === 'secret') {
      projection.withheld.push({ key: at, why: 'is a secret' });
      return undefined;
    }
    return kind === 'address'
      ? address(projection, one, at)
      : unlessSecret(projection, at, plain(one), { name: '', random: false });
  });
}

function section(projection: Projection, members: Members, value: Json, key: string): Json {
  return eachMember(projection, value, key, (one, at, name) => {
    const setting = Object.hasOwn(members, name) ? members[name] : undefined;
    return setting === undefined ? nameOnly : projected(projection, setting, one, at);
  });
}

/** @returns what may be public of one setting's value; undefined for nothing */
function projected(projection: Projection, setting: Setting, value: unknown, key: string): unknown {
  if (value === undefined) return undefined;
  switch (setting.type) {
    case 'secret':
      projection.withheld.push({ key, why: 'is a secret' });
      return undefined;
    case 'flag':
      return setting.developmentOnly && !projection.development ? undefined : plain(value);
    case 'text':
    case 'choice':
    case 'known':
      return unlessSecret(projection, key, plain(value), { name: '', random: false });
    case 'address':
    case 'issuer':
    case 'relay':
      return address(projection, value, key);
    case 'origins':
      return Array.isArray(value) ? value.map((one) => originOf(plain(one))) : plain(value);
    case 'parameters':
      return isObject(value) ? parameters(projection, value, key) : plain(value);
    case 'options':
      return isObject(value) ? providerOptions(projection, value, key) : plain(value);
    case 'colors':
      return isObject(value) ? named(projection, value, key, colorNames) : plain(value);
    case 'key-codes':
      return isObject(value) ? named(projection, value, key, remoteKeyNames) : plain(value);
    case 'free':
      return isObject(value) ? free(projection, value, key, '') : plain(value);
    case 'section':
      return isObject(value) ? section(projection, setting.members, value, key) : plain(value);
    default:
      return assertNever(setting);
  }
}

/**
 * What of a settings file may be written into a page or a package, which everyone can read. It is
 * an allow-list, made of the settings' schema: nothing that the schema does not know gets in, no
 * secret, and nothing that looks like one.
 *
 * @param json the parsed content of a settings file, right or wrong
 * @param options.development keeps what is for development only
 * @param options.declaredPublic keys whose values are public although they look like secrets
 */
export function publicSettings(
  json: unknown,
  options: { development?: boolean; declaredPublic?: readonly string[] } = {},
): PublicSettings {
  const appSettings = isObject(json) ? json['appSettings'] : undefined;
  const signIn = isObject(appSettings) ? appSettings['signIn'] : undefined;
  const provider = isObject(signIn) ? signIn['provider'] : undefined;
  const projection: Projection = {
    development: options.development ?? false,
    declaredPublic: options.declaredPublic ?? [],
    provider: typeof provider === 'string' ? provider : 'rfc8628',
    withheld: [],
  };
  return {
    settings: { appSettings: projected(projection, schema, appSettings, 'appSettings') },
    withheld: projection.withheld,
  };
}
