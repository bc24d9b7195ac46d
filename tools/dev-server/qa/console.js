import { createControlClient } from './control-client.js';
import { createDecisions } from './decisions.js';
import { byId } from './element.js';
import { createHistory } from './history.js';
import { keyNamed, platforms, pressKey } from './keys.js';
import { drawLevers, segments } from './lever-panel.js';
import { leverOfStep, leverStep } from './lever-steps.js';
import { leverGroups, tvSizes } from './levers.js';
import { readLink, writeLink } from './link.js';
import { createPhone } from './phone.js';
import { copy, writeReport } from './report.js';
import { damageStorage, wipeStorage } from './storage.js';
import { createTv } from './tv.js';
import { createWire } from './wire.js';

const readFacts = async (query) => (await fetch(`/qa/facts.json${query}`)).json();
const facts = await readFacts('');
const control = createControlClient(facts.control);
const groups = leverGroups(facts);
const levers = groups.flatMap((group) => group.levers);
/** Drawn beside the remote control, and otherwise a lever like the others. */
const platformLever = { kind: 'choice', param: 'platform', label: 'Platform', normal: 'desktop' };
const settable = [...levers.filter(({ param }) => param !== undefined), platformLever];

const opened = readLink(location.search);
/** What the address says: levers that were not normal at the start, and what was done since. */
const link = { params: opened.params, steps: [] };
/** The levers that are not normal now. */
const now = new Map(opened.params);
let skewMs = 0;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const value = (param, fallback) => now.get(param) ?? fallback;
/** The system that the TV signs in to. */
const system = () => {
  const chosen = value('provider', facts.provider);
  return facts.providers.includes(chosen) ? chosen : 'embedded';
};
const size = () => (tvSizes[value('size')] === undefined ? '1080p' : value('size'));
const platform = () => (platforms[value('platform')] === undefined ? 'desktop' : value('platform'));

function say(text, bad = false) {
  byId('message').textContent = text;
  byId('message').className = bad ? 'bad' : '';
}

const attempt = (work) =>
  Promise.resolve()
    .then(work)
    .catch((error) => say(error.message, true));

function saveLink() {
  window.history.replaceState(null, '', location.pathname + writeLink(link));
}

const history = createHistory(byId('history'));
const wire = createWire({
  list: byId('exchanges'),
  countdown: byId('countdown'),
  bar: byId('countdown-bar'),
  empty: byId('wire-empty'),
  clockSkewMs: () => skewMs,
});
const phone = createPhone({
  box: byId('phone-box'),
  glass: byId('phone-glass'),
  address: byId('phone-address'),
  idle: byId('phone-idle'),
});
const tv = createTv({
  box: byId('tv-box'),
  glass: byId('tv-glass'),
  onMirror,
  onNote: (text) => history.add('note', text),
  onKey(event) {
    const key = keyNamed(event);
    if (key !== undefined) remember(`key-${key}`);
  },
  onClick: ({ x, y }) => remember(`click-${x}-${y}`),
});
const decisions = createDecisions({ shownCode: () => tv.mirror.userCode, onDecision: remember });

/* What the TV shows. */

function onMirror(now, before) {
  if (now.screen !== before.screen || now.problem !== before.problem) {
    byId('screen-name').textContent = now.screen ?? 'starting';
    byId('problem').textContent = now.problem ?? '';
    if (now.screen !== undefined) {
      history.add('screen', now.problem ? `${now.screen}: ${now.problem}` : now.screen);
    }
    if (now.screen !== 'showing-code') wire.stopCountdown();
  }
  if (now.userCode !== before.userCode) scan();
}

/** Opens on the phone what the QR code holds. */
function scan(again = false) {
  const { userCode } = tv.mirror;
  if (userCode === undefined) return;
  const answered = wire
    .all()
    .findLast((exchange) => exchange.userCode === userCode && exchange.endpoint === 'device');
  const complete = textsIn(answered?.response?.body).find(
    (text) => /^https?:/.test(text) && text.includes(userCode),
  );
  phone.open(complete ?? tv.mirror.verificationUri, again);
}

