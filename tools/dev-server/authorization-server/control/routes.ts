import type { Context, Middleware } from 'koa';
import { accountNames } from '../accounts.ts';
import { paths } from '../endpoints.ts';
import { bodyOf } from '../request-body.ts';
import { isInvalidOrder, object, oneOf } from './checks.ts';
import { type Control, isControlRefusal, refusalStatus } from './control.ts';
import { readFault } from './faults.ts';
import { isFromElsewhere, whyForbidden } from './own-machine.ts';
import { readSettingsPatch } from './settings.ts';

const readApproval = object({ account: oneOf(accountNames) });

function parseJson(context: Context): unknown {
  const { text } = bodyOf(context);
  return text === '' ? {} : JSON.parse(text);
}

function stream(context: Context, control: Control): void {
  context.respond = false;
  const { res } = context;
  res.writeHead(200, {
    ...(context.get('Origin') === ''
      ? {}
      : { 'access-control-allow-origin': context.get('Origin') }),
    'cache-control': 'no-store',
    'content-type': 'text/event-stream',
  });
  const send = (event: string, data: unknown) =>
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('state', control.state());
  const stops = [
    control.onExchange((exchange) => send('exchange', exchange)),
    control.onChange(() => send('state', control.state())),
  ];
  res.once('close', () => {
    for (const stop of stops) stop();
  });
}

/** Carries out one order. Undefined when there is no such order. */
async function answer(context: Context, control: Control): Promise<unknown> {
  const rest = context.path.slice(paths.control.length).replace(/\/$/, '');
  const [, userCode = '', decision] = /^\/codes\/([^/]+)\/(\w+)$/.exec(rest) ?? [];
  const order = decision === undefined ? rest : `/codes/*/${decision}`;
  switch (`${context.method} ${order}`) {
    case 'GET ':
    case 'GET /state':
      return control.state();
    case 'PATCH /settings':
      return control.changeSettings(readSettingsPatch(parseJson(context)));
    case 'POST /codes/*/approve': {
      const { account } = readApproval(parseJson(context));
      return control.approve(decodeURIComponent(userCode), account);
    }
    case 'POST /codes/*/deny':
      return control.deny(decodeURIComponent(userCode));
    case 'POST /codes/*/expire':
      return control.expire(decodeURIComponent(userCode));
    case 'POST /faults':
      return control.addFault(readFault(parseJson(context)));
    case 'DELETE /faults':
      control.clearFaults();
      return control.state();
    case 'POST /sessions/end':
      control.endSessions();
      return control.state();
    case 'GET /log':
      return control.log();
    case 'DELETE /log':
      control.clearLog();
      return control.log();
    case 'POST /reset':
      control.reset();
      return control.state();
    default:
      return undefined;
  }
}

function explain(error: unknown): { status: number; error: string; message: string } {
  if (isControlRefusal(error)) {
    return { status: refusalStatus[error.code], error: error.code, message: error.message };
  }
  if (isInvalidOrder(error)) return { status: 400, error: error.code, message: error.message };
  if (error instanceof SyntaxError) {
    return { status: 400, error: 'invalid-json', message: error.message };
  }
  throw error;
}

/** The control API below `/control`: JSON over HTTP, for this machine only. */
export function controlRoutes(control: Control): Middleware {
  return async (context, next) => {
    const { path } = context;
    if (path !== paths.control && !path.startsWith(`${paths.control}/`)) return next();
    const forbidden = isFromElsewhere(context)
      ? 'a page of another site sent it'
      : whyForbidden(context);
    if (forbidden !== undefined) {
      context.status = 403;
      context.body = {
        error: 'forbidden',
        message: `The control API answers this machine only, and this request was refused because ${forbidden}.`,
      };
      return;
    }
    const origin = context.get('Origin');
    if (origin !== '') context.set('Access-Control-Allow-Origin', origin);
    context.set('Cache-Control', 'no-store');
    if (context.method === 'OPTIONS') {
      context.set('Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE');
      context.set('Access-Control-Allow-Headers', 'Content-Type');
      context.status = 204;
      return;
    }
    if (context.method === 'GET' && path === `${paths.control}/log/stream`) {
      stream(context, control);
      return;
    }
    try {
      const result = await answer(context, control);
      context.status = result === undefined ? 404 : 200;
      context.body = result ?? {
        error: 'unknown-order',
        message: `There is no ${context.method} ${path}.`,
      };
    } catch (error) {
      const { status, ...body } = explain(error);
      context.status = status;
      context.body = body;
    }
  };
}
