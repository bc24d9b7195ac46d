import type { Context, Middleware } from 'koa';
import type { ControlSettings } from './control/settings.ts';
import { paths } from './endpoints.ts';
import { bodyOf, replaceForm } from './request-body.ts';

/** The secret of the client `tv`, where clients are to authenticate themselves. */
export const clientSecret = 'tv-secret';

const formType = 'application/x-www-form-urlencoded';

const client = ['client_id', 'client_secret'];
const token = ['grant_type', 'device_code', 'refresh_token', 'scope', 'code_verifier', ...client];

/** Fields that the standards know at each endpoint, and the one of this server: `device_name`. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
  [paths.device]: ['scope', 'code_challenge', 'code_challenge_method', 'device_name', ...client],
  [paths.token]: token,
  [paths.revocation]: ['token', 'token_type_hint', ...client],
};

/** @returns what is wrong with the request, as the strictest servers see it */
function complaint(
  { strictContentType, strictParameters }: ControlSettings,
  contentType: string,
  names: readonly string[],
  known: readonly string[],
): string | undefined {
  if (strictContentType && contentType !== formType) return `Content-Type must be ${formType}`;
  if (!strictParameters) return undefined;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `Unknown parameter: ${unknown}`;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return repeated === undefined ? undefined : `Repeated parameter: ${repeated}`;
}

type Identity = Readonly<Record<'method' | 'id' | 'secret', string>>;

/** How the client says who it is; undefined when it says so in two ways or in none. */
function identityOf(authorization: string, form: URLSearchParams): Identity | undefined {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization === '') {
    if (id === null) return undefined;
    return secret === null
      ? { method: 'none', id, secret: '' }
      : { method: 'client_secret_post', id, secret };
  }
  const [, pair = ''] = /^Basic (.+)$/i.exec(authorization) ?? [];
  const parts = Buffer.from(pair, 'base64').toString().split(':');
  if (id !== null || secret !== null || parts.length !== 2) return undefined;
  // RFC 6749 §2.3.1: both are form-encoded.
  const [name = '', word = ''] = parts.map((part) => {
    const [[, value = ''] = []] = [...new URLSearchParams(`x=${part}`)];
    return value;
  });
  return { method: 'client_secret_basic', id: name, secret: word };
}

function refuse(context: Context, status: number, error: string, description: string): void {
  context.status = status;
  context.set('Cache-Control', 'no-store');
  if (status === 401) context.set('WWW-Authenticate', 'Basic realm="TV Sign-In"');
  context.body = { error, error_description: description };
}

/**
 * Makes the server as strict as the settings say, and its metadata say so. To the library the client
 * is public: what it says about itself is checked here.
 */
export function strictness(settings: ControlSettings): Middleware {
  return async (context, next) => {
    const method = settings.clientAuthentication;
    const known = context.method === 'POST' ? knownFields[context.path] : undefined;
    if (known === undefined) {
      await next();
      const metadata = context.body as Record<string, unknown> | undefined;
      if (method !== 'any' && context.path.startsWith('/.well-known/') && metadata) {
        context.body = { ...metadata, token_endpoint_auth_methods_supported: [method] };
      }
      return;
    }
    const { form } = bodyOf(context);
    const names = [...form.keys()];
    const wrong = complaint(settings, context.get('Content-Type'), names, known);
    if (wrong !== undefined) return refuse(context, 400, 'invalid_request', wrong);
    if (method === 'any') return next();
    const identity = identityOf(context.get('Authorization'), form);
    const secret = method === 'none' ? '' : clientSecret;
    if (identity?.method !== method || identity.id !== 'tv' || identity.secret !== secret) {
      return refuse(context, 401, 'invalid_client', `Clients authenticate by ${method} here.`);
    }
    form.delete('client_secret');
    form.set('client_id', 'tv');
    replaceForm(context, form);
    return next();
  };
}