/** All texts in a reply: systems have names of their own for the address. */
const textsIn = (part) => {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(textsIn) : [];
};

/* Levers that stay. */

function tvUrl() {
  const parts = ['on:on'];
  if (platform() !== 'desktop') parts.push(`platform:${platform()}`);
  for (const lever of settable) {
    if (lever.tv === undefined) continue;
    const set = value(lever.param);
    if (set !== undefined) parts.push(`${lever.tv}:${lever.on ?? set}`);
  }
  return `/?qa=${parts.join(',')}&provider=${system()}`;
}

async function restart(meanwhile) {
  phone.open(undefined);
  await tv.switchOff();
  await meanwhile?.();
  await switchOn();
}

async function switchOn() {
  await tv.switchOn(tvUrl());
  tv.focus();
}

/** What a lever's value in the address means to the control API. */
function settingFor({ kind, param, settings }, set) {
  if (kind === 'toggle') return set === 'on';
  if (param === 'auto') return set === 'off' ? null : Number(set);
  return settings === undefined ? Number(set) : (settings[set] ?? set);
}

/** What a setting of the control API is in the address; undefined when it is normal. */
function paramFor({ kind, param, normal, settings = {} }, setting) {
  if (kind === 'toggle') return setting ? 'on' : undefined;
  const word = Object.keys(settings).find((name) => settings[name] === setting);
  const set = word ?? (param === 'auto' ? String(setting ?? 'off') : String(setting));
  return set === normal ? undefined : set;
}

function put(params, param, set) {
  if (set === undefined) params.delete(param);
  else params.set(param, set);
}

function setParam(param, set) {
  put(now, param, set);
  put(link.params, param, set);
}

/** A link leads to the same system whatever command the server was started with. */
function keepSystem() {
  const isNormal = facts.provider === 'embedded' && system() === 'embedded';
  setParam('provider', isNormal ? undefined : system());
}

function refreshLevers() {
  showLevers(new Map([...now, ['provider', system()]]), system());
}

/**
 * Notes where a lever stands now. Before the first step that is how a link begins; from then on it
 * is a step, because a code that was there before the server went off is another story.
 */
function noteLever(lever, set) {
  history.add('action', `${lever.label}: ${set ?? 'off'}`);
  const notNormal = set === lever.normal ? undefined : set;
  if (link.steps.length > 0) {
    put(now, lever.param, lever.page === undefined ? notNormal : set);
    pushStep(leverStep(lever, set));
  } else if (lever.page === undefined) {
    setParam(lever.param, notNormal);
  } else {
    setParam(lever.param, set);
    keepSystem();
  }
  saveLink();
}

async function pull(lever, set) {
  noteLever(lever, set);
  refreshLevers();
  showChoices();
  if (lever.server !== undefined) {
    await changeServer(() => control.change({ [lever.server]: settingFor(lever, set) }));
  } else if (lever.live !== undefined) {
    // A TV that is off right now finds the lever in its address.
    tv.view.qaLevers?.[lever.live](
      lever.kind === 'toggle' ? (set === 'on') === lever.liveOn : Number(set),
    );
  } else {
    await restart();
  }
}

const { show: showLevers, resetAims } = drawLevers({
  panel: byId('levers'),
  groups,
  set: (lever, set) => attempt(() => pull(lever, set)),
  act: (name) => attempt(() => act(name)),
});

/* Things that happen once. */

const code = () => tv.mirror.userCode ?? 'latest';

function faultFrom(name) {
  const [, kind, endpoint, count] = /^fault-([\w-]+)-(\w+)-(\w+)$/.exec(name) ?? [];
  const lever = levers.find((one) => one.kind === 'fault' && one.name === kind);
  if (lever === undefined) return undefined;
  return { ...lever.order, endpoint, count: count === 'all' ? null : Number(count) };
}

