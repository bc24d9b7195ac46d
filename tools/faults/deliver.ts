import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertNever } from '../../src/assert-never.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import { type Delivery, dateIn120s, type Fault } from './faults.ts';
import { requestIdHeader } from './network.ts';
import type { Answer } from './server-model.ts';

/** One request that is being answered. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Carries the request out; @returns the right answer */
  right(): Answer;
  clock: Clock;
  /** Tells that the request is held up, or goes on. */
  onHold(requestId: string, held: boolean): void;
  /** Where the server is, without a slash at the end. */
  serverUrl: string;
}

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'Retry-After, DPoP-Nonce, WWW-Authenticate',
};

const json = { 'content-type': 'application/json' };

const commonHeaders = (clock: Clock, withCors = true): Record<string, string> => ({
  connection: 'close',
  date: new Date(clock.wallMs()).toUTCString(),
  ...(withCors ? cors : {}),
});

/** Answers as a server without faults. */
export function sendRight({ response, clock, right }: Exchange): void {
  const { status, members } = right();
  response.writeHead(status, { ...commonHeaders(clock), ...json });
  response.end(JSON.stringify(members));
}

/** Promises an answer of the right length; @returns its text, none of it sent */
function promise({ response, clock, right }: Exchange, minLength: number): string {
  const { status, members } = right();
  const text = JSON.stringify(members).padEnd(minLength);
  response.writeHead(status, {
    ...commonHeaders(clock),
    ...json,
    'content-length': String(Buffer.byteLength(text)),
  });
  return text;
}

function sendHalf(exchange: Exchange): void {
  const text = promise(exchange, 20);
  exchange.response.write(text.slice(0, text.length / 2));
}

function drip(exchange: Exchange): void {
  const { response, clock } = exchange;
  const text = promise(exchange, 40);
  let at = 0;
  const next = () => {
    if (response.destroyed) return;
    response.write(text.charAt(at++));
    if (at < text.length) clock.setTimer(1000, next);
  };
  next();
}

type DeliveryOf<Type extends Delivery['type']> = Extract<Delivery, { type: Type }>;

function reset(exchange: Exchange, when: DeliveryOf<'reset'>['when']): void {
  const { request, response, right } = exchange;
  const end = () => request.socket.resetAndDestroy();
  switch (when) {
    case 'before':
      end();
      break;
    case 'processed':
      right();
      end();
      break;
    case 'middle':
      sendHalf(exchange);
      setImmediate(end);
      break;
    case 'after':
      response.once('finish', () => setImmediate(end));
      sendRight(exchange);
      break;
    default:
      assertNever(when);
  }
}

function hang(exchange: Exchange, { when, endsAfterMs }: DeliveryOf<'hang'>): void {
  const { request, clock, onHold } = exchange;
  const id = String(request.headers[requestIdHeader] ?? '');
  if (when === 'middle') sendHalf(exchange);
  onHold(id, true);
  if (endsAfterMs === undefined) return;
  clock.setTimer(endsAfterMs, () => {
    onHold(id, false);
    sendRight(exchange);
  });
}

function answer({ response, clock }: Exchange, delivery: DeliveryOf<'answer'>, fault: Fault): void {
  const headers = { ...commonHeaders(clock, fault.withoutCors !== true), ...delivery.headers };
  if (headers['retry-after'] === dateIn120s) {
    headers['retry-after'] = new Date(clock.wallMs() + 120_000).toUTCString();
  }
  response.writeHead(delivery.status, headers);
  response.end(delivery.body ?? '');
}

function redirect(exchange: Exchange, { status, to }: DeliveryOf<'redirect'>): void {
  const { request, response, clock, serverUrl } = exchange;
  const path = request.url ?? '/';
  if (to === 'slash' && path.endsWith('/')) {
    sendRight(exchange);
    return;
  }
  const locations = {
    'same-origin': `${serverUrl}/login`,
    'other-origin': `http://localhost:${new URL(serverUrl).port}/login`,
    slash: `${serverUrl}${path}/`,
  };
  response.writeHead(status, { ...commonHeaders(clock), location: locations[to] });
  response.end();
}

function alter({ response, clock, right }: Exchange, delivery: DeliveryOf<'altered'>): void {
  const { status, members } = right();
  const type = delivery.contentType ?? 'application/json';
  response.writeHead(status, {
    ...commonHeaders(clock),
    ...(type === '' ? {} : { 'content-type': type }),
  });
  response.end(delivery.write(members));
}

/** Does with a request what the fault says. */
export function deliver(fault: Fault, exchange: Exchange): void {
  const { delivery } = fault;
  switch (delivery.type) {
    case 'refused-connection':
      reset(exchange, 'before');
      break;
    case 'reset':
      reset(exchange, delivery.when);
      break;
    case 'hang':
      hang(exchange, delivery);
      break;
    case 'drip':
      exchange.onHold(String(exchange.request.headers[requestIdHeader] ?? ''), true);
      drip(exchange);
      break;
    case 'answer':
      answer(exchange, delivery, fault);
      break;
    case 'redirect':
      redirect(exchange, delivery);
      break;
    case 'altered':
      alter(exchange, delivery);
      break;
    default:
      assertNever(delivery);
  }
}
