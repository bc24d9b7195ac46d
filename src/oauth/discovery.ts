import { normalAddress, type SignInSettings, withoutWellKnown } from '../settings/settings';
import { errorCode } from './error-reply';
import { type Members, textMember } from './members';
import type { Problem } from './problem';
import type { Endpoints, Send } from './providers/provider';
import { absentStatuses, problemOf, type Reply, refusal } from './reply';
import { isSameSite } from './same-site';

/** What an authorization server says about itself. */
export interface Metadata {
  endpoints: Partial<Endpoints>;
  /** Why endpoints that the metadata names are not called. */
  refusedEndpoints: Partial<Record<keyof Endpoints, Problem>>;
  /** `dpop_signing_alg_values_supported` (RFC 9449 §5.1). */
  dpopAlgorithms?: readonly string[] | undefined;
  /** `token_endpoint_auth_methods_supported` (RFC 8414 §2). */
  clientAuthentications?: readonly string[] | undefined;
  /** `scopes_supported` (RFC 8414 §2). */
  scopes?: readonly string[] | undefined;
}

/** What the settings say of the addresses that metadata may name. */
export type MetadataRules = Pick<SignInSettings, 'allowInsecureHttp' | 'connectOrigins'>;

/** What asking for metadata came to. */
export type Discovery =
  | { type: 'found'; metadata: Metadata }
  | {
      type: 'failed';
      problem: Problem;
      /** It is still open what the metadata says: nothing came back, or nothing of the server's. */
      isSilent?: boolean | undefined;
    };

/** Keeps metadata between runs, so that a start does not wait for it. */
export interface MetadataCache {
  /** @returns what was kept for the issuer; undefined when there is nothing */
  get(issuer: string): Promise<unknown>;
  set(issuer: string, content: Members): Promise<void>;
}

/** The names of endpoints in metadata (RFC 8414 §2). */
const endpointNames: Readonly<Record<keyof Endpoints, string>> = {
  deviceAuthorization: 'device_authorization_endpoint',
  token: 'token_endpoint',
  revocation: 'revocation_endpoint',
  userinfo: 'userinfo_endpoint',
};

const withoutSlash = (text: string) => text.replace(/\/+$/, '');

/**
 * The issuer that an address names: an issuer's own, or that of its metadata.
 *
 * @returns undefined for what cannot be an issuer: no address, or one with a query or fragment
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function issuerOf(address: string): string | undefined {
  try {
    const { origin, pathname, search, hash } = new URL(address.trim());
    return search === '' && hash === ''
      ? withoutSlash(origin + withoutWellKnown(pathname))
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Addresses at which an issuer may publish its metadata: OpenID Connect Discovery appends the
 * well-known path, RFC 8414 puts it between host and path.
 *
 * @returns none for what cannot be an issuer
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 */
export function metadataUrls(address: string): string[] {
  const issuer = issuerOf(address);
  if (issuer === undefined) return [];
  const { origin } = new URL(issuer);
  return [
    `${issuer}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${issuer.slice(origin.length)}`,
  ];
}

/**
 * The document's issuer must be the one it was asked for. A final slash does not matter; Entra's
 * documents for several tenants carry a template in the tenant's place.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3
 */
function isIssuedBy(named: string, address: string): boolean {
  const issuer = issuerOf(address) ?? withoutSlash(address);
  if ((issuerOf(named) ?? withoutSlash(named)) === issuer) return true;
  const [before = '', after] = withoutSlash(named).split('{tenantid}');
  return (
    after !== undefined &&
    issuer.indexOf(before) === 0 &&
    /^(common|organizations|consumers)$/.test(
      issuer.slice(before.length, issuer.length - after.length),
    )
  );
}

/** Hosts that issuers of several domains have besides their own. */
const furtherHosts: Readonly<Record<string, readonly string[] | undefined>> = {
  'accounts.google.com': ['oauth2.googleapis.com', 'openidconnect.googleapis.com'],
  'login.microsoftonline.com': ['graph.microsoft.com'],
};

/**
 * Whether the issuer, or the settings, stand for an address: a token that is sent there is given to
 * who has that host.
 */
function isTrusted(address: string, issuer: string, { connectOrigins }: MetadataRules): boolean {
  const { hostname, origin } = new URL(address);
  const own = new URL(issuer).hostname.replace(/\.$/, '');
  return (
    isSameSite(own, hostname) ||
    (furtherHosts[own] ?? []).includes(hostname) ||
    connectOrigins.includes(origin)
  );
}

