import type { Middleware } from 'koa';
import { paths } from './endpoints.ts';

const allowedHeaders = 'Accept, Accept-Language, Authorization, Content-Type, DPoP';
const exposedHeaders = 'DPoP-Nonce, Retry-After, WWW-Authenticate';

/**
 * Lets a TV app in a browser engine call every endpoint, and read error replies and the headers
 * that steer it. An app that runs from `file://` has the origin `null`.
 *
 * @param options.allowedOrigins every origin when undefined
 * @param options.refuse asked at each request: behaves as a server without CORS
 */
export function cors(options: {
  allowedOrigins: readonly string[] | undefined;
  refuse(): boolean;
}): Middleware {
  const allowed = (origin: string) =>
    options.allowedOrigins === undefined || options.allowedOrigins.includes(origin);
  return async (context, next) => {
    const origin = context.get('Origin');
    const page = context.path === paths.verification;
    if (origin === '' || page) return next();
    context.vary('Origin');
    if (context.method === 'OPTIONS') {
      context.status = 204;
      if (options.refuse() || !allowed(origin)) return;
      context.set('Access-Control-Allow-Origin', origin);
      context.set('Access-Control-Allow-Methods', 'GET, POST');
      context.set('Access-Control-Allow-Headers', allowedHeaders);
      return;
    }
    if (!options.refuse() && allowed(origin)) {
      context.set('Access-Control-Allow-Origin', origin);
      context.set('Access-Control-Expose-Headers', exposedHeaders);
    }
    await next();
    if (options.refuse() || !allowed(origin)) {
      // oidc-provider sets its own when it finds none.
      context.remove('Access-Control-Allow-Origin');
      context.remove('Access-Control-Expose-Headers');
    }
  };
}
