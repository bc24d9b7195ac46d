import type { Context, Middleware } from 'koa';
import { type Body, maxBodyBytes, readBytes } from '../../src/oauth/body.ts';
import {
  basicAuthorization,
  clientAuthenticationOf,
} from '../../src/oauth/client-authentication.ts';
import { systemClock } from '../../src/oauth/clock.ts';
import { discover, type Metadata, metadataUrls } from '../../src/oauth/discovery.ts';
import { createHttp } from '../../src/oauth/http.ts';
import { providerFactsOf, providerNamed, providerNames } from '../../src/oauth/providers/index.ts';
import type { Target } from '../../src/oauth/providers/provider.ts';
import {
  type ClientAuthentication,
  checkSettings,
  isAllowedAddress,
  type SignInSettings,
} from '../../src/settings/settings.ts';
import { type AppCall, appCalls, isCallTo } from './app-calls.ts';
import { redact, redactSecret } from './authorization-server/control/redact.ts';
import {
  shownReplyHeaders,
  shownRequestHeaders,
} from './authorization-server/control/shown-headers.ts';
import type { WireLog } from './authorization-server/control/wire-log.ts';
import { readRequest } from './read-request.ts';
import { sourceOf } from './source.ts';

const nothing: Metadata = { endpoints: {}, refusedEndpoints: {} };
const timeOutMs = 20_000;
const callsPerMinute = 120;
const metadataForMs = 5 * 60_000;

const forwardedRequest = ['accept', 'accept-language', 'authorization', 'content-type', 'dpop'];
const forwardedReply = ['date', 'dpop-nonce', 'retry-after', 'www-authenticate'];

/** Types that a browser shows as text and runs nothing of: what the calls of a sign-in answer. */
const harmlessTypes =
  /^(application\/(json|jwt|x-www-form-urlencoded|[\w.-]+\+(json|jwt))|text\/plain)\s*(;|$)/i;

/** The type of a reply; a page of the server behind the relay is no page of the app's origin. */
const shownType = (type: string): string =>
  harmlessTypes.test(type) ? type : 'text/plain; charset=utf-8';

/** The sign-in settings within a settings file; undefined when they are not right. */
function signInOf(settings: unknown): SignInSettings | undefined {
  const signIn = (settings as { appSettings?: { signIn?: unknown } } | null)?.appSettings?.signIn;
  const outcome = checkSettings(
    { appSettings: { signIn } },
    {
      providers: providerNames,
      providerFacts: providerFactsOf,
      languages: [],
      colors: [],
      keys: [],
    },
  );
  return outcome.type === 'valid' ? outcome.settings.signIn : undefined;
}

/**
 * An address as people may see it: what differs from call to call may be a secret, and of an
 * address that is not known anything may be.
 */
function shownAddress(target: URL, call: Target | undefined): string {
  const known = call && new URL(call.url).pathname.split('/');
  const segments = target.pathname.split('/').map((segment, index) => {
    if (known === undefined) return redact(segment);
    return known[index] === segment ? segment : redactSecret(segment);
  });
  return target.origin + segments.join('/');
}

/** The body and headers with the client's secret, where the request says which client it is. */
function authenticated(
  { clientId }: SignInSettings,
  method: ClientAuthentication,
  secret: string,
  headers: Record<string, string>,
  body: string,
): { headers: Record<string, string>; body: string } {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(body);
    if (form.get('client_id') !== clientId || form.has('client_secret')) {
      return { headers, body };
    }
    if (form.has('response_type')) return { headers, body };
    if (method === 'client_secret_basic') {
      form.delete('client_id');
      return {
        headers: { ...headers, authorization: basicAuthorization(clientId, secret) },
        body: form.toString(),
      };
    }
    form.set('client_secret', secret);
    return { headers, body: form.toString() };
  }
  if (type.startsWith('application/json')) {
    try {
      const json = JSON.parse(body) as Record<string, unknown>;
      if (json['client_id'] === clientId && json['client_secret'] === undefined) {
        return { headers, body: JSON.stringify({ ...json, client_secret: secret }) };
      }
    } catch {
      // Not JSON after all: sent on as it is.
    }
  }
  return { headers, body };
}

