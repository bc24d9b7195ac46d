/** Where the authorization server answers; clients learn these from discovery. */
export const paths = {
  device: '/device/auth',
  token: '/token',
  userinfo: '/userinfo',
  revocation: '/revoke',
  verification: '/device',
  control: '/control',
} as const;

/** The endpoints whose exchanges are logged and can be made to fail. */
export const endpoints = [
  'device',
  'token',
  'refresh',
  'userinfo',
  'revocation',
  'discovery',
] as const;

/** `token` is a poll with a device code, `refresh` the same URL with a refresh token. */
export type Endpoint = (typeof endpoints)[number];

/**
 * Tells which endpoint a request is for.
 *
 * @param form the request's form fields, which alone tell a poll from a refresh
 * @returns undefined for pages, keys and everything else that a TV does not ask
 */
export function endpointOf(path: string, form: URLSearchParams): Endpoint | undefined {
  switch (path) {
    case paths.device:
      return 'device';
    case paths.token:
      return form.get('grant_type') === 'refresh_token' ? 'refresh' : 'token';
    case paths.userinfo:
      return 'userinfo';
    case paths.revocation:
      return 'revocation';
    case '/.well-known/openid-configuration':
    case '/.well-known/oauth-authorization-server':
      return 'discovery';
    default:
      return undefined;
  }
}
