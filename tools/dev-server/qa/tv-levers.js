/*
 * Runs in the TV's frame before the app, only when the frame's address has `?qa=`. It changes what
 * the browser offers, as TVs do, so that the app needs no hook for any of it.
 *
 * `?qa=clock:-3600,storage:blocked,webgl:off` sets levers at start; `window.qaLevers` pulls them
 * while the app runs.
 */
(() => {
  const given = new Map(
    (new URLSearchParams(location.search).get('qa') ?? '')
      .split(',')
      .map((part) => [part.split(':')[0], part.slice(part.indexOf(':') + 1)]),
  );

  /** Tells the console what happened; a window of its own has no console to tell. */
  const note = (text) => window.parent.postMessage({ qaNote: text }, location.origin);

  /* The wall clock. The monotonic one, performance.now, goes on as it does on a TV. */
  let clockOffsetMs = Number(given.get('clock') ?? 0) * 1000;
  const RealDate = Date;
  window.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(
        target,
        args.length === 0 ? [RealDate.now() + clockOffsetMs] : args,
        newTarget,
      ),
    apply: () => new window.Date().toString(),
    get: (target, key, receiver) =>
      key === 'now' ? () => RealDate.now() + clockOffsetMs : Reflect.get(target, key, receiver),
  });

  /* Standby: the page is hidden, and timers and frames stand still until it is back. */
  let suspended = false;
  const real = {
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
    setInterval: window.setInterval.bind(window),
    requestAnimationFrame: window.requestAnimationFrame.bind(window),
    cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
  };
  /** What fell due during standby, by an ID that it can still be cancelled by. */
  const late = new Map();
  const whenAwake = (id, run) => {
    if (suspended) late.set(id, run);
    else run();
  };
  window.setTimeout = (run, delay, ...args) => {
    if (typeof run !== 'function') return real.setTimeout(run, delay);
    const id = real.setTimeout(() => whenAwake(id, () => run(...args)), delay);
    return id;
  };
  window.clearTimeout = (id) => {
    late.delete(id);
    real.clearTimeout(id);
  };
  window.setInterval = (run, delay, ...args) =>
    typeof run === 'function'
      ? real.setInterval(() => suspended || run(...args), delay)
      : real.setInterval(run, delay);
  window.requestAnimationFrame = (run) => {
    const id = real.requestAnimationFrame((time) => whenAwake(`frame ${id}`, () => run(time)));
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    late.delete(`frame ${id}`);
    real.cancelAnimationFrame(id);
  };
  const catchUp = () => {
    for (const [id, run] of late) real.setTimeout(() => late.delete(id) && run(), 0);
  };
  Object.defineProperty(document, 'hidden', { get: () => suspended });
  Object.defineProperty(document, 'visibilityState', {
    get: () => (suspended ? 'hidden' : 'visible'),
  });
  const tellVisibility = () => document.dispatchEvent(new Event('visibilitychange'));

  /* The TV's own network. */
  let offline = given.get('network') === 'off';
  const outages = new EventTarget();
  const failure = () => new TypeError('Failed to fetch');
  Object.defineProperty(Navigator.prototype, 'onLine', { get: () => !offline });
  const realFetch = window.fetch.bind(window);
  window.fetch = (...args) => {
    if (offline) return Promise.reject(failure());
    return new Promise((resolve, reject) => {
      const fail = () => reject(failure());
      outages.addEventListener('outage', fail, { once: true });
      realFetch(...args)
        .then(resolve, reject)
        .finally(() => outages.removeEventListener('outage', fail));
    });
  };
  const realSend = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function send(...args) {
    if (!offline) return realSend.apply(this, args);
    this.abort();
    real.setTimeout(() => this.dispatchEvent(new ProgressEvent('error')));
  };

  /* Storage that refuses. */
  const storage = given.get('storage');
  if (storage === 'blocked') {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Storage is blocked on this TV.', 'SecurityError');
    };
  }
  if (storage === 'full') {
    const refuse = () => {
      throw new DOMException('Storage is full on this TV.', 'QuotaExceededError');
    };
    IDBObjectStore.prototype.put = refuse;
    IDBObjectStore.prototype.add = refuse;
  }

  /* Sealing that fails: no WebCrypto on old TVs, and stores of some that take no keys. */
  const sealing = given.get('sealing');
  if (sealing === 'no-crypto') {
    Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });
  }
  if (sealing === 'no-keys') {
    const hasKey = (value) =>
      value instanceof CryptoKey ||
      (typeof value === 'object' && value !== null && Object.values(value).some(hasKey));
    const realPut = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function put(value, ...rest) {
      if (hasKey(value)) throw new DOMException('Keys cannot be cloned.', 'DataCloneError');
      return realPut.call(this, value, ...rest);
    };
  }

  /* Graphics. */
  const contexts = new Set();
  const realGetContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function getContext(kind, ...rest) {
    const isWebGl = /webgl/.test(kind);
    if (isWebGl && given.get('webgl') === 'off') return null;
    const context = realGetContext.call(this, kind, ...rest);
    if (isWebGl && context !== null) contexts.add(context);
    return context;
  };
  const losers = new Map();
  const loserOf = (context) => {
    // A lost context gives no extension any more, and without it there is no way back.
    if (!losers.has(context)) losers.set(context, context.getExtension('WEBGL_lose_context'));
    return losers.get(context);
  };

  /* What the device says it is. */
  const language = given.get('language');
  if (language !== undefined) {
    Object.defineProperty(Navigator.prototype, 'language', { get: () => language });
    Object.defineProperty(Navigator.prototype, 'languages', { get: () => [language] });
  }
  switch (given.get('platform')) {
    case 'webos':
      window.PalmSystem = { platformBack: () => note('The app gave Back to the TV.') };
      break;
    case 'tizen':
      window.tizen = {
        tvinputdevice: { registerKey: () => undefined },
        application: {
          getCurrentApplication: () => ({ exit: () => note('The app closed itself.') }),
        },
      };
      break;
    case 'rdk':
      window.wpe = {};
      break;
    case 'xbox':
      window.Windows = { UI: { WebUI: {} } };
      break;
    default:
      break;
  }
  // A frame can neither close itself nor be left without taking the console along.
  window.close = () => note('The app closed itself.');
  History.prototype.back = () => note('The app went back to where it was opened from.');

  window.addEventListener('error', (event) => note(`Error: ${event.message}`));
  window.addEventListener('unhandledrejection', (event) => note(`Unhandled: ${event.reason}`));

  window.qaLevers = {
    setClock(seconds) {
      clockOffsetMs = seconds * 1000;
    },
    suspend() {
      if (suspended) return;
      suspended = true;
      tellVisibility();
    },
    resume() {
      if (!suspended) return;
      suspended = false;
      tellVisibility();
      catchUp();
    },
    loseContext() {
      for (const context of contexts) if (!context.isContextLost()) loserOf(context)?.loseContext();
    },
    restoreContext() {
      for (const context of contexts)
        if (context.isContextLost()) loserOf(context)?.restoreContext();
    },
    setNetwork(on) {
      if (offline === !on) return;
      offline = !on;
      if (offline) outages.dispatchEvent(new Event('outage'));
      window.dispatchEvent(new Event(on ? 'online' : 'offline'));
    },
  };
})();
