/**
 * What a setting may be. Plain data: types, checks and defaults, the JSON schema and the README's
 * table are all made of it.
 */
export type Setting = Common &
  (
    | { type: 'text'; default?: string }
    /** A text that is not for everyone's eyes. */
    | { type: 'secret'; default?: string }
    | { type: 'flag'; developmentOnly?: boolean; default: boolean }
    | { type: 'choice'; values: readonly string[]; default?: string }
    /** One of the names that the app knows of a kind, or one of some besides. */
    | {
        type: 'known';
        names: 'providers' | 'languages';
        besides?: readonly string[];
        default: string;
      }
    | { type: 'address'; default?: string }
    /** An address; that of a server's metadata stands for the server. */
    | { type: 'issuer'; default?: string }
    /** An address, or a path relative to the app's page. */
    | { type: 'relay'; default?: string }
    /** Addresses, of which only the origins count; a host by itself means https where that is said. */
    | { type: 'origins'; orHosts?: boolean; default: readonly string[] }
    /** Form fields by name, of all or of single calls. */
    | { type: 'parameters'; default: Parameters }
    /** What the provider wants to know; each one names its own. */
    | { type: 'options'; default: Texts }
    /** `#rrggbb` by the names of the theme. */
    | { type: 'colors'; default: Texts }
    /** Lists of key codes by the names of remote control keys. */
    | { type: 'key-codes'; default: KeyCodes }
    /** An object that the app itself has no part in. */
    | { type: 'free'; default: Free }
    | { type: 'section'; members: Members; default?: undefined }
  );

interface Common {
  /** Must be there; what is said when it is not. */
  required?: string;
}

type Texts = Readonly<Record<string, string>>;
type Parameters = Readonly<Record<ParameterizedCall, Texts>>;
type Free = Readonly<Record<string, unknown>>;
type KeyCodes = Readonly<Record<string, readonly number[]>>;

/** Calls that may have form fields of their own. */
export const parameterizedCalls = ['device', 'token', 'refresh', 'revocation'] as const;

type ParameterizedCall = (typeof parameterizedCalls)[number];

/** The settings of one section, by name. */
export type Members = Readonly<Record<string, Setting>>;

const endpoints = {
  /** RFC 8628 §3.1. */
  deviceAuthorization: { type: 'address' },
  /** RFC 6749 §3.2. */
  token: { type: 'address' },
  /** RFC 7009. */
  revocation: { type: 'address' },
  /** OpenID Connect Core §5.3. */
  userinfo: { type: 'address' },
} as const satisfies Members;

const signIn = {
  /** How the server differs from RFC 8628: see [servers](#servers). */
  provider: { type: 'known', names: 'providers', default: 'rfc8628' },
  /** The server's base address; its metadata tells the rest. */
  issuer: { type: 'issuer' },
  /** Addresses that override the metadata: `deviceAuthorization`, `token`, `revocation`, `userinfo`. */
  endpoints: { type: 'section', members: endpoints },
  /** The client ID that the server gave this app. */
  clientId: {
    type: 'text',
    default: '',
    required: 'it is the client ID that the authorization server gave this app.',
  },
  /** The client's secret: it is never in the app, which everyone can read; the relay adds it. */
  clientSecret: { type: 'secret' },
  /** E.g. `openid profile email offline_access`; without `offline_access` many servers give nothing that can be kept. */
  scope: { type: 'text' },
  /** How the client says who it is: `none`, `client_secret_basic` or `client_secret_post`; by default as the metadata says. */
  clientAuthentication: {
    type: 'choice',
    values: ['none', 'client_secret_basic', 'client_secret_post'],
  },
  /** More form fields: texts go with the device request, e.g. `{"audience": "…"}`, and objects named `device`, `token`, `refresh` and `revocation` with these calls, e.g. `{"token": {"resource": "…"}}`. */
  parameters: {
    type: 'parameters',
    default: { device: {}, token: {}, refresh: {}, revocation: {} },
  },
  /** What the viewer's phone calls this TV, e.g. `Living room TV`, where the server takes a name; else by its maker: `LG TV`, `Samsung TV`. */
  deviceName: { type: 'text' },
  /** The form field in which a server takes `deviceName`, e.g. `metaData.device.name`; Plex, Jellyfin and AWS need none. */
  deviceNameParameter: { type: 'text' },
  /** What a provider wants to know beyond form fields; for `rfc8628`: `{"pkce": "S256"}` where a server demands it. */
  providerOptions: { type: 'options', default: {} },
  /** A relay's address, or its path on the app's own origin, for servers that refuse calls from browsers. */
  relay: { type: 'relay' },
  /** What revoking a token ends: its own `grant` (RFC 7009), or everything that the `person` gave this client. With `person`, signing in again leaves the grant that it replaces alone. By default as is known of the server. */
  revocationReach: { type: 'choice', values: ['grant', 'person'] },
  /** Asks for a code without a key press: for kiosks. */
  startAutomatically: { type: 'flag', default: false },
  /** Tokens bound to a key that no script can export: `auto` (where the server offers it), `required` or `off`. */
  dpop: { type: 'choice', values: ['auto', 'required', 'off'], default: 'auto' },
  /** Where `session.api` may send the access token. */
  apiOrigins: { type: 'origins', default: [] },
  /** More hosts to connect to, e.g. `["https://cdn.example.com"]`. An endpoint that the metadata puts on another domain than the issuer’s is called only if it is listed here. The issuer’s own hosts are found out when a site or package is made; list them where that is impossible. */
  connectOrigins: { type: 'origins', orHosts: true, default: [] },
  /** Plain http to this machine and the local network: development only. */
  allowInsecureHttp: { type: 'flag', developmentOnly: true, default: false },
} as const satisfies Members;