const steps = {
  'approve-ada': () => decisions.own(() => control.approve(code(), 'ada')),
  'approve-grace': () => decisions.own(() => control.approve(code(), 'grace')),
  deny: () => decisions.own(() => control.deny(code())),
  expire: () => control.expire(code()),
  'end-sessions': () => control.endSessions(),
  'slow-down': () => control.fault({ kind: 'slow-down', endpoint: 'token' }),
  'clear-faults': () => control.clearFaults(),
  'wipe-storage': () => restart(wipeStorage),
  'damage-storage': () => restart(damageStorage),
  restart: () => restart(),
  suspend: () => tv.view.qaLevers.suspend(),
  resume: () => tv.view.qaLevers.resume(),
  'lose-context': () => tv.view.qaLevers.loseContext(),
  'restore-context': () => tv.view.qaLevers.restoreContext(),
};

async function carryOut(name) {
  const fault = faultFrom(name);
  if (fault !== undefined) await control.fault(fault);
  else if (name.startsWith('key-')) pressKey(tv.view, platform(), name.slice('key-'.length));
  else if (name.startsWith('click-')) tv.click(...name.split('-').slice(1).map(Number));
  else if (steps[name] !== undefined) await steps[name]();
  else throw new Error(`There is no step ${name}.`);
}

function pushStep(name) {
  link.steps.push({ name, screen: tv.mirror.screen });
  saveLink();
}

/** Notes what was done, so that the address leads there again. */
function remember(name) {
  history.add('action', name);
  pushStep(name);
}

async function act(name) {
  say('');
  if (name.startsWith('key-') && tv.mirror.screen === undefined) {
    say('The TV is starting: it takes no keys yet.');
    return;
  }
  const pulled = leverOfStep(settable, name);
  if (pulled !== undefined) {
    await pull(pulled.lever, pulled.set);
    return;
  }
  remember(name);
  await carryOut(name);
}

const screenLimitMs = 60_000;
/** Whether the link's steps are still wanted: after Reset they are not. */
let following = true;

async function untilScreen(screen) {
  for (let waited = 0; waited < screenLimitMs; waited += 50) {
    if (!following || screen === undefined || tv.mirror.screen === screen) return;
    await pause(50);
  }
  throw new Error(`The link stops here: the TV has not shown ${screen} for a minute.`);
}

async function replay(list) {
  for (const [index, { name, screen }] of list.entries()) {
    if (!following) return;
    say(
      `Step ${index + 1} of ${list.length}: ${name}${screen ? ` when the TV shows ${screen}` : ''}`,
    );
    await untilScreen(screen);
    // A viewer's pace: the app may take keys a moment later than it shows a screen.
    await pause(250);
    if (following) await act(name);
  }
  say('');
}

/* The page's own controls. */

const showSize = segments(
  byId('sizes'),
  Object.keys(tvSizes).map((text) => ({ value: text, text })),
  (picked) => {
    // Never a step: a picture has the same steps behind it at every size.
    setParam('size', picked === '1080p' ? undefined : picked);
    saveLink();
    showChoices();
  },
);
const showPlatform = segments(
  byId('platforms'),
  Object.entries(platforms).map(([name, { label }]) => ({ value: name, text: label })),
  (picked) => attempt(() => pull(platformLever, picked)),
);

function showChoices() {
  showSize(size());
  showPlatform(platform());
  tv.resize(tvSizes[size()]);
  for (const button of document.querySelectorAll('[data-key]')) {
    const keyCode = platforms[platform()].codes[button.dataset.key];
    button.disabled = keyCode === undefined;
    button.title = keyCode === undefined ? 'This remote has no such key' : `Key code ${keyCode}`;
  }
}

for (const button of document.querySelectorAll('[data-key]')) {
  button.addEventListener('click', () => attempt(() => act(`key-${button.dataset.key}`)));
}

