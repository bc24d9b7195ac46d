import type { Fields, Provider, RequestContext, WireRequest } from './providers/provider';

/**
 * A request to the token endpoint; the client says who it is as the provider wants it.
 *
 * @param grant the form fields of the grant
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function tokenRequest(
  provider: Provider,
  { settings, endpoints }: RequestContext,
  grant: Fields,
): WireRequest {
  const { clientId, clientSecret } = settings;
  const request = { method: 'POST', url: endpoints.token } as const;
  return provider.clientAuthentication === 'basic' && clientSecret !== undefined
    ? {
        ...request,
        // Both are form-encoded before they are joined.
        headers: {
          Authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`,
        },
        form: grant,
      }
    : { ...request, form: { client_id: clientId, client_secret: clientSecret, ...grant } };
}
