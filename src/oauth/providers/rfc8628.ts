import { base64url } from '../base64url';
import type { Problem } from '../problem';
import type { Provider } from './provider';

/** Without WebCrypto there is no digest; to leave out what the settings demand would go unnoticed. */
const pkceUnavailable: Problem = {
  kind: 'misconfigured',
  code: 'pkce_unavailable',
  detail:
    'signIn.providerOptions.pkce is "S256", and this device offers no WebCrypto here. Serve the app over https, or set pkce to "off".',
};

/**
 * RFC 8628 to the letter. The option `pkce` adds RFC 7636 to it, for servers that know it at the
 * device endpoint or demand it there, as Keycloak can: a device code alone then yields no token.
 */
export const rfc8628: Provider = {
  name: 'rfc8628',
  options: { pkce: ['off', 'S256'] },
  async prepare(_send, { settings, notes }) {
    delete notes['verifier'];
    delete notes['challenge'];
    if (settings.providerOptions['pkce'] !== 'S256') return undefined;
    try {
      const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      Object.assign(notes, { verifier, challenge: base64url(digest) });
      return undefined;
    } catch {
      return pkceUnavailable;
    }
  },
  deviceFields: ({ notes: { challenge } }) => ({
    code_challenge: challenge,
    code_challenge_method: challenge && 'S256',
  }),
  pollFields: (_authorization, { notes }) => ({ code_verifier: notes['verifier'] }),
};
