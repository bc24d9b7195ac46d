/** Endpoints that override what the issuer's metadata says. */
export interface EndpointSettings {
  deviceAuthorization?: string;
  token?: string;
  revocation?: string;
  userinfo?: string;
}

/** What an option of a provider may be: any text, an address, or one of some texts. */
export type OptionKind = 'text' | 'address' | readonly string[];

/** What the checks need to know of a provider. */
export interface ProviderFacts {
  options?: Readonly<Record<string, OptionKind>>;
  clientId?: 'none';
}

export type DpopMode = 'auto' | 'required' | 'off';

/** `appSettings.signIn` of settings.json, checked. */
export interface SignInSettings {
  /** Name of the dialect the server speaks: a file in `oauth/providers/`. */
  provider: string;
  /** Base address of the authorization server; everything else is read from its metadata. */
  issuer?: string;
  endpoints: EndpointSettings;
  clientId: string;
  /** Readable by anyone who opens the package: keep it in the relay instead. */
  clientSecret?: string;
  scope?: string;
  /** Further form fields of the device authorization request. */
  parameters: Readonly<Record<string, string>>;
  /** What the provider wants to know beyond form fields; each one names its own. */
  providerOptions: Readonly<Record<string, string>>;
  /**
   * Address of a relay, for servers that refuse browser calls: whole, or a path relative to the
   * app's page.
   */
  relay?: string;
  /** Requests a code as soon as the app starts: for kiosks. */
  startAutomatically: boolean;
  dpop: DpopMode;
  /** Allows plain http to this machine and private networks: for development. */
  allowInsecureHttp: boolean;
  /** Origins that `session.api` may send the access token to. */
  apiOrigins: readonly string[];
}

export interface AppSettings {
  /** The channel's name, shown on every screen. */
  name: string;
  signIn: SignInSettings;
  /** A language of `i18n/`, or `auto` for the TV's own. */
  language: string;
  /** Colours as `#rrggbb`, by their names in `ui/theme.ts`. */
  theme: Readonly<Record<string, string>>;
  /** More key codes for a named key, e.g. `{"Back": [166]}`. */
  keys: Readonly<Record<string, readonly number[]>>;
}

/** One thing that is wrong with a settings file. */
export interface SettingsFault {
  /** Path of the key, e.g. `appSettings.signIn.clientId`. */
  key: string;
  /** What is wrong and what to write instead. */
  sentence: string;
}

export type SettingsOutcome =
  | { type: 'valid'; settings: AppSettings }
  | { type: 'invalid'; faults: readonly SettingsFault[] };

/** What the checks need to know of the rest of the app. */
export interface KnownNames {
  providers: readonly string[];
  /** What a provider's own settings may be; undefined for one without any. */
  providerFacts?(provider: string): ProviderFacts | undefined;
  languages: readonly string[];
  colors: readonly string[];
  keys: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Levenshtein distance, for "did you mean". */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let column = 1; column <= other.length; column++) {
      const same = one[line - 1] === other[column - 1] ? 0 : 1;
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + same,
        ),
      );
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/**
 * The known name nearest to a misspelt one.
 * @returns undefined when none is near
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away < bestDistance) {
      best = candidate;
      bestDistance = away;
    }
  }
  return best;
}

/**
 * This machine, names of a local network, and bare addresses. Networks of offices and campuses have
 * public ones, so these are not told apart; no service for the public has only an address.
 */
const developmentHost = /^(localhost|[^.:]+|.+\.local|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])$/i;

/**
 * Whether an address may be called: https always, plain http only to this machine and the local
 * network and only in development (RFC 8628 §3.1 demands TLS).
 */
export function isAllowedAddress(address: string, allowInsecureHttp: boolean): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && allowInsecureHttp && developmentHost.test(url.hostname);
}

const signInKeys = [
  'provider',
  'issuer',
  'endpoints',
  'clientId',
  'clientSecret',
  'scope',
  'parameters',
  'providerOptions',
  'relay',
  'startAutomatically',
  'dpop',
  'allowInsecureHttp',
  'apiOrigins',
];
const endpointKeys = ['deviceAuthorization', 'token', 'revocation', 'userinfo'];
const appKeys = ['name', 'signIn', 'language', 'theme', 'keys'];
const dpopModes: readonly DpopMode[] = ['auto', 'required', 'off'];

