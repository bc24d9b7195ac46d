import { assertNever } from '../assert-never';
import { hasDotSegments, normalAddress, withoutWellKnown } from './address';
import { nearest } from './nearest';
import { type AppSettings, type Members, parameterizedCalls, type Setting, schema } from './schema';

/**
 * What an option of a provider may be: any text, a text that is not for everyone's eyes, a name that
 * may stand in an address, an address, or one of some texts.
 */
export type OptionKind = 'text' | 'secret' | 'name' | 'address' | readonly string[];

/** What the checks need to know of a provider. */
export interface ProviderFacts {
  options?: Readonly<Record<string, OptionKind>>;
  clientId?: 'none';
}

/** What the checks need to know of the rest of the app. */
export interface KnownNames {
  providers: readonly string[];
  /** What a provider's own settings may be; undefined for one without any. */
  providerFacts?(provider: string): ProviderFacts | undefined;
  languages: readonly string[];
  colors: readonly string[];
  keys: readonly string[];
}

/** One thing that is wrong with a settings file. */
export interface SettingsFault {
  /** Path of the key, e.g. `appSettings.signIn.clientId`. */
  key: string;
  /** What is wrong and what to write instead. */
  sentence: string;
}

/** What checking a settings file came to. */
export type SettingsOutcome =
  | { type: 'valid'; settings: AppSettings }
  | { type: 'invalid'; faults: readonly SettingsFault[] };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: unknown, name: string): unknown =>
  isObject(value) ? value[name] : undefined;

/** One check of one file: what is known, and what was found wrong so far. */
interface Check {
  known: KnownNames;
  provider: string;
  providerFacts: ProviderFacts;
  allowInsecureHttp: boolean;
  faults: SettingsFault[];
}

/** Notes a fault. @returns undefined, the value of a setting that is wrong */
function fault({ faults }: Check, key: string, sentence: string): undefined {
  faults.push({ key, sentence: `${key} ${sentence}` });
}

function object(check: Check, value: unknown, key: string): Json {
  if (isObject(value)) return value;
  fault(check, key, 'must be an object in braces.');
  return {};
}

function onlyKnown(check: Check, value: Json, key: string, names: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? `Known here: ${names.join(', ')}.` : `Did you mean ${near}?`;
    fault(check, `${key}.${name}`, `is not a setting. ${hint}`);
  }
}

/** Half of a pair of UTF-16: no form field, address or header can hold it. */
export const halfCharacter =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/;

function text(check: Check, value: unknown, key: string): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') {
    if (!halfCharacter.test(value)) return value.trim();
    return fault(check, key, 'holds half a character, which cannot be sent.');
  }
  return fault(check, key, 'must be a text that is not empty.');
}

function oneOf(check: Check, value: unknown, key: string, values: readonly string[]) {
  if (typeof value === 'string' && values.includes(value)) return value;
  const near = typeof value === 'string' ? nearest(value, values) : undefined;
  return near === undefined
    ? fault(check, key, `must be one of ${values.join(', ')}.`)
    : fault(check, key, `is "${String(value)}". Did you mean "${near}"?`);
}

