import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type AdapterFactory, type JWK, Provider } from 'oidc-provider';
import { findAccount } from './accounts.ts';
import { paths } from './endpoints.ts';

/** The scopes a TV gets when it asks for none; without one oidc-provider grants nothing. */
export const defaultScope = 'openid profile email offline_access';

const days = (count: number) => count * 24 * 60 * 60;

function signingKey(): JWK {
  // An elliptic key is made in a millisecond; an RSA key would take longer than the rest of start-up.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' } as JWK;
}

/**
 * oidc-provider, configured for one public client named `tv` that has no browser of its own.
 * Everything it lacks is put around it by `server.ts`.
 *
 * @param issuer the public URL, without a trailing slash
 * @param options lifetimes are asked for at each issuance, so that they can change meanwhile
 */
export function createProvider(
  issuer: string,
  options: {
    adapter: AdapterFactory;
    accessTokenLifetimeSeconds(): number;
    codeLifetimeSeconds(): number;
    requireDpopNonce(): boolean;
  },
): Provider {
  const provider = new Provider(issuer, {
    adapter: options.adapter,
    clients: [
      {
        client_id: 'tv',
        client_name: 'TV Sign-In',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    // CORS headers are the outer middleware's: it also covers error replies.
    clientBasedCORS: () => true,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      dPoP: {
        enabled: true,
        nonceSecret: randomBytes(32),
        requireNonce: () => options.requireDpopNonce(),
      },
      pushedAuthorizationRequests: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => client.clientId === token.clientId,
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
    },
    findAccount,
    jwks: { keys: [signingKey()] },
    responseTypes: ['code'],
    rotateRefreshToken: true,
    routes: {
      code_verification: paths.verification,
      device_authorization: paths.device,
      revocation: paths.revocation,
      token: paths.token,
      userinfo: paths.userinfo,
    },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    ttl: {
      AccessToken: () => options.accessTokenLifetimeSeconds(),
      // oidc-provider counts in whole seconds and so ends a code up to one second early. The exact
      // moment is kept by the device code registry, which never lets a code live into this slack.
      DeviceCode: () => options.codeLifetimeSeconds() + 1,
      Grant: days(14),
      IdToken: () => options.accessTokenLifetimeSeconds(),
      Interaction: 3600,
      RefreshToken: days(14),
      Session: days(14),
    },
  });
  // The scheme, too, is told by the headers that public-address.ts writes.
  provider.proxy = true;
  return provider;
}
