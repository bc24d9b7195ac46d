import type { SignInSettings } from '../settings/settings';
import type { Clock } from './clock';
import type { MetadataCache } from './discovery';
import { createEndpointResolver } from './endpoint-resolver';
import { type Call, createHttp, type HttpDependencies } from './http';
import { createMetadataSource } from './metadata-source';
import type { Problem } from './problem';
import type { ProofSource } from './proof';
import type { Endpoints, Provider, RequestContext, Send } from './providers/provider';
import type { NoReply, Reply } from './reply';

/** What an authorization server's client is made of. */
export interface AuthorizationServerOptions {
  settings: SignInSettings;
  provider: Provider;
  dependencies: HttpDependencies;
  appName: string;
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
      /** Why the metadata is not known, where the call can do without. */
      metadataProblem?: Problem | undefined;
    }
  | { type: 'failed'; problem: Problem };

/** What the calls to one authorization server share. */
export interface Connection {
  settings: SignInSettings;
  provider: Provider;
  clock: Clock;
  proofs?: ProofSource | undefined;
  /** Endpoints that need no metadata. */
  configured: Partial<Endpoints>;
  /** Sends one request; never rejects. */
  http(call: Call): Promise<Reply | NoReply>;
  /** A `Send` for providers, whose requests end with the signal. */
  sender(signal: AbortSignal, dpop?: boolean): Send;
  /** @param endpoint the one that is to be called */
  prepare(endpoint: keyof Endpoints): Promise<Preparation>;
}

/** Makes what the calls to one server share. */
export function createConnection(options: AuthorizationServerOptions): Connection {
  const { settings, provider, dependencies, proofs, metadataCache } = options;
  const { clock } = dependencies;
  const { issuer, allowInsecureHttp, relay } = settings;
  const http = createHttp({ dependencies, relay, proofs });
  const configured = { ...provider.endpoints?.(settings), ...settings.endpoints };
  const notes: Record<string, string> = {};
  const sender =
    (signal: AbortSignal, dpop = false): Send =>
    (request) =>
      http({ request, signal, dpop });

  const metadata =
    issuer === undefined || provider.discovery === false
      ? undefined
      : createMetadataSource({
          issuer,
          allowInsecureHttp,
          clock,
          send: sender(new AbortController().signal),
          cache: metadataCache,
          onMetadata: (learnt) => proofs?.algorithmsAdvertised(learnt.dpopAlgorithms),
        });
  const mayNeedProof = settings.dpop === 'auto' && proofs !== undefined;
  const resolve = createEndpointResolver({ issuer, configured, mayNeedProof, metadata });

  async function prepare(endpoint: keyof Endpoints): Promise<Preparation> {
    const resolution = await resolve(endpoint);
    if (resolution.type === 'failed') return resolution;
    const { endpoints, metadataProblem } = resolution;
    const context: RequestContext = {
      settings,
      endpoints,
      language: options.language(),
      wallMs: clock.wallMs(),
      deviceId: await options.deviceId(),
      appName: options.appName,
      notes,
    };
    return { type: 'prepared', context, metadataProblem };
  }

  return { settings, provider, clock, proofs, configured, http, sender, prepare };
}
