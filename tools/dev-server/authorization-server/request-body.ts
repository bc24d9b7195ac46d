import { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { readRequest } from '../read-request.ts';

const bodies = new WeakMap<Context['res'], { text: string; form: URLSearchParams }>();

/** The request's body, as text and as form fields (none unless it is a form). */
export function bodyOf(context: Context): { text: string; form: URLSearchParams } {
  return bodies.get(context.res) ?? { text: '', form: new URLSearchParams() };
}

/** The same request with its body still to be read. */
function unread(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } =
    request;
  Object.assign(copy, { method, url, httpVersion, httpVersionMajor, httpVersionMinor });
  copy.headers = { ...headers };
  copy.rawHeaders = rawHeaders;
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
}

function replaceBody(context: Context, body: Buffer): void {
  const text = body.toString('utf8');
  const isForm = context.is('application/x-www-form-urlencoded') !== false;
  bodies.set(context.res, { text, form: new URLSearchParams(isForm ? text : '') });
  const request = unread(context.req, body);
  Object.assign(context, { req: request });
  Object.assign(context.request, { req: request });
  Object.assign(context.response, { req: request });
}

/** Has what follows see a public client's request with these form fields. */
export function replaceForm(context: Context, form: URLSearchParams): void {
  const body = Buffer.from(form.toString());
  context.req.headers['content-length'] = String(body.length);
  delete context.req.headers.authorization;
  replaceBody(context, body);
}

/**
 * Reads each body before anything else does, so that the wire log and the token rules know what
 * was asked, and hands oidc-provider a request that looks untouched: it reads bodies by itself.
 */
export const readBody: Middleware = async (context, next) => {
  let body: Buffer | undefined;
  try {
    body = await readRequest(context.req, context.res);
  } catch {
    // The client left in the middle of its request: no answer can reach it.
    context.respond = false;
    return;
  }
  if (body === undefined) {
    context.status = 413;
    context.body = {
      error: 'invalid_request',
      error_description: 'The request body is too large.',
    };
    return;
  }
  replaceBody(context, body);
  await next();
};
