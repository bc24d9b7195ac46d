/** The TV that an engine stands for. */
export interface StandsFor {
  /** Which years or devices, for the table. */
  tv: string;
  /** What the TV adds to the page, which decides how the app leaves. */
  platform: 'webos' | 'tizen' | 'rdk' | 'browser';
}

/** A Chromium that comes inside an npm package. */
export interface ChromiumEngine extends StandsFor {
  engine: 'chromium';
  name: string;
  /** Package and exact version; `installed` stands for the one that the tests use. */
  package: string;
  /** What draws WebGL where there is no graphics card. */
  webgl: 'osmesa' | 'swiftshader-gl' | 'swiftshader-vulkan';
  /** ES5 source that takes away what an older engine, which no package carries, does not have. */
  without?: string;
}

/** WebKit as RDK boxes have it, from Debian's packages. */
export interface WpeEngine extends StandsFor {
  engine: 'wpe';
  name: string;
}

export type Engine = ChromiumEngine | WpeEngine;

/** What Chromium 54 to 64 brought, as far as an app might use it. */
const sinceChromium54 = `(function () {
  [
    [Object, 'values entries getOwnPropertyDescriptors'],
    [String.prototype, 'padStart padEnd'],
    [Promise.prototype, 'finally'],
    [Symbol, 'asyncIterator'],
    [Element.prototype, 'append prepend before after replaceWith getAttributeNames'],
    [Document.prototype, 'append prepend'],
    [NodeList.prototype, 'forEach'],
    [Navigator.prototype, 'storage locks mediaSession deviceMemory'],
    [IDBObjectStore.prototype, 'getKey'],
    [window, 'BroadcastChannel PointerEvent IntersectionObserver PerformanceObserver ' +
      'CustomElementRegistry customElements InputEvent requestIdleCallback']
  ].forEach(function (row) {
    row[1].split(' ').forEach(function (name) { delete row[0][name]; });
  });
  var listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    return listen.call(this, type, listener, typeof options === 'object' && options !== null ? !!options.capture : options);
  };
  var Parameters = window.URLSearchParams;
  window.URLSearchParams = function (init) {
    return new Parameters(init === undefined || init instanceof Parameters ? init : String(init));
  };
  window.URLSearchParams.prototype = Parameters.prototype;
})();`;

/** The Chromium that the tests use where none is installed. */
export const currentChromium: ChromiumEngine = {
  engine: 'chromium',
  name: 'current',
  package: 'installed',
  webgl: 'swiftshader-vulkan',
  tv: 'desktop',
  platform: 'browser',
};

/** Every engine of the matrix, the oldest first. */
export const engines: readonly Engine[] = [
  {
    engine: 'chromium',
    name: '53*',
    package: 'chrome-aws-lambda@64.0.3264',
    webgl: 'osmesa',
    tv: 'webOS 4 (2018)',
    platform: 'webos',
    without: sinceChromium54,
  },
  {
    engine: 'chromium',
    name: '64',
    package: 'chrome-aws-lambda@64.0.3264',
    webgl: 'osmesa',
    tv: 'Tizen 5.0 (2019)',
    platform: 'tizen',
  },
  {
    engine: 'chromium',
    name: '68',
    package: 'chrome-aws-lambda@1.4.0',
    webgl: 'osmesa',
    tv: 'webOS 5 (2020)',
    platform: 'webos',
  },
  {
    engine: 'chromium',
    name: '79',
    package: 'chrome-aws-lambda@2.0.2',
    webgl: 'swiftshader-gl',
    tv: 'webOS 6 (2021)',
    platform: 'webos',
  },
  {
    engine: 'chromium',
    name: '87',
    package: 'chrome-aws-lambda@5.4.0',
    webgl: 'swiftshader-gl',
    tv: 'webOS 22 (2022)',
    platform: 'webos',
  },
  {
    engine: 'chromium',
    name: '108',
    package: '@sparticuz/chromium@108.0.3',
    webgl: 'swiftshader-vulkan',
    tv: 'Tizen 8 (2024)',
    platform: 'tizen',
  },
  {
    engine: 'chromium',
    name: '119',
    package: '@sparticuz/chromium@119.0.2',
    webgl: 'swiftshader-vulkan',
    tv: 'webOS 25 (2025)',
    platform: 'webos',
  },
  currentChromium,
  { engine: 'wpe', name: 'wpe', tv: 'RDK boxes', platform: 'rdk' },
];

/** Codes that are Back on some remote, each of which must work everywhere. */
export const backCodes: readonly number[] = [461, 10009, 8, 27, 166, 196];

/** Color keys, play, pause, stop, forward, rewind, info, guide: nothing may come of them. */
export const otherCodes: readonly number[] = [
  403, 404, 405, 406, 415, 19, 413, 417, 412, 457, 458, 10252, 179,
];
