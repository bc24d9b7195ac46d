import { readFileSync } from 'node:fs';
import type { Context, Middleware } from 'koa';
import { sourceOf } from '../../source.ts';
import { type AccountName, isAccountName, people } from '../accounts.ts';
import {
  type CodeStatus,
  type DeviceCodeRecord,
  type DeviceCodes,
  statusOf,
} from '../device-codes.ts';
import { paths } from '../endpoints.ts';
import { bodyOf } from '../request-body.ts';
import { pagePolicy } from './page-frame.ts';
import { accountView, codeView, consentView, resultView } from './views.ts';

const places = { page: paths.verification, style: `${paths.verification}/style.css` };
const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');

/** What a page says about a code that cannot be decided any more; undefined when it can. */
function problemWith(status: CodeStatus | undefined): string | undefined {
  switch (status) {
    case undefined:
      return 'That code is not known. Compare it with your TV and try again.';
    case 'expired':
      return 'That code has expired. Ask your TV for a new one and enter it here.';
    case 'used':
    case 'approved':
      return 'That code has been used already. Ask your TV for a new one and enter it here.';
    case 'denied':
      return 'That code was refused. Ask your TV for a new one and enter it here.';
    case 'pending':
      return undefined;
    default:
      return status satisfies never;
  }
}

/**
 * The page that the QR code opens on a phone. Nothing is stored before the last step, so a visit
 * that is broken off can be repeated.
 */
export function verificationPage(options: {
  codes: DeviceCodes;
  grant(record: DeviceCodeRecord, account: AccountName): Promise<void>;
  refuse(record: DeviceCodeRecord): Promise<void>;
  /** Origins of the pages that may show this one in a frame. */
  framedBy(): readonly string[];
}): Middleware {
  const { codes } = options;

  function respond(context: Context, page: string, status = 200): void {
    context.status = status;
    context.type = 'text/html';
    context.set('Cache-Control', 'no-store');
    context.set('Content-Security-Policy', pagePolicy(options.framedBy()));
    context.body = page;
  }

  async function answerForm(context: Context): Promise<void> {
    const { form } = bodyOf(context);
    const userCode = (form.get('user_code') ?? '').trim();
    const record = codes.byUserCode(userCode);
    const problem = problemWith(record && statusOf(record));
    if (record === undefined || problem !== undefined) {
      return respond(context, codeView(places, userCode, { problem }), 400);
    }
    const account = form.get('account');
    const decision = form.get('decision');
    if (form.get('step') === 'code' || !isAccountName(account)) {
      return respond(context, accountView(places, record));
    }
    if (decision === 'allow') {
      await options.grant(record, account);
      return respond(context, resultView(places, 'allowed', people[account].name));
    }
    if (decision === 'deny') {
      await options.refuse(record);
      return respond(context, resultView(places, 'denied', people[account].name));
    }
    respond(context, consentView(places, record, account));
  }

  function begin(context: Context): void {
    const given = context.query['user_code'];
    const userCode = (Array.isArray(given) ? given[0] : given)?.trim() ?? '';
    const record = codes.byUserCode(userCode);
    const problem = userCode === '' ? undefined : problemWith(record && statusOf(record));
    const { deviceName } = record ?? {};
    respond(context, codeView(places, record?.userCode ?? userCode, { problem, deviceName }));
  }

  return async (context, next) => {
    const { method, path } = context;
    if (path === places.style && method === 'GET') {
      context.type = 'text/css';
      context.set('Cache-Control', 'no-cache');
      context.body = style;
      return;
    }
    if (path === '/' && method === 'GET') return context.redirect(places.page);
    if (path !== places.page) {
      // oidc-provider has pages of its own below this path, which expect a browser session.
      return method === 'GET' && path.startsWith(`${places.page}/`) ? undefined : next();
    }
    if (method === 'GET' || method === 'HEAD') return begin(context);
    // Any site can make a browser send a form, and a phone's page says where it is.
    if (method === 'POST' && sourceOf(context) === 'own') return answerForm(context);
    if (method === 'POST') {
      return respond(
        context,
        codeView(places, '', { problem: 'Please start again on this page.' }),
        403,
      );
    }
    context.status = 405;
  };
}
