import type { Context, Middleware } from 'koa';
import type { DeviceCodeRecord, DeviceCodes } from '../device-codes.ts';
import { endpointOf } from '../endpoints.ts';
import { bodyOf } from '../request-body.ts';
import { polledCode } from '../token-rules.ts';
import { spoiledBy } from './fault-injection.ts';
import { redact } from './redact.ts';
import { shownReplyHeaders, shownRequestHeaders } from './shown-headers.ts';
import type { Exchange, WireLog } from './wire-log.ts';

/** What the log shows of a reply's body: JSON redacted, anything else only described. */
export function shownBody(body: unknown): unknown {
  if (typeof body === 'string') {
    return body === '' ? '(empty)' : `(${Buffer.byteLength(body)} bytes that are not JSON)`;
  }
  return body === undefined || body === null ? '(empty)' : redact(body);
}

function outcomeOf(context: Context): string {
  const fault = spoiledBy(context);
  switch (fault) {
    case 'offline':
      return 'cut: offline';
    case 'cut-before':
      return 'cut before processing';
    case 'cut-after':
      return 'cut after processing';
    case 'hang':
      return 'never answered';
    case 'html':
      return 'html instead of JSON';
    case 'truncated-json':
      return 'truncated JSON';
    case 'empty-body':
      return 'empty body';
    case 'huge-body':
      return '1 MB body';
    case 'status':
    case 'delay':
    case 'slow-down':
    case undefined:
      break;
    default:
      fault satisfies never;
  }
  const body: unknown = context.body;
  if (typeof body === 'object' && body !== null && 'error' in body) return String(body.error);
  return context.status < 400 ? 'ok' : `http ${context.status}`;
}

function issuedCode(context: Context, codes: DeviceCodes): DeviceCodeRecord | undefined {
  const body: unknown = context.body;
  if (typeof body !== 'object' || body === null || !('user_code' in body)) return undefined;
  return codes.byUserCode(String(body.user_code));
}

function codeFacts(record: DeviceCodeRecord | undefined): Partial<Exchange> {
  if (record === undefined) return {};
  return {
    userCode: record.userCode,
    intervalSeconds: record.pace.intervalSeconds,
    nextPollAt: record.decision === 'used' ? null : record.pace.nextPollAt,
  };
}

/** Writes each exchange at an endpoint into the wire log, redacted, when it opens and ends. */
export function wireRecorder(log: WireLog, codes: DeviceCodes): Middleware {
  return async (context, next) => {
    const { form } = bodyOf(context);
    const endpoint = endpointOf(context.path, form);
    if (endpoint === undefined || context.method === 'OPTIONS') return next();
    const startedAt = Date.now();
    const exchange = log.open({
      startedAt,
      method: context.method,
      path: context.path,
      endpoint,
      request: {
        headers: shownRequestHeaders((name) => context.get(name)),
        form: redact(Object.fromEntries(form)) as Record<string, unknown>,
      },
    });
    let end: Partial<Exchange> = { outcome: 'client went away' };
    let answered = false;
    context.res.once('close', () => {
      const left = !answered || (context.respond !== false && !context.res.writableFinished);
      log.close(exchange, {
        ...end,
        ...(left ? { outcome: 'client went away', status: null } : {}),
        durationMs: Date.now() - startedAt,
      });
    });
    await next();
    answered = true;
    const fault = spoiledBy(context);
    const record = polledCode(context, codes) ?? issuedCode(context, codes);
    const silent = context.respond === false;
    end = {
      status: silent ? null : context.status,
      response: silent
        ? null
        : {
            headers: shownReplyHeaders((name) => context.response.get(name)),
            body: shownBody(context.body),
          },
      outcome: outcomeOf(context),
      fault: fault === 'offline' || fault === undefined ? null : fault,
      ...codeFacts(record),
    };
  };
}
