import ky, { type KyInstance, type Options } from 'ky';
import { assertNever } from '../assert-never';
import type { Problem } from '../oauth/problem';
import type { ProofKey } from '../oauth/proof';
import { sideOf } from './connection-state';
import type { Proofs } from './dpop';

/** Why there is no access token for a viewer who is signed in. */
export type UnavailableAccess =
  /** There is no network, or the service is in trouble: `problem` says which. */
  | { type: 'transient-failure'; problem: Problem }
  /** The service refuses to renew the token, or to give one for what was asked. */
  | { type: 'refused'; problem: Problem };

/** What asking for an access token comes to. */
export type AccessTokenOutcome =
  | {
      type: 'ready';
      token: string;
      tokenType: 'Bearer' | 'DPoP';
      /** What was granted, when the server says: perhaps less than was asked for. */
      scope?: readonly string[] | undefined;
    }
  | { type: 'signed-out' }
  | UnavailableAccess;

/** Why a call of the app's own API was not made. */
export interface SessionError extends Error {
  name: 'SessionError';
  code: 'signed_out' | 'offline' | 'service_trouble' | 'refused';
  problem?: Problem | undefined;
}

/** The same for the app's own calls, with the key of the proofs that they need. */
export type ApiAccess =
  | (Extract<AccessTokenOutcome, { type: 'ready' }> & { proofKey?: ProofKey | undefined })
  | Exclude<AccessTokenOutcome, { type: 'ready' }>;

export interface ApiDependencies {
  fetch: typeof fetch;
  proofs: Proofs;
  /** Exact origins, e.g. `https://api.example.com`. */
  origins: readonly string[];
  /** @param refused the token that was just answered with 401, if any */
  accessToken(refused?: string): Promise<ApiAccess>;
}

function sessionError(code: SessionError['code'], message: string, problem?: Problem) {
  const error = new Error(message) as SessionError;
  error.name = 'SessionError';
  error.code = code;
  error.problem = problem;
  return error;
}

/**
 * A fetch that adds the access token for the configured origins and passes all other requests on
 * untouched. A refused token is renewed once; a demanded nonce is used once (RFC 9449 §9).
 *
 * Requests with a token follow no redirects: old engines would carry the token wherever one leads.
 * Replies come as they are and of any length: what an app reads of its own API is its own.
 *
 * @throws SessionError when no viewer is signed in or the token cannot be renewed now
 */
export function authorizedFetch(dependencies: ApiDependencies): typeof fetch {
  // Called bare: a browser's fetch refuses to be a method of anything but its window.
  const { fetch: send, proofs, origins } = dependencies;

  return async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    if (!origins.includes(origin)) return send(input, init);

    let refusal: { token: string; response: Response } | undefined;
    let nonceUsed = false;
    for (;;) {
      const access = await dependencies.accessToken(refusal?.token);
      switch (access.type) {
        case 'ready':
          break;
        case 'signed-out':
          if (refusal !== undefined) return refusal.response;
          throw sessionError('signed_out', 'No viewer is signed in.');
        case 'transient-failure':
          if (refusal !== undefined) return refusal.response;
          throw sideOf(access.problem) === 'offline'
            ? sessionError('offline', 'The sign-in service cannot be reached.', access.problem)
            : sessionError('service_trouble', 'The sign-in service has a problem.', access.problem);
        case 'refused':
          if (refusal !== undefined) return refusal.response;
          throw sessionError('refused', 'The sign-in service refuses access.', access.problem);
        default:
          return assertNever(access);
      }
      const { token, tokenType, proofKey } = access;
      const attempt = new Request(request.clone(), { redirect: 'error' });
      attempt.headers.set('Authorization', `${tokenType} ${token}`);
      if (tokenType === 'DPoP') {
        const { method, url } = request;
        const proof =
          proofKey &&
          (await proofs
            .proof(proofKey, { method, url, accessToken: token })
            .catch(() => undefined));
        // Nothing that is bound is sent without a proof.
        if (proof === undefined) throw sessionError('refused', 'The token’s key cannot be used.');
        attempt.headers.set('DPoP', proof);
      }
      const response = await send(attempt);
      const nonce = response.headers.get('DPoP-Nonce');
      if (nonce !== null) proofs.nonceReceived(request.url, nonce);
      if (response.status !== 401) return response;
      const challenge = response.headers.get('WWW-Authenticate') ?? '';
      // Without an exposed challenge header the nonce alone has to tell.
      const nonceWanted = nonce !== null && (challenge === '' || /use_dpop_nonce/.test(challenge));
      if (tokenType === 'DPoP' && nonceWanted && !nonceUsed) {
        nonceUsed = true;
        continue;
      }
      if (refusal !== undefined) return response;
      refusal = { token, response };
    }
  };
}

/** ky, calling with the viewer's access; see {@link authorizedFetch}. */
export function createApi(dependencies: ApiDependencies, options: Options): KyInstance {
  return ky.create({ ...options, fetch: authorizedFetch(dependencies) });
}
