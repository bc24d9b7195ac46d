import { plainText } from '../plain-text';
import type { SignInSettings } from '../settings/settings';
import { type AttemptBinding, createAttemptBinding } from './attempt-binding';
import { clientAuthenticationOf } from './client-authentication';
import type { Clock } from './clock';
import type { Discovery, MetadataCache } from './discovery';
import { createEndpointResolver, isComplete } from './endpoint-resolver';
import { type Call, createHttp, type Http, type HttpDependencies } from './http';
import type { IdTokenVerdict } from './id-token';
import { hostsOf } from './known-servers';
import { createMetadataSource, type MetadataSource } from './metadata-source';
import type { Problem } from './problem';
import type { ProofKey, ProofSource } from './proof';
import type {
  Endpoints,
  Fields,
  Provider,
  RequestContext,
  Send,
  WireRequest,
} from './providers/provider';
import { type NoReply, problemOf, type Reply } from './reply';
import type { SettingTexts } from './request-encoding';
import { withTimeLimit } from './time-limit';

/** What an authorization server's client is made of. */
export interface AuthorizationServerOptions {
  settings: SignInSettings;
  provider: Provider;
  dependencies: HttpDependencies;
  appName: string;
  /** What to call this TV where the settings do not say. */
  deviceName?: string | undefined;
  /** The viewer's language, e.g. `en-GB`; asked at each request. */
  language(): string;
  /** Random name of this installation. */
  deviceId(): Promise<string>;
  /** Absent where no tokens are bound to a key (RFC 9449). */
  proofs?: ProofSource | undefined;
  metadataCache?: MetadataCache | undefined;
}

/** What a request is built from, or why there can be none. */
export type Preparation =
  | {
      type: 'prepared';
      context: RequestContext;
      /** Why the endpoint is not known, where the server may have one. */
      missing?: Problem | undefined;
      /** What asking for the metadata came to; undefined where there is none to ask for. */
      discovery?: Discovery | undefined;
    }
  | { type: 'failed'; problem: Problem };

/** What the replies of a server have shown. */
export interface Observed {
  idToken?: IdTokenVerdict | undefined;
  /** The hosts that the metadata of an earlier run named for refresh tokens. */
  cachedHosts?: readonly string[] | undefined;
}

/** What the calls to one authorization server share. */
export interface Connection {
  settings: SignInSettings;
  provider: Provider;
  clock: Clock;
  proofs?: ProofSource | undefined;
  binding: AttemptBinding;
  /** Endpoints that need no metadata. */
  configured: Partial<Endpoints>;
  http: Http;
  /** What replies have shown. */
  observed: Observed;
  /** A `Send` for providers, whose requests end with the signal. */
  sender(signal: AbortSignal, proofKey?: ProofKey): Send;
  /**
   * @param endpoint the one that is to be called
   * @param decidesBinding the metadata says whether the tokens that come of the call are bound
   */
  prepare(endpoint: keyof Endpoints, decidesBinding?: boolean): Promise<Preparation>;
}

/** One request, how its reply is read, and how it may end early. */
export interface Exchange<Outcome>
  extends Pick<Call, 'signal' | 'proofKey' | 'mayGiveUpProof' | 'hasServed'> {
  build(): WireRequest;
  read(reply: Reply): Outcome;
  endpoint: keyof Endpoints;
}

/**
 * Sends one request and reads the reply. A provider that cannot build the one or read the other is
 * no reason to throw: settings and servers are odder than providers expect.
 *
 * @returns what the reply was read as, or why there is none
 */
export async function exchange<Outcome>(
  { http }: Connection,
  { build, read, endpoint, ...options }: Exchange<Outcome>,
): Promise<Outcome | NoReply> {
  let request: WireRequest;
  try {
    request = build();
  } catch (error) {
    const detail = `The request could not be built${error instanceof Error ? `: ${error.name}` : ''}.`;
    return { type: 'no-reply', problem: { kind: 'not-sendable', code: 'not_sendable', detail } };
  }
  const setting = `appSettings.signIn.endpoints.${endpoint}`;
  const reply = await http.send({ ...options, request, setting });
  if (reply.type === 'no-reply') return reply;
  try {
    return read(reply);
  } catch {
    const problem = problemOf('server-error', 'unreadable_reply', reply);
    return { type: 'no-reply', problem };
  }
}

/** What fits into a line on a phone. */
const maxDeviceNameChars = 64;

/** What to call this TV; undefined for a name that shows nothing. */
function deviceNameOf({ settings, deviceName }: AuthorizationServerOptions): string | undefined {
  return plainText(settings.deviceName ?? deviceName ?? '', maxDeviceNameChars) || undefined;
}

/** Longer than a name takes that is kept on this TV. */
const deviceIdTimeOutMs = 3000;

