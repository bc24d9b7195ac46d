import { isAllowedAddress } from '../settings/settings';
import type { Problem } from './problem';
import type { Endpoints, Send } from './providers/provider';
import { type Members, textMember } from './reply';

/** What an authorization server says about itself. */
export interface Metadata {
  endpoints: Partial<Endpoints>;
  /** `dpop_signing_alg_values_supported` (RFC 9449 §5.1). */
  dpopAlgorithms?: readonly string[];
}

/** What asking for metadata came to. */
export type Discovery =
  | { type: 'found'; metadata: Metadata }
  | { type: 'failed'; problem: Problem };

/** Keeps metadata between runs, so that a start does not wait for it. */
export interface MetadataCache {
  get(issuer: string): Promise<unknown>;
  set(issuer: string, content: Members): Promise<void>;
}

const withoutSlash = (text: string) => text.replace(/\/+$/, '');

/**
 * Addresses at which an issuer may publish its metadata: OpenID Connect Discovery appends the
 * well-known path, RFC 8414 §3.1 puts it between host and path.
 */
export function metadataUrls(issuer: string): string[] {
  const base = withoutSlash(issuer);
  const url = new URL(base);
  const path = url.pathname === '/' ? '' : withoutSlash(url.pathname);
  return [
    `${base}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/**
 * RFC 8414 §3.3: the document's issuer must be the one it was asked for. A final slash does not
 * matter; Entra's documents for several tenants carry a template in the tenant's place.
 */
function isIssuedBy(content: Members, issuer: string): boolean {
  const named = content['issuer'];
  if (typeof named !== 'string') return false;
  if (withoutSlash(named) === withoutSlash(issuer)) return true;
  const pattern = withoutSlash(named).split('{tenantid}');
  const [before = '', after] = pattern;
  return (
    after !== undefined &&
    issuer.indexOf(before) === 0 &&
    /^(common|organizations|consumers)$/.test(
      withoutSlash(issuer).slice(before.length, withoutSlash(issuer).length - after.length),
    )
  );
}

/**
 * Reads a metadata document.
 *
 * @returns undefined when it is not the issuer's
 */
export function readMetadata(
  content: unknown,
  issuer: string,
  allowInsecureHttp: boolean,
): Metadata | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const members = content as Members;
  if (!isIssuedBy(members, issuer)) return undefined;
  const endpoints: Partial<Endpoints> = {};
  const take = (key: keyof Endpoints, name: string) => {
    const address = textMember(members, name);
    if (address !== undefined && isAllowedAddress(address, allowInsecureHttp)) {
      endpoints[key] = address;
    }
  };
  take('deviceAuthorization', 'device_authorization_endpoint');
  take('token', 'token_endpoint');
  take('revocation', 'revocation_endpoint');
  take('userinfo', 'userinfo_endpoint');
  const algorithms = members['dpop_signing_alg_values_supported'];
  return Array.isArray(algorithms)
    ? { endpoints, dpopAlgorithms: algorithms.filter((one) => typeof one === 'string') }
    : { endpoints };
}

/**
 * Asks the issuer for its metadata.
 *
 * @returns the metadata, or why there is none
 */
export async function discover(
  issuer: string,
  allowInsecureHttp: boolean,
  send: Send,
  cache?: MetadataCache,
): Promise<Discovery> {
  let problem: Problem | undefined;
  for (const url of metadataUrls(issuer)) {
    const result = await send({ method: 'GET', url });
    if (result.type === 'no-reply') {
      if (result.problem.kind !== 'browser-calls-refused') {
        return { type: 'failed', problem: problem ?? result.problem };
      }
      // Many a server adds CORS headers only to what it has, not to its 404.
      problem ??= result.problem;
    } else if (result.status === 200 && result.body !== undefined) {
      const metadata = readMetadata(result.body, issuer, allowInsecureHttp);
      if (metadata !== undefined) {
        await cache?.set(issuer, result.body).catch(() => undefined);
        return { type: 'found', metadata };
      }
      problem = {
        kind: 'misconfigured',
        code: 'issuer_mismatch',
        detail: `The metadata at ${url} names another issuer.`,
      };
    } else if (result.status >= 500 || result.status === 429) {
      problem ??= { kind: 'server-error', code: `http_${result.status}`, status: result.status };
    }
  }
  return {
    type: 'failed',
    problem: problem ?? {
      kind: 'misconfigured',
      code: 'metadata_missing',
      detail: `${issuer} publishes no metadata: set appSettings.signIn.endpoints.`,
    },
  };
}
