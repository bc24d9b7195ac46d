import type { Context, Middleware } from 'koa';
import type { ControlSettings } from './control/settings.ts';
import { type DeviceCodeRecord, type DeviceCodes, statusOf } from './device-codes.ts';
import { paths } from './endpoints.ts';
import { judgePoll } from './pacing.ts';
import { bodyOf } from './request-body.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

function refuse(context: Context, error: string, description: string): void {
  context.status = 400;
  context.set('Cache-Control', 'no-store');
  context.body = { error, error_description: description };
}

function errorOf(context: Context): unknown {
  const body: unknown = context.body;
  return typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
}

/** The record of the code that a request polls for; undefined when it is no poll of that client. */
export function polledCode(context: Context, codes: DeviceCodes): DeviceCodeRecord | undefined {
  const { form } = bodyOf(context);
  if (context.path !== paths.token || context.method !== 'POST') return undefined;
  if (form.get('grant_type') !== deviceGrant) return undefined;
  const record = codes.byDeviceCode(form.get('device_code') ?? '');
  return record?.clientId === form.get('client_id') ? record : undefined;
}

const slowedDown = new WeakSet<Context['res']>();

/** Has this poll answered with `slow_down`, however late it comes. */
export function forceSlowDown(context: Context): void {
  slowedDown.add(context.res);
}

/**
 * The rules of RFC 8628 §3.5 that oidc-provider does not keep: pace, and `expired_token` and
 * `access_denied` for as long as they are asked for.
 *
 * @param options.approve lets the TV sign in, when a code approves itself
 * @param options.onChange hears of every poll that is judged
 */
export function tokenRules(options: {
  codes: DeviceCodes;
  settings: ControlSettings;
  approve(record: DeviceCodeRecord): Promise<void>;
  onChange(): void;
}): Middleware {
  const { codes, settings } = options;

  async function approveWhenDue(record: DeviceCodeRecord, now: number): Promise<void> {
    const after = settings.autoApproveAfterSeconds;
    if (after === null || statusOf(record, now) !== 'pending') return;
    if (now >= record.issuedAt + after * 1000) await options.approve(record);
  }

  return async (context, next) => {
    const record = polledCode(context, codes);
    if (record === undefined) return next();
    const now = Date.now();
    await approveWhenDue(record, now);
    const status = statusOf(record, now);
    switch (status) {
      case 'denied':
        return refuse(context, 'access_denied', 'The request was denied.');
      case 'expired':
        return refuse(context, 'expired_token', 'The device code has expired.');
      case 'used':
        return next();
      case 'pending':
      case 'approved':
        break;
      default:
        status satisfies never;
    }
    const before = record.pace;
    const { slowDown, pace } = judgePoll(before, now, slowedDown.has(context.res));
    record.pace = pace;
    record.polls += 1;
    if (slowDown) {
      options.onChange();
      return refuse(
        context,
        'slow_down',
        `Polling too fast: wait ${pace.intervalSeconds} s between requests from now on.`,
      );
    }
    await next();
    if (errorOf(context) === 'use_dpop_nonce') {
      // RFC 9449 §8: the TV repeats the request at once, and that is not a poll of its own.
      record.pace = before;
      record.polls -= 1;
    }
    if (context.status === 200) record.decision = 'used';
    options.onChange();
  };
}
