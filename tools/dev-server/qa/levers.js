/*
 * Every lever of the console, as data. A feature that brings a new one adds it here.
 *
 * - `choice`: one of several values. `param` is its name in the address.
 * - `list`: the same with too many values for a row of buttons.
 * - `toggle`: on or off. In the address it is `param=on`.
 * - `action`: happens once. `step` is its name in the address's `do` list.
 * - `fault`: an action that spoils the next replies; `order` is what the control API gets.
 *
 * `server` names a setting of the control API: a number, or a word, for which `settings` has what it is
 * called there where that differs. `page` names a parameter of the TV's address. `tv` names a lever of tv-levers.js; with `live` it
 * is pulled while the app runs, else the TV restarts.
 */

const choice = (param, label, normal, options, target) => ({
  kind: 'choice',
  param,
  label,
  normal,
  options: options.map(([value, text]) => ({ value, text })),
  ...target,
});
const list = (...lever) => ({ ...choice(...lever), kind: 'list' });
const toggle = (param, label, target, title) => ({
  kind: 'toggle',
  param,
  label,
  title,
  ...target,
});
const action = (step, label, title, tone) => ({ kind: 'action', step, label, title, tone });
const fault = (name, label, order, title) => ({ kind: 'fault', name, label, order, title });

/** The sizes a TV's browser can have. */
export const tvSizes = {
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
  '4k': { width: 3840, height: 2160 },
};

/** Which replies a fault spoils: [name in the address, label]. */
export const faultEndpoints = [
  ['any', 'any call'],
  ['device', 'device'],
  ['token', 'token (polls)'],
  ['refresh', 'refresh'],
  ['userinfo', 'userinfo'],
  ['revocation', 'revocation'],
  ['discovery', 'discovery'],
];

/** How many replies a fault spoils: [name in the address, label]. */
export const faultCounts = [
  ['1', 'once'],
  ['3', '3 times'],
  ['all', 'always'],
];

const embedded = 'embedded';

/** Actions that only the embedded server carries out. */
const onlyEmbedded = ['approve-grace', 'slow-down', 'clear-faults'];

/** Whether a lever does anything while the TV signs in to this system. */
export const works = (lever, system) =>
  system === embedded ||
  (lever.server === undefined && lever.kind !== 'fault' && !onlyEmbedded.includes(lever.step));

/**
 * @param facts what the server says of itself: languages and stand-ins come from there
 */