byId('phone-reload').addEventListener('click', () => scan(true));
byId('copy-link').addEventListener('click', () =>
  attempt(async () => {
    await copy(location.href);
    say('The link is in the clipboard.');
  }),
);
byId('copy-report').addEventListener('click', () =>
  attempt(async () => {
    const state = await control.state();
    const link = location.href;
    const report = {
      link,
      facts: await readFacts(`?provider=${system()}`),
      state,
      history: history.all(),
      exchanges: wire.all(),
      system: system(),
    };
    await copy(writeReport({ ...report, size: size(), platform: platform() }));
    say('The report is in the clipboard.');
  }),
);
byId('reset').addEventListener('click', () =>
  attempt(async () => {
    following = false;
    // The step that is under way would fall into the fresh state.
    await begun;
    say('');
    now.clear();
    link.params.clear();
    link.steps = [];
    keepSystem();
    saveLink();
    showChoices();
    resetAims();
    await changeServer(() => control.reset());
    wire.clear();
    history.clear();
    refreshLevers();
    await restart(wipeStorage);
  }),
);

/* The server. */

let changing = 0;
/** The server's time up to which its states may be older than the console's last order. */
let settledAt = 0;

/** Gives an order that changes settings, and takes no state from before it for news. */
async function changeServer(order) {
  changing += 1;
  try {
    await order();
    settledAt = (await control.state()).now;
  } finally {
    changing -= 1;
  }
}

/** Follows what others, test suites for instance, change at the server's levers. */
function noteSettings(state) {
  if (changing > 0 || state.now < settledAt) return;
  for (const lever of settable) {
    if (lever.server === undefined) continue;
    const set = paramFor(lever, state.settings[lever.server]);
    if (set !== now.get(lever.param)) noteLever(lever, set);
  }
}

function onState(state) {
  skewMs = state.now - Date.now();
  decisions.look(state);
  noteSettings(state);
  refreshLevers();
}

/** A server that was started anew counts its exchanges from 1 again: the old rows are not its own. */
async function reloadWire() {
  wire.clear();
  const log = await control.log();
  const meanwhile = wire.all();
  wire.clear();
  for (const exchange of [...log, ...meanwhile]) wire.add(exchange);
}

async function follow() {
  await reloadWire();
  let lost = false;
  control.follow({
    onState,
    onExchange(exchange) {
      wire.add(exchange);
      if (exchange.endpoint === 'device') scan();
    },
    onConnection: (up) => {
      if (!up) say('The authorization server does not answer. Is it still running?', true);
      else if (lost) {
        say('');
        attempt(reloadWire);
      }
      lost = !up;
    },
  });
}

/** Begins as the address says: with levers in it, from a fresh server and a fresh TV. */
async function begin() {
  const wanted = value('provider');
  if (wanted !== undefined && wanted !== 'embedded' && !facts.providers.includes(wanted)) {
    throw new Error(`There is no stand-in named ${wanted}.`);
  }
  const linked = opened.params.size > 0 || opened.steps.length > 0;
  keepSystem();
  saveLink();
  showChoices();
  if (linked) {
    const settings = settable
      .filter((lever) => lever.server !== undefined && value(lever.param) !== undefined)
      .map((lever) => [lever.server, settingFor(lever, value(lever.param))]);
    await changeServer(async () => {
      await control.reset();
      await control.change(Object.fromEntries(settings));
    });
  }
  refreshLevers();
  await follow();
  await tv.switchOff();
  // A session that another visit left would be another beginning than the link's.
  if (linked) await wipeStorage();
  const on = switchOn();
  ready();
  await on;
  await replay(opened.steps);
}

/** For tests: the TV is on its way, and every control does what it says. */
function ready() {
  document.documentElement.dataset.ready = '';
  performance.mark('console-ready');
}

const begun = attempt(begin);
await begun;