/**
 * Why a call is not made: only pages of the app's own origin make any. Browsers say so in `Origin` of
 * all that changes something; a program that does not is no TV, and would get the client's secret added.
 */
function strangerRefusal(context: Context): string | undefined {
  const source = sourceOf(context);
  if (context.get('Sec-Fetch-Site') === 'none' || source === 'foreign') {
    return 'The relay serves the app’s own pages only.';
  }
  if (context.method === 'GET' || (source === 'own' && context.get('Origin') !== ''))
    return undefined;
  return `The relay serves the app’s own pages only: this call has no Origin header of theirs, ${context.protocol}://${context.host}.`;
}

/** Answers a call that the relay does not make. @returns what came of it, for the log */
function refuse(
  context: Context,
  status: number,
  error: string,
  error_description: string,
): string {
  context.status = status;
  context.set('Cache-Control', 'no-store');
  context.body = { error, error_description };
  return error;
}

/** Hands on the reply to a call. @returns what came of it, for the log */
function passOn(context: Context, target: URL, response: Response, reply: Body): string {
  if (!reply.isWhole) {
    const sentence = `The reply of ${target.host} is too long to be one of this sign-in.`;
    return refuse(context, 502, 'relay_reply_too_long', sentence);
  }
  context.body = reply.bytes.length === 0 ? null : Buffer.from(reply.bytes);
  context.status = response.status;
  context.set('Content-Type', shownType(response.headers.get('content-type') ?? ''));
  context.set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'");
  for (const name of forwardedReply) {
    const value = response.headers.get(name);
    if (value !== null) context.set(name, value);
  }
  context.set('Cache-Control', 'no-store');
  return 'forwarded';
}

/** @returns a function that counts a device's call: seconds to wait, 0 when the call may go on */
function callBrake(now: () => number): (device: string) => number {
  const recent = new Map<string, number[]>();
  return (device) => {
    const since = now() - 60_000;
    const calls = (recent.get(device) ?? []).filter((atMs) => atMs > since);
    const first = calls[0];
    const full = calls.length >= callsPerMinute && first !== undefined;
    if (!full) calls.push(now());
    recent.set(device, calls);
    return full ? Math.ceil((first - since) / 1000) : 0;
  };
}

/** Finds out which calls the app makes, with the issuer's metadata, which is asked for now and then. */
function callFinder(now: () => number) {
  let discovered: { metadata: Metadata; untilMs: number } | undefined;
  const http = createHttp({ dependencies: { fetch, clock: systemClock, isOnline: () => true } });

  async function metadataOf(signIn: SignInSettings): Promise<Metadata> {
    if (discovered !== undefined && discovered.untilMs > now()) return discovered.metadata;
    if (signIn.issuer === undefined || providerNamed(signIn.provider).discovery === false)
      return nothing;
    const found = await discover(signIn.issuer, signIn, (request) =>
      http.send({ request, signal: AbortSignal.timeout(timeOutMs) }),
    );
    if (found.type === 'failed') return nothing;
    discovered = { metadata: found.metadata, untilMs: now() + metadataForMs };
    return found.metadata;
  }

  async function callFor(
    signIn: SignInSettings,
    method: string,
    target: URL,
  ): Promise<AppCall | undefined> {
    const discovers =
      signIn.issuer !== undefined && providerNamed(signIn.provider).discovery !== false;
    const metadata = discovers ? metadataUrls(signIn.issuer ?? '') : [];
    const wellKnown = metadata.map((url) => ({
      method: 'GET' as const,
      url,
      authenticated: false,
      headers: [],
    }));
    const known = wellKnown.find((call) => isCallTo(call, method, target));
    if (known !== undefined) return known;
    const { endpoints } = await metadataOf(signIn);
    return appCalls(signIn, endpoints).find((call) => isCallTo(call, method, target));
  }

  return { metadataOf, callFor };
}

/**
 * Carries the app's calls to servers that do not answer browsers, from the app's own origin. It
 * forwards the calls that the settings lead to and nothing else, knows no cookies and keeps no
 * body. Its path is what `appSettings.signIn.relay` says; the target follows as in
 * `/relay/https/id.example/token`.
 *
 * @param options.settings the parsed settings file
 * @param options.clientSecret added to requests that authenticate the client; never sent to the TV
 * @param options.wire where each call is noted, without its body
 * @param options.system what the log calls the server behind the relay
 */