/** Texts of the settings that providers put into requests, by their keys. */
function settingTexts({ settings, appName }: AuthorizationServerOptions): SettingTexts {
  const texts: Record<string, string | undefined> = { 'appSettings.name': appName };
  const add = (section: string, values: Fields) => {
    for (const name of Object.keys(values)) {
      texts[`appSettings.signIn.${section}${name}`] = values[name];
    }
  };
  const { clientId, clientSecret, scope, parameters, providerOptions } = settings;
  add('', { clientId, clientSecret, scope });
  add('providerOptions.', providerOptions);
  add('parameters.', parameters.device);
  add('parameters.token.', parameters.token);
  add('parameters.refresh.', parameters.refresh);
  add('parameters.revocation.', parameters.revocation);
  return texts;
}

/** Makes the source of an issuer's metadata; none where the server publishes no metadata. */
function metadataOf(
  { settings, provider, dependencies, proofs, metadataCache }: AuthorizationServerOptions,
  http: Http,
  configured: Partial<Endpoints>,
  observed: Observed,
): MetadataSource | undefined {
  const { issuer } = settings;
  if (issuer === undefined || provider.discovery === false) return undefined;
  const { signal } = new AbortController();
  const setting = 'appSettings.signIn.issuer';
  const mayGiveUpProof = settings.dpop === 'auto' && proofs !== undefined;
  return createMetadataSource({
    issuer,
    rules: settings,
    clock: dependencies.clock,
    send: (request) => http.send({ request, signal, setting, mayGiveUpProof }),
    cache: metadataCache,
    isEnough: ({ endpoints }) => isComplete({ ...endpoints, ...configured }),
    onMetadata(metadata, from) {
      if (from === 'cache') {
        const { token, revocation } = metadata.endpoints;
        observed.cachedHosts = hostsOf([token, revocation]);
        http.answeredBefore(issuer, Object.values(metadata.endpoints));
      }
    },
  });
}

/** What requests say about this installation and its viewer; never rejects. */
async function installationOf(
  { dependencies: { clock }, language, deviceId }: AuthorizationServerOptions,
  notes: Record<string, string>,
): Promise<{ language: string; deviceId: string }> {
  const viewerLanguage = await Promise.resolve()
    .then(language)
    .catch(() => 'en');
  const id =
    notes['deviceId'] ??
    (await withTimeLimit(clock, deviceIdTimeOutMs, deviceId).catch(() => undefined));
  // A name for this run: other TVs whose storage fails must not have the same.
  if (id === undefined) notes['deviceId'] = `tv-${clock.wallMs().toString(36)}`;
  return { language: viewerLanguage, deviceId: id ?? notes['deviceId'] ?? 'tv' };
}

/** What this app has a use for: who signed in, and a session that lasts. */
const wantedScopes = ['openid', 'profile', 'email', 'offline_access'];

/**
 * The scope to ask for when neither the settings nor the provider name one.
 *
 * @param supported `scopes_supported` of the metadata
 * @returns undefined when the metadata does not say, or supports nothing that is wanted
 */
function scopeAllowed(supported?: readonly string[]): string | undefined {
  const allowed = wantedScopes.filter((scope) => supported?.includes(scope));
  return allowed.length === 0 ? undefined : allowed.join(' ');
}

/** Makes what the calls to one server share. */
export function createConnection(options: AuthorizationServerOptions): Connection {
  const { settings, provider, dependencies, proofs } = options;
  const { clock } = dependencies;
  const { issuer, relay } = settings;
  const http = createHttp({ dependencies, relay, proofs, settingTexts: settingTexts(options) });
  const configured = { ...provider.endpoints?.(settings), ...settings.endpoints };
  const notes: Record<string, string> = {};
  const observed: Observed = {};
  const metadata = metadataOf(options, http, configured, observed);
  const decided = settings.clientAuthentication ?? provider.clientAuthentication;
  const resolve = createEndpointResolver({
    issuer,
    configured,
    mayNeedAuthentication: settings.clientSecret !== undefined && decided === undefined,
    metadata,
  });

  return {
    settings,
    provider,
    clock,
    proofs,
    binding: createAttemptBinding(settings.dpop, proofs, clock),
    configured,
    http,
    observed,
    sender: (signal, proofKey) => (request) => http.send({ request, signal, proofKey }),
    async prepare(endpoint, decidesBinding = false) {
      const mustDecide = decidesBinding && settings.dpop === 'auto' && proofs !== undefined;
      const resolution = await resolve(endpoint, mustDecide);
      if (resolution.type === 'failed') return resolution;
      const { endpoints, discovery, missing } = resolution;
      const found = discovery?.type === 'found' ? discovery.metadata : undefined;
      const context: RequestContext = {
        settings,
        endpoints,
        clientAuthentication: clientAuthenticationOf(
          settings,
          provider,
          found?.clientAuthentications,
        ),
        scope: settings.scope ?? provider.defaultScope ?? scopeAllowed(found?.scopes),
        ...(await installationOf(options, notes)),
        wallMs: clock.wallMs(),
        appName: options.appName,
        deviceName: deviceNameOf(options),
        notes,
      };
      return { type: 'prepared', context, missing, discovery };
    },
  };
}