/** What is wrong with an address that may not be called. */
function addressFault(given: string, allowInsecureHttp: boolean): string {
  if (/^https?:[/\\]*[^/\\?#]*@/i.test(given)) {
    return 'must be an address without a user name or password.';
  }
  if (!/^http:/i.test(given)) {
    if (hasDotSegments(given)) return 'must be an address without “..” in its path.';
    return /^https:/i.test(given)
      ? 'must be an address with a valid host and port after https://.'
      : 'must be a whole address that begins with https://.';
  }
  return allowInsecureHttp
    ? 'is not encrypted: use https. (appSettings.signIn.allowInsecureHttp lets only this machine and the local network go without.)'
    : 'is not encrypted: use https. (For development on this machine or a private network set appSettings.signIn.allowInsecureHttp to true.)';
}

function address(check: Check, value: unknown, key: string): string | undefined {
  const given = text(check, value, key);
  if (given === undefined) return undefined;
  const normal = normalAddress(given, check.allowInsecureHttp);
  if (normal !== undefined) return normal;
  return fault(check, key, addressFault(given, check.allowInsecureHttp));
}

function relay(check: Check, value: unknown, key: string): string | undefined {
  const given = text(check, value, key);
  if (given === undefined) return undefined;
  if (/^[a-z][a-z\d+.-]*:|^\/\/|^\\/i.test(given)) return address(check, given, key);
  return /^[\w./~-]+$/.test(given)
    ? given
    : fault(check, key, 'must be an address or a path such as /relay.');
}

function origins(
  check: Check,
  value: unknown,
  key: string,
  orHosts?: boolean,
): readonly string[] | undefined {
  if (!Array.isArray(value)) return fault(check, key, 'must be a list of addresses in brackets.');
  const allowed: string[] = [];
  for (const one of value as readonly unknown[]) {
    const isHost = orHosts && typeof one === 'string' && /^[^/:]+(:\d+)?$/.test(one.trim());
    const given = address(check, isHost ? `https://${String(one).trim()}` : one, key);
    if (given !== undefined) allowed.push(new URL(given).origin);
  }
  return allowed;
}

/** Checks each member of an object. @returns those that are right */
function each<Value>(
  given: Json,
  key: string,
  one: (value: unknown, key: string, name: string) => Value | undefined,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const name of Object.keys(given)) {
    const value = one(given[name], `${key}.${name}`, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Texts are fields of the device request, objects named after a call those of that call. */
function parameters(check: Check, value: unknown, key: string) {
  const fields = (given: Json, at: string) =>
    each(given, at, (one, where) =>
      typeof one === 'string' ? one : fault(check, where, 'must be a text.'),
    );
  const flat: Record<string, unknown> = { ...object(check, value, key) };
  const ofCalls = parameterizedCalls.map((call) => {
    const given = flat[call];
    if (!isObject(given)) return {};
    delete flat[call];
    return fields(given, `${key}.${call}`);
  });
  const [device, token, refresh, revocation] = ofCalls;
  return { device: { ...fields(flat, key), ...device }, token, refresh, revocation };
}

function pathName(check: Check, value: unknown, key: string): string | undefined {
  const given = text(check, value, key);
  if (given === undefined || /^(?!\.+$)[\w.-]+$/.test(given)) return given;
  return fault(check, key, 'must be made of letters, digits, dots and hyphens.');
}

function options(check: Check, value: unknown, key: string) {
  const kinds = check.providerFacts.options ?? {};
  const names = Object.keys(kinds);
  return each(object(check, value, key), key, (one, at, name) => {
    const kind = kinds[name];
    if (kind === 'text' || kind === 'secret') return text(check, one, at);
    if (kind === 'name') return pathName(check, one, at);
    if (kind === 'address') return address(check, one, at);
    if (kind !== undefined) return oneOf(check, one, at, kind);
    const near = nearest(name, names);
    const known = names.length === 0 ? 'It has none.' : `Known here: ${names.join(', ')}.`;
    const hint = near === undefined ? known : `Did you mean ${near}?`;
    return fault(check, at, `is not an option of ${check.provider}. ${hint}`);
  });
}

function colors(check: Check, value: unknown, key: string) {
  const given = object(check, value, key);
  onlyKnown(check, given, key, check.known.colors);
  return each(given, key, (color, at, name) => {
    if (!check.known.colors.includes(name)) return undefined;
    if (typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color)) return color;
    return fault(check, at, 'must look like #7aa2ff.');
  });
}

function keyCodes(check: Check, value: unknown, key: string) {
  const given = object(check, value, key);
  onlyKnown(check, given, key, check.known.keys);
  return each(given, key, (codes, at, name) => {
    if (!check.known.keys.includes(name)) return undefined;
    const right = Array.isArray(codes) && codes.every((code) => Number.isInteger(code) && code > 0);
    return right ? (codes as readonly number[]) : fault(check, at, 'must be a list of key codes.');
  });
}

/** Whether a setting that must be there may be left out all the same. */
const isDispensable = ({ providerFacts }: Check, key: string) =>
  key === 'appSettings.signIn.clientId' && providerFacts.clientId === 'none';

function section(check: Check, members: Members, value: unknown, key: string): Json {
  const given = object(check, value, key);
  onlyKnown(check, given, key, Object.keys(members));
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const setting = members[name];
    if (setting === undefined) continue;
    const one = checked(check, setting, given[name], `${key}.${name}`);
    if (one !== undefined) values[name] = one;
  }
  return values;
}

/** @returns the value to use; undefined for one that is wrong, or left out and without a default */
function checked(check: Check, setting: Setting, value: unknown, key: string): unknown {
  if (value === undefined) {
    if (setting.required !== undefined && !isDispensable(check, key)) {
      return fault(check, key, `is missing: ${setting.required}`);
    }
    return setting.type === 'section' ? section(check, setting.members, {}, key) : setting.default;
  }
  switch (setting.type) {
    case 'text':
      return text(check, value, key);
    case 'secret':
      // Spaces may be part of it.
      return text(check, value, key) && value;
    case 'flag':
      return typeof value === 'boolean'
        ? value
        : fault(check, key, 'must be true or false, without quotes.');
    case 'choice':
      return oneOf(check, value, key, setting.values);
    case 'known':
      return oneOf(check, value, key, (setting.besides ?? []).concat(check.known[setting.names]));
    case 'address':
      return address(check, value, key);
    case 'issuer': {
      const given = address(check, value, key);
      return given && /\?/.test(given)
        ? fault(check, key, 'must have no query: an issuer has none (RFC 8414 §2).')
        : given && withoutWellKnown(given);
    }
    case 'relay':
      return relay(check, value, key);
    case 'origins':
      return origins(check, value, key, setting.orHosts);
    case 'parameters':
      return parameters(check, value, key);
    case 'options':
      return options(check, value, key);
    case 'colors':
      return colors(check, value, key);
    case 'key-codes':
      return keyCodes(check, value, key);
    case 'free':
      return object(check, value, key);
    case 'section':
      return section(check, setting.members, value, key);
    default:
      return assertNever(setting);
  }
}

/**
 * Checks the content of settings.json.
 *
 * @param json the parsed file
 * @param known names that values may refer to
 * @returns the settings with every default filled in, or everything that is wrong with them
 */
export function checkSettings(json: unknown, known: KnownNames): SettingsOutcome {
  const appSettings = member(json, 'appSettings');
  const signIn = member(appSettings, 'signIn');
  const { provider = 'rfc8628', allowInsecureHttp } = isObject(signIn) ? signIn : {};
  const check: Check = {
    known,
    provider: String(provider),
    providerFacts: known.providerFacts?.(String(provider)) ?? {},
    allowInsecureHttp: allowInsecureHttp === true,
    faults: [],
  };
  object(check, json, 'settings.json');
  const settings = checked(check, schema, appSettings, 'appSettings');
  return check.faults.length === 0
    ? { type: 'valid', settings: settings as AppSettings }
    : { type: 'invalid', faults: check.faults };
}