export function relay(options: {
  settings: unknown;
  clientSecret?: string;
  wire?: WireLog;
  system?: string;
  now?: () => number;
}): Middleware {
  const settings = signInOf(options.settings);
  const now = options.now ?? Date.now;
  const mount =
    settings?.relay === undefined
      ? undefined
      : `${new URL(settings.relay, 'http://app.invalid/').pathname.replace(/\/+$/, '')}/`;
  const pause = callBrake(now);
  const { metadataOf, callFor } = callFinder(now);

  /** Opens a call in the log. @returns what ends it */
  function note(context: Context, target: URL | undefined, call: AppCall | undefined) {
    const { wire, system } = options;
    const startedAt = Date.now();
    const exchange = wire?.open({
      system,
      startedAt,
      method: context.method,
      path: target === undefined ? '(no address)' : shownAddress(target, call),
      endpoint: 'relay',
      request: { headers: shownRequestHeaders((name) => context.get(name)), form: {} },
    });
    return (outcome: string) => {
      if (exchange === undefined) return;
      wire?.close(exchange, {
        outcome,
        status: context.status,
        durationMs: Date.now() - startedAt,
        response: {
          headers: shownReplyHeaders((name) => context.response.get(name)),
          body: '(the relay keeps no body)',
        },
      });
    };
  }

  /** @returns what came of the call, for the log */
  async function forward(
    context: Context,
    target: URL,
    call: AppCall,
    signIn: SignInSettings,
  ): Promise<string> {
    const received = await readRequest(context.req, context.res);
    if (received === undefined) {
      return refuse(context, 413, 'invalid_request', 'The request body is too large.');
    }
    const body = received.toString();
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(context.headers)) {
      const forwarded = forwardedRequest.includes(name) || call.headers.includes(name);
      if (forwarded && typeof value === 'string') headers[name] = value;
    }
    const secret = options.clientSecret ?? '';
    const { clientAuthentications } = await metadataOf(signIn);
    const method = clientAuthenticationOf(
      signIn,
      providerNamed(signIn.provider),
      clientAuthentications,
    );
    const sent =
      call.authenticated && secret !== '' && method !== 'none'
        ? authenticated(signIn, method, secret, headers, body)
        : { headers, body };
    let response: Response;
    let reply: Body;
    try {
      response = await fetch(target, {
        method: context.method,
        headers: sent.headers,
        ...(sent.body === '' ? {} : { body: sent.body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeOutMs),
      });
      reply = await readBytes(response, maxBodyBytes);
    } catch {
      return refuse(context, 502, 'relay_target_unreachable', `${target.host} does not answer.`);
    }
    return passOn(context, target, response, reply);
  }

  return async (context, next) => {
    if (mount === undefined || settings === undefined || !context.path.startsWith(mount)) {
      return next();
    }
    const path = /^(https?)\/(.+)$/.exec((context.req.url ?? '').slice(mount.length));
    const address = path === null ? '' : `${path[1]}://${path[2]}`;
    const allowed = isAllowedAddress(address, settings.allowInsecureHttp);
    const target = allowed ? new URL(address) : undefined;
    const stranger = strangerRefusal(context);
    if (stranger !== undefined) {
      const end = note(context, target, undefined);
      end(refuse(context, 403, 'relay_refused', stranger));
      return;
    }
    const wait = pause(context.ip);
    if (wait > 0) {
      const end = note(context, target, undefined);
      context.set('Retry-After', String(wait));
      end(refuse(context, 429, 'relay_busy', 'Too many calls through the relay.'));
      return;
    }
    const call = target && (await callFor(settings, context.method, target));
    const end = note(context, target, call);
    if (target === undefined || call === undefined) {
      const what = target === undefined ? 'this' : target.origin + target.pathname;
      const why = 'it is none of the endpoints in appSettings.signIn.';
      const sentence = `The relay does not forward ${context.method} ${what}: ${why}`;
      end(refuse(context, 403, 'relay_refused', sentence));
      return;
    }
    let outcome = 'failed';
    try {
      outcome = await forward(context, target, call, settings);
    } finally {
      end(outcome);
    }
  };
}
