import type { CallName, RecordedReply, ReplyName } from '../../../src/oauth/testing/recording.ts';
import { redact, redactSecret } from '../authorization-server/control/redact.ts';
import {
  shownReplyHeaders,
  shownRequestHeaders,
} from '../authorization-server/control/shown-headers.ts';
import type { WireEndpoint, WireLog } from '../authorization-server/control/wire-log.ts';
import { shownBody } from '../authorization-server/control/wire-recorder.ts';
import { type IssuedCode, nextPollAtMs } from './codes.ts';
import type { Asked } from './recognize.ts';

/** What a stand-in answers, and what it was about. */
export interface Answer {
  reply: RecordedReply;
  /** Undefined for a request that the system does not know. */
  call?: CallName;
  /** Which of the recorded replies it is; undefined for a refusal that is not recorded. */
  name?: ReplyName;
  code?: IssuedCode;
}

const endpointOfCall: Readonly<Record<CallName, WireEndpoint>> = {
  prepare: 'prepare',
  device: 'device',
  poll: 'token',
  redeem: 'redeem',
  refresh: 'refresh',
  revoke: 'revocation',
  account: 'userinfo',
};

/** What replies mean, in the words of RFC 8628 §3.5: the systems have words of their own. */
const outcomeOfReply: Readonly<Record<ReplyName, string>> = {
  prepared: 'ok',
  device: 'ok',
  deviceAlternative: 'ok',
  pending: 'authorization_pending',
  slowDown: 'slow_down',
  denied: 'access_denied',
  expired: 'expired_token',
  success: 'ok',
  redeemed: 'ok',
  refreshed: 'ok',
  refreshRefused: 'invalid_grant',
  revoked: 'ok',
  account: 'ok',
};

function outcomeOf({ name, reply }: Answer): string {
  if (name !== undefined) return outcomeOfReply[name];
  const error = (reply.body as { error?: unknown } | null)?.error;
  return typeof error === 'string' ? error : `http ${reply.status}`;
}

/** Values of a code that must not be shown whole; a user code may. */
function secretsOf({ values }: IssuedCode): string[] {
  const { deviceCode, intermediate, accessToken, refreshToken, idToken } = values;
  return [deviceCode, intermediate, accessToken, refreshToken, idToken].flatMap((value) =>
    value === undefined ? [] : [String(value)],
  );
}

/**
 * Writes one exchange of a stand-in into the wire log, as redacted as those of the embedded
 * server.
 *
 * @param options.codes all that were issued: any of their secrets may be in the request
 */
export function logExchange(
  log: WireLog,
  options: {
    system: string;
    startedAtMs: number;
    requestHeaders: Readonly<Record<string, unknown>>;
    replyHeaders: Readonly<Record<string, unknown>>;
    asked: Asked;
    answer: Answer;
    codes: readonly IssuedCode[];
  },
): void {
  const { system, startedAtMs, asked, answer, codes } = options;
  const { reply, call, code } = answer;
  const secrets = new Set(codes.flatMap(secretsOf));
  const header = (headers: Readonly<Record<string, unknown>>) => (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const segments = asked.url.pathname.split('/');
  const exchange = log.open({
    system,
    startedAt: startedAtMs,
    method: asked.method,
    path: segments.map((one) => (secrets.has(one) ? redactSecret(one) : one)).join('/'),
    endpoint: call === undefined ? 'unknown' : endpointOfCall[call],
    request: {
      headers: shownRequestHeaders(header(options.requestHeaders)),
      form: redact(asked.fields, '', secrets) as Record<string, unknown>,
    },
  });
  log.close(exchange, {
    status: reply.status,
    response: {
      headers: shownReplyHeaders(header(options.replyHeaders)),
      body: shownBody(redact(reply.body, '', secrets)),
    },
    durationMs: Date.now() - startedAtMs,
    outcome: outcomeOf(answer),
    ...(code && {
      userCode: code.values.userCode,
      intervalSeconds: code.intervalSeconds,
      nextPollAt: code.used || answer.name === 'success' ? null : nextPollAtMs(code),
    }),
  });
}