/**
 * Reads a metadata document.
 *
 * @param issuer whose document it must be
 * @returns undefined when it is not the issuer's
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function readMetadata(
  content: unknown,
  issuer: string,
  rules: MetadataRules,
): Metadata | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const members = content as Members;
  if (!isIssuedBy(textMember(members, 'issuer') ?? '', issuer)) return undefined;
  const endpoints: Partial<Endpoints> = {};
  const refusedEndpoints: Metadata['refusedEndpoints'] = {};
  for (const key of Object.keys(endpointNames) as (keyof Endpoints)[]) {
    const address = textMember(members, endpointNames[key]);
    if (address === undefined) continue;
    const allowed = normalAddress(address, rules.allowInsecureHttp);
    if (allowed === undefined) refusedEndpoints[key] = insecureEndpoint(key, address);
    else if (isTrusted(allowed, issuer, rules)) endpoints[key] = allowed;
    else refusedEndpoints[key] = foreignEndpoint(key, allowed, issuer);
  }
  const texts = (name: string): readonly string[] | undefined => {
    const list = members[name];
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
  };
  return {
    endpoints,
    refusedEndpoints,
    dpopAlgorithms: texts('dpop_signing_alg_values_supported'),
    clientAuthentications: texts('token_endpoint_auth_methods_supported'),
    scopes: texts('scopes_supported'),
  };
}

const proxyHint =
  'Behind a proxy the server must be told that it is called by https, usually by X-Forwarded-Proto.';

/** The problem of an endpoint on a host for which neither issuer nor settings stand. */
function foreignEndpoint(endpoint: keyof Endpoints, address: string, issuer: string): Problem {
  const { origin } = new URL(address);
  const detail = `The ${endpointNames[endpoint]} of the metadata is on a host that is not ${new URL(issuer).host}’s. If it is right, add it to appSettings.signIn.connectOrigins: ${origin}`;
  return { kind: 'untrusted-address', code: 'endpoint_foreign', detail };
}

/** The problem of an endpoint that must not be called as the metadata names it. */
function insecureEndpoint(endpoint: keyof Endpoints, address: string): Problem {
  const isHttp = /^\s*http:/i.test(address);
  const fault = isHttp ? 'that is not https' : 'that is no whole https address';
  const hint = isHttp ? proxyHint : `Set appSettings.signIn.endpoints.${endpoint}.`;
  const detail = `The server’s metadata names a ${endpointNames[endpoint]} ${fault}: ${address}. ${hint}`;
  return { kind: 'misconfigured', code: 'endpoint_not_https', detail };
}

/** The problem of a document that is not the issuer's. */
function mismatch(named: string, issuer: string, url: string): Problem {
  const sameButScheme = named.replace(/^http:/, 'https:') === issuer.replace(/^http:/, 'https:');
  const hint = sameButScheme
    ? ` ${proxyHint}`
    : ' Set appSettings.signIn.issuer to it, if it is yours.';
  const detail = `The metadata at ${url} names another issuer: ${named}.${hint}`;
  return { kind: 'misconfigured', code: 'issuer_mismatch', detail };
}

/** What one of the addresses answered. */
type Answer = Discovery | { type: 'absent' };

function readMetadataReply(
  reply: Reply,
  url: string,
  issuer: string,
  rules: MetadataRules,
): Answer {
  const { status, body } = reply;
  if (absentStatuses.indexOf(status) >= 0) return { type: 'absent' };
  if (status !== 200 || body === undefined) return { type: 'failed', problem: refusal(reply) };
  const metadata = readMetadata(body, issuer, rules);
  if (metadata !== undefined) return { type: 'found', metadata };
  const named = textMember(body, 'issuer');
  if (named !== undefined) return { type: 'failed', problem: mismatch(named, issuer, url) };
  if (errorCode(body) !== undefined) return { type: 'failed', problem: refusal(reply) };
  const detail = `${url} answers with something that is no metadata: it names no issuer.`;
  const problem = problemOf('server-error', 'unreadable_reply', reply);
  return { type: 'failed', problem: { ...problem, detail, isOwnDetail: true } };
}

/**
 * Whether the other address is worth a request. Not where the network or the server is in trouble:
 * the next request would meet the same.
 */
const mayAskOther = ({ kind, retryAfterSeconds }: Problem): boolean =>
  retryAfterSeconds === undefined &&
  (kind === 'misconfigured' ||
    // Many servers add CORS headers only to what they have, not to their 404.
    kind === 'browser-calls-refused' ||
    kind === 'server-error' ||
    kind === 'refused');

/**
 * Asks the issuer for its metadata.
 *
 * @param send sends one request
 * @param cache keeps what was found; a cache that fails is no fault of the server
 * @returns the metadata, or why there is none
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 */
export async function discover(
  issuer: string,
  rules: MetadataRules,
  send: Send,
  cache?: MetadataCache,
): Promise<Discovery> {
  const urls = metadataUrls(issuer);
  let problem: Problem | undefined;
  for (const url of urls) {
    const result = await send({ method: 'GET', url });
    const answer: Answer =
      result.type === 'no-reply'
        ? { type: 'failed', problem: result.problem }
        : readMetadataReply(result, url, issuer, rules);
    if (answer.type === 'absent') continue;
    if (answer.type === 'found') {
      if (result.type === 'reply' && result.body !== undefined) keep(cache, issuer, result.body);
      return answer;
    }
    const isMismatch = answer.problem.code === 'issuer_mismatch';
    if (isMismatch || problem === undefined) problem = answer.problem;
    if (!mayAskOther(answer.problem)) break;
  }
  const invalid: Problem = {
    kind: 'misconfigured',
    code: 'issuer_invalid',
    detail: `“${issuer}” is no issuer: set appSettings.signIn.issuer to an address without ? and #.`,
  };
  const missing: Problem = {
    kind: 'misconfigured',
    code: 'metadata_missing',
    detail: `${issuer} publishes no metadata: set appSettings.signIn.endpoints.`,
  };
  return { type: 'failed', problem: problem ?? (urls.length === 0 ? invalid : missing) };
}

/** Keeps a document without waiting for it. */
function keep(cache: MetadataCache | undefined, issuer: string, content: Members): void {
  void Promise.resolve()
    .then(() => cache?.set(issuer, content))
    .catch(() => undefined);
}
