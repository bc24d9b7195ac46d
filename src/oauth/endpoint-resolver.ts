import type { Discovery } from './discovery';
import type { MetadataNeed, MetadataSource } from './metadata-source';
import type { Problem } from './problem';
import type { Endpoints } from './providers/provider';

/** Where to call, or why that cannot be told. */
export type Resolution =
  | {
      type: 'resolved';
      endpoints: Endpoints;
      discovery?: Discovery | undefined;
      /** Why the endpoint that was asked for is not among them, though the server may have one. */
      missing?: Problem | undefined;
    }
  | { type: 'failed'; problem: Problem };

/** What finding endpoints takes. */
export interface EndpointResolverOptions {
  /** Base address of the server, when the settings name one. */
  issuer: string | undefined;
  /** Endpoints of the settings and the provider; they come before those of the metadata. */
  configured: Partial<Endpoints>;
  /** True when only the metadata says how the client authenticates itself. */
  mayNeedAuthentication: boolean;
  /** Absent for servers that publish no metadata. */
  metadata?: MetadataSource | undefined;
}

/** True when a sign-in can be made with these endpoints. */
export const isComplete = (endpoints: Partial<Endpoints>): endpoints is Endpoints =>
  endpoints.deviceAuthorization !== undefined && endpoints.token !== undefined;

/** What metadata is to a call of an endpoint. */
function metadataNeed(
  endpoint: keyof Endpoints,
  decidesBinding: boolean,
  { configured, mayNeedAuthentication }: EndpointResolverOptions,
): MetadataNeed {
  if (!isComplete(configured)) return 'cannot-do-without';
  if (decidesBinding) return 'cannot-decide-without';
  const isWorthIt = configured[endpoint] === undefined || mayNeedAuthentication;
  return isWorthIt ? 'worth-waiting' : 'not-needed';
}

/** Neither the settings nor the metadata name an endpoint that no sign-in can do without. */
function endpointMissing(endpoints: Partial<Endpoints>, issuer: string | undefined): Problem {
  const code = endpoints.token === undefined ? 'token_endpoint_missing' : 'device_endpoint_missing';
  const detail =
    issuer === undefined
      ? 'Set appSettings.signIn.issuer, or both endpoints.'
      : `${issuer} does not say where devices sign in: set appSettings.signIn.endpoints.`;
  return { kind: 'misconfigured', code, detail };
}

/**
 * Finds the endpoints of a server: from the settings, the provider and the server's metadata.
 *
 * @returns a function that takes the endpoint that is to be called, and whether the metadata decides
 *   on what the tokens that come of it are bound to
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function createEndpointResolver(
  options: EndpointResolverOptions,
): (endpoint: keyof Endpoints, decidesBinding: boolean) => Promise<Resolution> {
  const { issuer, configured, metadata } = options;
  return async (endpoint, decidesBinding) => {
    const discovery = await metadata?.(metadataNeed(endpoint, decidesBinding, options));
    const metadataProblem = discovery?.type === 'failed' ? discovery.problem : undefined;
    const found = discovery?.type === 'found' ? discovery.metadata : undefined;
    const endpoints = { ...found?.endpoints, ...configured };
    const problemOf = (name: keyof Endpoints): Problem | undefined => {
      if (endpoints[name] !== undefined) return undefined;
      return found?.refusedEndpoints[name] ?? metadataProblem;
    };
    if (isComplete(endpoints)) {
      return { type: 'resolved', endpoints, discovery, missing: problemOf(endpoint) };
    }
    const problem = problemOf('token') ?? problemOf('deviceAuthorization');
    return { type: 'failed', problem: problem ?? endpointMissing(endpoints, issuer) };
  };
}
