import type { Middleware } from 'koa';

/**
 * Makes every URL that oidc-provider hands out begin with the issuer: it builds them from the
 * request's Host header, and a TV that came by another name would get a mixture.
 *
 * @param publicUrl the issuer
 */
export function publicAddress(publicUrl: string): Middleware {
  const { host, protocol } = new URL(publicUrl);
  return async (context, next) => {
    context.req.headers['host'] = host;
    context.req.headers['x-forwarded-host'] = host;
    context.req.headers['x-forwarded-proto'] = protocol.replace(':', '');
    await next();
  };
}
