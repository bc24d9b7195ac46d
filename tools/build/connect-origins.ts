import { systemClock } from '../../src/oauth/clock.ts';
import { discover, type Metadata } from '../../src/oauth/discovery.ts';
import { isComplete } from '../../src/oauth/endpoint-resolver.ts';
import { createHttp } from '../../src/oauth/http.ts';
import { providerNamed } from '../../src/oauth/providers/index.ts';
import type { Endpoints } from '../../src/oauth/providers/provider.ts';
import { ownDomain } from '../../src/oauth/same-site.ts';
import type { SignInSettings } from '../../src/settings/settings.ts';
import { appCalls } from '../dev-server/app-calls.ts';

const timeOutMs = 10_000;

/** Whether only the issuer's metadata says where the app's calls go. */
export const needsMetadata = ({ issuer, relay, provider }: SignInSettings): boolean =>
  issuer !== undefined && relay === undefined && providerNamed(provider).discovery !== false;

/** Every address that the app calls, relays aside. */
function calledAddresses(
  signIn: SignInSettings,
  discovered: Partial<Endpoints>,
): readonly (string | undefined)[] {
  const { issuer, endpoints, provider } = signIn;
  return [
    needsMetadata(signIn) ? issuer : undefined,
    ...Object.values({
      ...discovered,
      ...providerNamed(provider).endpoints?.(signIn),
      ...endpoints,
    }),
    ...appCalls(signIn, discovered).map(({ url }) => url),
  ];
}

/**
 * Origins that the app's requests go to: those of the calls that it makes with these settings, and
 * those that the settings list.
 *
 * @param discovered endpoints out of the issuer's metadata
 * @returns none for a relay below the app's own page
 */
export function connectOrigins(
  signIn: SignInSettings,
  discovered: Partial<Endpoints> = {},
): readonly string[] {
  const { relay } = signIn;
  const called = relay === undefined ? calledAddresses(signIn, discovered) : [relay];
  const addresses = [...called, ...signIn.apiOrigins, ...signIn.connectOrigins];
  const origins = addresses.flatMap((address) =>
    address !== undefined && /^https?:\/\//.test(address) ? [new URL(address).origin] : [],
  );
  return [...new Set(origins)];
}

/**
 * The issuer's whole domain, where nothing names the hosts of its endpoints: the app calls none that
 * the metadata put elsewhere.
 *
 * @returns undefined where the settings or the metadata have named every host
 */
export function unnamedDomain(signIn: SignInSettings): string | undefined {
  const { issuer, connectOrigins: named } = signIn;
  if (issuer === undefined || !needsMetadata(signIn) || named.length > 0) return undefined;
  return ownDomain(new URL(issuer).hostname);
}

/** What asking for metadata while building came to. */
export type ResolvedOrigins =
  | { type: 'resolved'; origins: readonly string[] }
  /** Not all origins may be there. */
  | { type: 'unresolved'; origins: readonly string[]; why: string }
  /** What the issuer says cannot be used. */
  | { type: 'unusable'; why: string };

/** Why the app could not sign in with what metadata say; undefined when it could. */
function whyUnusable(signIn: SignInSettings, { endpoints, refusedEndpoints }: Metadata) {
  const configured = { ...providerNamed(signIn.provider).endpoints?.(signIn), ...signIn.endpoints };
  for (const name of Object.keys(refusedEndpoints) as (keyof Endpoints)[]) {
    const problem = refusedEndpoints[name];
    if (configured[name] === undefined && problem !== undefined) return problem.detail;
  }
  return isComplete({ ...endpoints, ...configured })
    ? undefined
    : `${signIn.issuer} does not say where devices sign in: set appSettings.signIn.endpoints.`;
}

/** A fetch that remembers what Node says of the last failure, e.g. ENOTFOUND or a bad certificate. */
function notingFetch(): { noting: typeof fetch; cause(): string | undefined } {
  let last: string | undefined;
  return {
    async noting(...request) {
      try {
        return await fetch(...request);
      } catch (error) {
        const { cause } = error as { cause?: { code?: string; message?: string } };
        last = cause?.code ?? cause?.message;
        throw error;
      }
    },
    cause: () => last,
  };
}

/**
 * Asks the issuer where its endpoints are, so that the page's policy can name them.
 *
 * @param options.offline asks nothing
 * @param options.report is told what is being done, for the person who waits
 */
export async function resolveOrigins(
  signIn: SignInSettings,
  options: { offline?: boolean; report(line: string): void },
): Promise<ResolvedOrigins> {
  const { issuer } = signIn;
  const origins = connectOrigins(signIn);
  if (issuer === undefined || !needsMetadata(signIn)) return { type: 'resolved', origins };
  if (options.offline) return { type: 'unresolved', origins, why: `${issuer} was not asked.` };
  options.report(`Asking ${issuer} where its endpoints are …`);
  const { noting, cause } = notingFetch();
  const dependencies = { fetch: noting, clock: systemClock, isOnline: () => true };
  const http = createHttp({ dependencies });
  const found = await discover(issuer, signIn, (request) =>
    http.send({ request, signal: AbortSignal.timeout(timeOutMs) }),
  );
  if (found.type === 'failed') {
    const { code, detail = '' } = found.problem;
    const why =
      `${issuer} does not say where its endpoints are (${cause() ?? code}). ${detail}`.trim();
    return { type: 'unresolved', origins, why };
  }
  const unusable = whyUnusable(signIn, found.metadata);
  if (unusable !== undefined) return { type: 'unusable', why: unusable };
  return { type: 'resolved', origins: connectOrigins(signIn, found.metadata.endpoints) };
}