/**
 * Checks the content of settings.json.
 *
 * @param json the parsed file
 * @param known names that values may refer to
 * @returns the settings with every default filled in, or everything that is wrong with them
 */
export function checkSettings(json: unknown, known: KnownNames): SettingsOutcome {
  const faults: SettingsFault[] = [];
  const fault = (key: string, sentence: string) => {
    faults.push({ key, sentence });
  };
  const object = (value: unknown, key: string): Json => {
    if (value === undefined) return {};
    if (isObject(value)) return value;
    fault(key, `${key} must be an object in braces.`);
    return {};
  };
  const onlyKnown = (value: Json, key: string, names: readonly string[]) => {
    for (const name of Object.keys(value)) {
      if (names.includes(name)) continue;
      const near = nearest(name, names);
      fault(
        `${key}.${name}`,
        near === undefined
          ? `${key}.${name} is not a setting. Known here: ${names.join(', ')}.`
          : `${key}.${name} is not a setting. Did you mean ${near}?`,
      );
    }
  };
  const text = (value: unknown, key: string): string | undefined => {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    fault(key, `${key} must be a text that is not empty.`);
    return undefined;
  };
  const flag = (value: unknown, key: string): boolean => {
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    fault(key, `${key} must be true or false, without quotes.`);
    return false;
  };
  const oneOf = <Value extends string>(
    value: unknown,
    key: string,
    values: readonly Value[],
    otherwise: Value,
  ): Value => {
    if (value === undefined) return otherwise;
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? nearest(value, values) : undefined;
    fault(
      key,
      near === undefined
        ? `${key} must be one of ${values.join(', ')}.`
        : `${key} is "${String(value)}". Did you mean "${near}"?`,
    );
    return otherwise;
  };

  const root = object(json, 'settings.json');
  const app = object(root['appSettings'], 'appSettings');
  if (root['appSettings'] === undefined) {
    fault('appSettings', 'appSettings is missing: it holds the name of the app and signIn.');
  }
  onlyKnown(app, 'appSettings', appKeys);
  const signIn = object(app['signIn'], 'appSettings.signIn');
  const at = (key: string) => `appSettings.signIn.${key}`;
  onlyKnown(signIn, 'appSettings.signIn', signInKeys);
  const endpoints = object(signIn['endpoints'], at('endpoints'));
  onlyKnown(endpoints, at('endpoints'), endpointKeys);

  const allowInsecureHttp = flag(signIn['allowInsecureHttp'], at('allowInsecureHttp'));
  const address = (value: unknown, key: string): string | undefined => {
    const given = text(value, key);
    if (given === undefined || isAllowedAddress(given, allowInsecureHttp)) return given;
    fault(
      key,
      /^http:/i.test(given)
        ? `${key} is not encrypted: use https. (For development on this machine or a private network set ${at('allowInsecureHttp')} to true.)`
        : `${key} must be a whole address that begins with https://.`,
    );
    return undefined;
  };

  const relayAddress = (value: unknown): string | undefined => {
    const given = text(value, at('relay'));
    if (given === undefined || !/^[a-z][a-z\d+.-]*:|^\/\/|^\\/i.test(given)) {
      if (given === undefined || /^[\w./~-]+$/.test(given)) return given;
      fault(at('relay'), `${at('relay')} must be an address or a path such as /relay.`);
      return undefined;
    }
    return address(given, at('relay'));
  };

  const parameters: Record<string, string> = {};
  const given = object(signIn['parameters'], at('parameters'));
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (typeof value === 'string') parameters[name] = value;
    else fault(`${at('parameters')}.${name}`, `${at('parameters')}.${name} must be a text.`);
  }

  const provider = oneOf(signIn['provider'], at('provider'), known.providers, 'rfc8628');
  const providerFacts = known.providerFacts?.(provider);
  const optionKinds = providerFacts?.options ?? {};
  const providerOptions: Record<string, string> = {};
  const options = object(signIn['providerOptions'], at('providerOptions'));
  for (const name of Object.keys(options)) {
    const key = `${at('providerOptions')}.${name}`;
    const kind = optionKinds[name];
    if (kind === undefined) {
      const near = nearest(name, Object.keys(optionKinds));
      const all = Object.keys(optionKinds).join(', ');
      fault(
        key,
        near !== undefined
          ? `${key} is not an option of ${provider}. Did you mean ${near}?`
          : `${key} is not an option of ${provider}. ${all === '' ? 'It has none.' : `Known here: ${all}.`}`,
      );
    } else if (kind === 'text' || kind === 'address') {
      const value = kind === 'text' ? text(options[name], key) : address(options[name], key);
      if (value !== undefined) providerOptions[name] = value;
    } else providerOptions[name] = oneOf(options[name], key, kind, '');
  }

  const origins = signIn['apiOrigins'] ?? [];
  const apiOrigins: string[] = [];
  if (Array.isArray(origins)) {
    for (const one of origins as unknown[]) {
      const checked = address(one, at('apiOrigins'));
      if (checked !== undefined) apiOrigins.push(new URL(checked).origin);
    }
  } else fault(at('apiOrigins'), `${at('apiOrigins')} must be a list of addresses in brackets.`);

  const checkedEndpoints: EndpointSettings = {};
  const endpoint = (name: keyof EndpointSettings) => {
    const value = address(endpoints[name], `${at('endpoints')}.${name}`);
    if (value !== undefined) checkedEndpoints[name] = value;
  };
  endpoint('deviceAuthorization');
  endpoint('token');
  endpoint('revocation');
  endpoint('userinfo');

  const theme: Record<string, string> = {};
  const colors = object(app['theme'], 'appSettings.theme');
  onlyKnown(colors, 'appSettings.theme', known.colors);
  for (const name of known.colors) {
    const value = colors[name];
    if (value === undefined) continue;
    if (typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)) theme[name] = value;
    else fault(`appSettings.theme.${name}`, `appSettings.theme.${name} must look like #7aa2ff.`);
  }

  const keys: Record<string, readonly number[]> = {};
  const givenKeys = object(app['keys'], 'appSettings.keys');
  onlyKnown(givenKeys, 'appSettings.keys', known.keys);
  for (const name of known.keys) {
    const value = givenKeys[name];
    if (value === undefined) continue;
    if (Array.isArray(value) && value.every((code) => Number.isInteger(code) && code > 0)) {
      keys[name] = value as number[];
    } else
      fault(`appSettings.keys.${name}`, `appSettings.keys.${name} must be a list of key codes.`);
  }

  const settings: AppSettings = {
    name: text(app['name'], 'appSettings.name') ?? 'TV Sign-In',
    language: oneOf(app['language'], 'appSettings.language', ['auto', ...known.languages], 'auto'),
    theme,
    keys,
    signIn: {
      provider,
      endpoints: checkedEndpoints,
      clientId: text(signIn['clientId'], at('clientId')) ?? '',
      parameters,
      providerOptions,
      startAutomatically: flag(signIn['startAutomatically'], at('startAutomatically')),
      dpop: oneOf(signIn['dpop'], at('dpop'), dpopModes, 'auto'),
      allowInsecureHttp,
      apiOrigins,
    },
  };
  const issuer = address(signIn['issuer'], at('issuer'));
  if (issuer !== undefined) settings.signIn.issuer = issuer;
  const relay = relayAddress(signIn['relay']);
  if (relay !== undefined) settings.signIn.relay = relay;
  const scope = text(signIn['scope'], at('scope'));
  if (scope !== undefined) settings.signIn.scope = scope;
  const clientSecret = text(signIn['clientSecret'], at('clientSecret'));
  if (clientSecret !== undefined) settings.signIn.clientSecret = clientSecret;

  if (app['signIn'] === undefined) {
    fault(
      'appSettings.signIn',
      'appSettings.signIn is missing: it says which server to sign in to.',
    );
  } else if (signIn['clientId'] === undefined && providerFacts?.clientId !== 'none') {
    fault(
      at('clientId'),
      `${at('clientId')} is missing: it is the client ID that the authorization server gave this app.`,
    );
  }
  return faults.length === 0 ? { type: 'valid', settings } : { type: 'invalid', faults };
}
