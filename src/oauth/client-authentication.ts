import type { ClientAuthentication, SignInSettings } from '../settings/settings';
import type { Fields, Provider, RequestContext, WireRequest } from './providers/provider';

/**
 * How the client says who it is: as the settings say, as the provider wants it, or as the metadata
 * allows. A secret in the form comes first: it needs no leave of the browser's.
 *
 * @param supported `token_endpoint_auth_methods_supported`, where the metadata says
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function clientAuthenticationOf(
  settings: SignInSettings,
  provider: Provider,
  supported?: readonly string[],
): ClientAuthentication {
  const decided = settings.clientAuthentication ?? provider.clientAuthentication;
  if (decided !== undefined) return decided;
  const byPreference = ['client_secret_post', 'client_secret_basic', 'none'] as const;
  return byPreference.find((one) => supported?.includes(one)) ?? 'client_secret_post';
}

/**
 * The value of an `Authorization` header for HTTP Basic: both parts are form-encoded before they are
 * joined.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export const basicAuthorization = (clientId: string, clientSecret: string): string =>
  `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`;

/**
 * A request in which the client says who it is. Without a secret, as in an app behind a relay, its
 * name is all it says.
 *
 * @param fields the form fields besides; those of the same name come before the client's
 */
export function authenticatedRequest(
  url: string,
  { settings, clientAuthentication }: RequestContext,
  fields: Fields,
): WireRequest {
  const { clientId, clientSecret } = settings;
  if (clientAuthentication === 'client_secret_basic' && clientSecret !== undefined) {
    const headers = { Authorization: basicAuthorization(clientId, clientSecret) };
    return { method: 'POST', url, headers, form: fields };
  }
  const secret = clientAuthentication === 'none' ? undefined : clientSecret;
  return { method: 'POST', url, form: { client_id: clientId, client_secret: secret, ...fields } };
}

/** The request with the form fields that the settings add to this call. */
export const withParameters = (request: WireRequest, parameters: Fields): WireRequest =>
  request.form === undefined ? request : { ...request, form: { ...request.form, ...parameters } };