export const leverGroups = (facts) => [
  {
    title: 'Viewer',
    columns: 1,
    levers: [
      action('approve-ada', 'Approve as Ada', 'Signs the TV in, without the phone', 'good'),
      action('approve-grace', 'Approve as Grace', 'Signs the TV in, without the phone', 'good'),
      action('deny', 'Deny', 'access_denied from the next poll on', 'bad'),
      action('expire', 'Expire now', 'expired_token from the next poll on', 'bad'),
      action('slow-down', 'Slow down', 'The next poll is answered slow_down: 5 s more for good'),
      action('end-sessions', 'End sessions', 'Every refresh and access token becomes invalid'),
      choice(
        'auto',
        'Approve by itself',
        'off',
        [
          ['off', 'off'],
          ['3', '3 s'],
          ['10', '10 s'],
          ['30', '30 s'],
        ],
        { server: 'autoApproveAfterSeconds' },
      ),
    ],
  },
  {
    title: 'Server',
    columns: 2,
    levers: [
      list(
        'provider',
        'Signs in to',
        embedded,
        [
          [embedded, 'the embedded server'],
          ...facts.providers.map((name) => [name, `${name} (stand-in)`]),
        ],
        { page: 'provider' },
      ),
      choice(
        'client-auth',
        'Client says who it is',
        'any',
        [
          ['any', 'any'],
          ['none', 'id'],
          ['basic', 'Basic'],
          ['post', 'form'],
        ],
        {
          server: 'clientAuthentication',
          settings: { basic: 'client_secret_basic', post: 'client_secret_post' },
        },
      ),
      choice(
        'interval',
        'Poll interval',
        '5',
        [
          ['1', '1 s'],
          ['2', '2 s'],
          ['5', '5 s'],
          ['10', '10 s'],
          ['30', '30 s'],
        ],
        { server: 'intervalSeconds' },
      ),
      choice(
        'code-lifetime',
        'Code lifetime',
        '600',
        [
          ['10', '10 s'],
          ['30', '30 s'],
          ['120', '2 min'],
          ['600', '10 min'],
        ],
        { server: 'codeLifetimeSeconds' },
      ),
      choice(
        'token-lifetime',
        'Access token lifetime',
        '3600',
        [
          ['10', '10 s'],
          ['60', '1 min'],
          ['600', '10 min'],
          ['3600', '1 h'],
        ],
        { server: 'accessTokenLifetimeSeconds' },
      ),
      toggle('no-interval', 'No interval', { server: 'omitInterval' }, 'RFC 8628 §3.2: means 5 s'),
      toggle(
        'no-complete',
        'No full URI',
        { server: 'omitVerificationUriComplete' },
        'No verification_uri_complete: the QR code holds the short address',
      ),
      toggle(
        'dpop-nonce',
        'DPoP nonce',
        { server: 'requireDpopNonce' },
        'Proofs need a server nonce (RFC 9449 §8)',
      ),
      toggle(
        'strict-fields',
        'Strict fields',
        { server: 'strictParameters' },
        'Unknown and repeated form fields are refused',
      ),
      toggle(
        'strict-type',
        'Strict type',
        { server: 'strictContentType' },
        'Forms whose Content-Type has parameters are refused',
      ),
      toggle(
        'no-cors',
        'No CORS',
        { server: 'refuseCors' },
        'Replies without CORS headers: browsers refuse them',
      ),
    ],
  },
  {
    title: 'Faults',
    columns: 3,
    aimed: true,
    levers: [
      fault('500', '500', { kind: 'status', status: 500 }, 'Internal server error'),
      fault(
        '503',
        '503',
        { kind: 'status', status: 503, retryAfterSeconds: 10 },
        'Retry-After: 10',
      ),
      fault('429', '429', { kind: 'status', status: 429 }, 'Too many requests'),
      fault('html', 'HTML', { kind: 'html' }, 'A web page where JSON belongs'),
      fault('truncated', 'Half JSON', { kind: 'truncated-json' }, 'The real reply, cut in half'),
      fault('empty', 'Empty', { kind: 'empty-body' }, 'No body at all'),
      fault('huge', '1 MB', { kind: 'huge-body' }, 'One megabyte of JSON'),
      fault('cut', 'Cut before', { kind: 'cut-before' }, 'The connection ends, not processed'),
      fault('cut-after', 'Cut after', { kind: 'cut-after' }, 'Processed, then the connection ends'),
      fault('hang', 'Hang', { kind: 'hang' }, 'No answer, the connection stays open'),
      fault('delay', '8 s late', { kind: 'delay', delayMs: 8000 }, 'The real reply, 8 s late'),
      action('clear-faults', 'Clear', 'Removes the faults that wait, and ends what hangs'),
      choice(
        'latency',
        'Latency',
        '0',
        [
          ['0', 'none'],
          ['300', '0.3 s'],
          ['2000', '2 s'],
          ['15000', '15 s'],
        ],
        { server: 'latencyMs' },
      ),
      toggle('server-offline', 'Server off', { server: 'offline' }, 'Cuts every connection'),
    ],
  },
  {
    title: 'TV',
    columns: 3,
    levers: [
      choice(
        'clock',
        'Clock is off by',
        '0',
        [
          ['-315360000', '−10 y'],
          ['-3600', '−1 h'],
          ['0', '0'],
          ['3600', '+1 h'],
          ['315360000', '+10 y'],
        ],
        { tv: 'clock', live: 'setClock' },
      ),
      choice(
        'storage',
        'Storage',
        'normal',
        [
          ['normal', 'normal'],
          ['blocked', 'blocked'],
          ['full', 'full'],
        ],
        { tv: 'storage' },
      ),
      choice(
        'sealing',
        'Sealing',
        'normal',
        [
          ['normal', 'normal'],
          ['no-crypto', 'no crypto'],
          ['no-keys', 'no keys'],
        ],
        { tv: 'sealing' },
      ),
      action('wipe-storage', 'Wipe', 'Deletes what the TV keeps, and restarts it'),
      action('damage-storage', 'Damage', 'Overwrites what the TV keeps, and restarts it'),
      action('restart', 'Restart', 'Loads the app anew; what it keeps stays'),
      action('suspend', 'Suspend', 'Standby: hidden, and its timers stand still'),
      action('resume', 'Resume', 'Back from standby'),
      toggle(
        'tv-offline',
        'Offline',
        { tv: 'network', on: 'off', live: 'setNetwork', liveOn: false },
        'The TV has no network',
      ),
      action('lose-context', 'Lose WebGL', 'The graphics context is lost'),
      action('restore-context', 'Regain it', 'The graphics context comes back'),
      toggle(
        'webgl-off',
        'No WebGL',
        { tv: 'webgl', on: 'off' },
        'No WebGL at all: restarts the TV',
      ),
      choice(
        'language',
        'Language',
        'auto',
        [['auto', 'auto'], ...facts.languages.map((one) => [one, one])],
        { tv: 'language' },
      ),
    ],
  },
];
