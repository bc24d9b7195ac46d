/* The wire: each exchange as it happens, newest first. */

import { element } from './element.js';

const time = (ms) => new Date(ms).toTimeString().slice(0, 8);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** What an outcome means for the sign-in. */
function toneOf({ outcome }) {
  if (outcome === 'ok') return 'good';
  if (outcome === 'forwarded') return 'relayed';
  if (outcome === 'open' || outcome === 'authorization_pending') return 'waiting';
  return outcome === 'slow_down' ? 'slow' : 'bad';
}

function block(title, value) {
  return [element('h4', {}, title), element('pre', {}, JSON.stringify(value, null, 2))];
}

function details(exchange) {
  const { request, response, method, path, status, endpoint } = exchange;
  const none = endpoint === 'relay' ? '(the relay keeps no body)' : 'no form';
  const form = Object.keys(request.form).length === 0 ? none : request.form;
  return element(
    'div',
    { class: 'bodies' },
    ...block(`${method} ${path}`, form),
    ...(response === null
      ? [element('h4', {}, 'No answer')]
      : block(`Reply ${status}`, response.body)),
    ...block('Headers', { request: request.headers, reply: response?.headers ?? {} }),
  );
}

/** What a reply asks the TV to wait, in seconds (RFC 9110 §10.2.3). */
const retryAfter = ({ response }) => Number(response?.headers['retry-after'] ?? 0);

/** Until when the TV has to wait after this exchange; undefined when no code waits for a poll. */
function waitAfter(exchange, before) {
  const { endpoint, outcome, nextPollAt, intervalSeconds, startedAt, durationMs } = exchange;
  if (outcome === 'access_denied' || outcome === 'expired_token') return undefined;
  if (endpoint === 'token' && outcome === 'ok') return undefined;
  const asked = startedAt + (durationMs ?? 0) + retryAfter(exchange) * 1000;
  if (retryAfter(exchange) > 0 && asked > (nextPollAt ?? 0)) {
    return { at: asked, seconds: retryAfter(exchange) };
  }
  return nextPollAt === null ? before : { at: nextPollAt, seconds: intervalSeconds };
}

function summary(exchange) {
  const { startedAt, endpoint, outcome, status, durationMs, nextPollAt, fault } = exchange;
  const wait = nextPollAt === null ? undefined : nextPollAt - startedAt - (durationMs ?? 0);
  return element(
    'summary',
    {},
    element('time', {}, time(startedAt)),
    element('span', { class: 'endpoint' }, endpoint),
    element(
      'span',
      { class: 'outcome', title: outcome },
      outcome === 'open' ? 'waiting …' : outcome,
    ),
    element(
      'span',
      { class: 'meta' },
      [
        fault ? 'fault' : '',
        status ?? '',
        durationMs === null ? '' : `${durationMs} ms`,
        retryAfter(exchange) > 0 ? `retry after ${retryAfter(exchange)} s` : '',
        wait === undefined || wait < 0 ? '' : `next ≥ ${seconds(wait)}`,
      ]
        .filter((part) => part !== '')
        .join(' · '),
    ),
  );
}

/**
 * @param options.list where the rows go
 * @param options.countdown shows how long until the next poll is allowed
 * @param options.clockSkewMs what to add to this clock to get the server's
 */
export function createWire({ list, countdown, bar, empty, clockSkewMs }) {
  const rows = new Map();
  let exchanges = [];
  let next;

  function tick() {
    const left = next === undefined ? 0 : next.at - (Date.now() + clockSkewMs());
    if (next !== undefined && left <= 0) countdown.textContent = 'may poll now';
    else countdown.textContent = next === undefined ? '' : `next poll in ${seconds(left)}`;
    const share = next === undefined ? 0 : left / (next.seconds * 1000);
    bar.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`;
  }
  setInterval(tick, 100);

  function show(exchange) {
    const row = rows.get(exchange.id) ?? element('details', { 'data-exchange': exchange.id });
    row.className = toneOf(exchange);
    row.dataset.endpoint = exchange.endpoint;
    row.dataset.outcome = exchange.outcome;
    row.dataset.system = exchange.system;
    row.replaceChildren(summary(exchange), details(exchange));
    if (rows.has(exchange.id)) return;
    rows.set(exchange.id, row);
    list.prepend(row);
  }

  return {
    all: () => exchanges,
    add(exchange) {
      const known = exchanges.findIndex(({ id }) => id === exchange.id);
      if (known === -1) exchanges.push(exchange);
      else exchanges[known] = exchange;
      empty.hidden = true;
      show(exchange);
      if (exchange.endpoint === 'device' || exchange.endpoint === 'token') {
        next = waitAfter(exchange, next);
        tick();
      }
    },
    /** No code waits for a poll any more. */
    stopCountdown() {
      next = undefined;
      tick();
    },
    clear() {
      exchanges = [];
      next = undefined;
      rows.clear();
      list.replaceChildren();
      empty.hidden = false;
    },
  };
}
