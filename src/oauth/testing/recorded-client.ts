import { checkSettings, type SignInSettings } from '../../settings/settings';
import type { AuthorizationServer } from '../authorization-server';
import { createAuthorizationServer } from '../client';
import { systemClock } from '../clock';
import { providerFactsOf, providerNamed, providerNames } from '../providers/index';
import { type SeenRequest, startTestServer, type TestServer } from './http-server';
import type { RecordedCall, RecordedReply, Recording } from './recording';

/** `appSettings.signIn` as the app checks it. */
export function checkedSignIn(signIn: Readonly<Record<string, unknown>>): SignInSettings {
  const outcome = checkSettings(
    { appSettings: { name: 'Test', signIn: { allowInsecureHttp: true, ...signIn } } },
    {
      providers: providerNames,
      providerFacts: providerFactsOf,
      languages: [],
      colors: [],
      keys: [],
    },
  );
  if (outcome.type === 'invalid') {
    throw new Error(outcome.faults.map((fault) => fault.sentence).join(' '));
  }
  return outcome.settings.signIn;
}

/** A server that answers with recorded replies, one after the other. */
export interface ReplyingServer extends TestServer {
  /** What is to be answered next; the last one is repeated. */
  answerWith(...replies: readonly RecordedReply[]): void;
}

/** @returns a real HTTP server */
export async function startReplyingServer(): Promise<ReplyingServer> {
  let queue: readonly RecordedReply[] = [];
  const server = await startTestServer((_request, response) => {
    const [reply, ...rest] = queue;
    if (rest.length > 0) queue = rest;
    if (reply === undefined) {
      response.writeHead(500).end();
      return;
    }
    const { status, headers, body } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  });
  return {
    ...server,
    answerWith(...replies) {
      queue = replies;
    },
  };
}

/**
 * The app's own HTTP client with a recording's settings. It calls the provider's real addresses by
 * way of a test server, as through a relay, so that whole addresses can be compared.
 */
export function clientOf(
  recording: Pick<Recording, 'signIn' | 'appName' | 'deviceName' | 'language' | 'deviceId'>,
  relay: string,
  changes: Readonly<Record<string, unknown>> = {},
  fetcher: typeof fetch = fetch,
): AuthorizationServer {
  const settings = checkedSignIn({ ...recording.signIn, relay, ...changes });
  return createAuthorizationServer({
    settings,
    provider: providerNamed(settings.provider),
    dependencies: { fetch: fetcher, clock: systemClock, isOnline: () => true },
    appName: recording.appName ?? 'TV app',
    deviceName: recording.deviceName,
    language: () => recording.language ?? 'en',
    deviceId: () => Promise.resolve(recording.deviceId ?? 'device-1'),
  });
}

/** What was sent, in the shape of a recorded call. */
export function asCall(seen: SeenRequest | undefined, headers: readonly string[]): unknown {
  if (seen === undefined) return undefined;
  const type = seen.headers['content-type'] ?? '';
  const wanted = headers.map((name) => [name, seen.headers[name]]);
  return {
    method: seen.method,
    url: seen.path.replace(/^\/(https?)\//, '$1://'),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(wanted) }),
    ...(type.startsWith('application/x-www-form-urlencoded') ? { form: seen.form } : {}),
    ...(type.startsWith('application/json')
      ? { json: JSON.parse(seen.body) as Record<string, unknown> }
      : {}),
  };
}

/** The recorded call without its provenance. */
export function withoutProvenance({ from: _from, ...call }: RecordedCall): unknown {
  return call;
}
