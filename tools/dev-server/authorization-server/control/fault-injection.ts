import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Middleware } from 'koa';
import { endpointOf, paths } from '../endpoints.ts';
import { bodyOf } from '../request-body.ts';
import { forceSlowDown } from '../token-rules.ts';
import type { Fault, FaultKind, Faults } from './faults.ts';
import type { ControlSettings } from './settings.ts';

/** What was done to a reply instead of sending it as it was. */
export type Spoiled = FaultKind | 'offline';

const spoiled = new WeakMap<Context['res'], Spoiled>();

/** What was done to this reply; undefined for a reply that went out as it was. */
export function spoiledBy(context: Context): Spoiled | undefined {
  return spoiled.get(context.res);
}

function cut(context: Context): void {
  context.respond = false;
  context.req.socket.destroy();
}

const page = `<!doctype html><html><head><title>Welcome</title></head>
<body><h1>Welcome to the guest network</h1><p>Please accept the terms of use.</p></body></html>`;

/** A browser repeats a request by itself, at once, when a connection dies without an answer. */
const silentRepeatMs = 250;

/**
 * Spoils replies as ordered. Hanging requests wait in `hanging` until they are released.
 *
 * @returns the middleware, and how to end all hanging connections
 */
export function faultInjection(faults: Faults, settings: ControlSettings) {
  const hanging = new Set<() => void>();
  let lastCut = { request: '', at: 0 };

  async function hang(context: Context): Promise<void> {
    await new Promise<void>((resolve) => {
      const release = () => {
        hanging.delete(release);
        resolve();
      };
      hanging.add(release);
      context.res.once('close', release);
    });
    cut(context);
  }

  async function spoil(fault: Fault, context: Context, next: () => Promise<void>): Promise<void> {
    switch (fault.kind) {
      case 'status':
        context.status = fault.status;
        if (fault.retryAfterSeconds !== undefined) {
          context.set('Retry-After', String(fault.retryAfterSeconds));
        }
        context.body =
          fault.error === undefined ? context.response.message : { error: fault.error };
        return;
      case 'html':
        context.status = fault.status;
        context.type = 'text/html';
        context.body = page;
        return;
      case 'truncated-json': {
        await next();
        const json = JSON.stringify(context.body ?? {});
        context.type = 'application/json';
        context.body = json.slice(0, Math.ceil(json.length / 2));
        return;
      }
      case 'empty-body':
        context.type = 'application/json';
        context.body = '';
        context.status = fault.status;
        return;
      case 'huge-body':
        context.status = fault.status;
        context.type = 'application/json';
        context.body = JSON.stringify({ padding: 'x'.repeat(1024 * 1024) });
        return;
      case 'cut-before':
        cut(context);
        return;
      case 'cut-after':
        await next();
        cut(context);
        return;
      case 'hang':
        await hang(context);
        return;
      case 'delay':
        await sleep(fault.delayMs);
        await next();
        return;
      case 'slow-down':
        forceSlowDown(context);
        await next();
        return;
      default:
        fault satisfies never;
    }
  }

  const middleware: Middleware = async (context, next) => {
    const { text, form } = bodyOf(context);
    // On a connection that was used before, browsers repeat a cut request without telling anyone.
    context.set('Connection', 'close');
    if (settings.offline) {
      spoiled.set(context.res, 'offline');
      cut(context);
      return;
    }
    const endpoint = endpointOf(context.path, form);
    const silent = endpoint === undefined || context.method === 'OPTIONS';
    if (silent && context.path !== paths.verification) return next();
    if (settings.latencyMs > 0) await sleep(settings.latencyMs);
    if (silent) return next();
    const request = `${context.method} ${context.url} ${text}`;
    if (request === lastCut.request && Date.now() - lastCut.at < silentRepeatMs) {
      spoiled.set(context.res, 'cut-before');
      cut(context);
      return;
    }
    const fault = faults.take(endpoint);
    if (fault === undefined) return next();
    spoiled.set(context.res, fault.kind);
    await spoil(fault, context, next);
    if (fault.kind === 'cut-before' || fault.kind === 'cut-after') {
      lastCut = { request, at: Date.now() };
    }
  };

  return {
    middleware,
    releaseHanging(): void {
      for (const release of hanging) release();
    },
  };
}