const appSettings = {
  /** The channel's name, shown on every screen. */
  name: { type: 'text', default: 'TV Sign-In' },
  /** `en`, `de`, `es`, `fr`, or `auto` for the TV's own. */
  language: { type: 'known', names: 'languages', besides: ['auto'], default: 'auto' },
  /** Colors as `#rrggbb`, by their names in [theme.ts](src/ui/theme.ts). */
  theme: { type: 'colors', default: {} },
  /** More key codes for `Left`, `Right`, `Up`, `Down`, `Enter`, `Back`, e.g. `{"Back": [166]}`. */
  keys: { type: 'key-codes', default: {} },
  /** Settings of your own screens, of any form: everyone can read them, like all of this. */
  channel: { type: 'free', default: {} },
  /** Which server to sign in to, and how. */
  signIn: {
    type: 'section',
    members: signIn,
    required: 'it says which server to sign in to.',
  },
} as const satisfies Members;

/** Everything that settings.json may say, below `appSettings`. */
export const schema = {
  type: 'section',
  members: appSettings,
  required: 'it holds the name of the app and signIn.',
} as const satisfies Setting;

interface Values {
  text: string;
  secret: string;
  flag: boolean;
  known: string;
  address: string;
  issuer: string;
  relay: string;
  origins: readonly string[];
  parameters: Parameters;
  options: Texts;
  colors: Texts;
  'key-codes': KeyCodes;
  free: Free;
}

type ValueOf<S extends Setting> = S extends { type: 'section'; members: infer M extends Members }
  ? SectionOf<M>
  : S extends { type: 'choice'; values: readonly (infer V)[] }
    ? V
    : Values[Exclude<S['type'], 'section' | 'choice'>];

type AlwaysThere = { default: unknown } | { type: 'section' };

type SectionOf<M extends Members> = {
  [Name in keyof M as M[Name] extends AlwaysThere ? Name : never]: ValueOf<M[Name]>;
} & {
  [Name in keyof M as M[Name] extends AlwaysThere ? never : Name]?: ValueOf<M[Name]> | undefined;
};

/** `appSettings` of settings.json, checked, with every default filled in. */
export type AppSettings = ValueOf<typeof schema>;

/** `appSettings.signIn`. */
export type SignInSettings = AppSettings['signIn'];

/** Addresses that override what the issuer's metadata says. */
export type EndpointSettings = SignInSettings['endpoints'];

/** How a client says who it is (RFC 7591 §2, `token_endpoint_auth_method`). */
export type ClientAuthentication = NonNullable<SignInSettings['clientAuthentication']>;

/** What revoking a token ends. */
export type RevocationReach = NonNullable<SignInSettings['revocationReach']>;

/** Whether tokens are bound to a key (RFC 9449). */
export type DpopMode = SignInSettings['dpop'];
