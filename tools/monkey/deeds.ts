/** One order to the authorization server's control API. */
export interface ServerOrder {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}

/** One thing that happens to the TV. Places are shares of the window. */
export type Deed =
  | { type: 'key'; key: string }
  | { type: 'move'; x: number; y: number }
  | { type: 'click'; x: number; y: number }
  | { type: 'hide' }
  | { type: 'show' }
  /** Leaves the TV alone until it shows a screen, or for this long. */
  | { type: 'wait'; until: string; maxMs: number }
  | { type: 'server'; order: ServerOrder };

const keys = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'ArrowRight',
  'Enter',
  'Enter',
  'Enter',
  'Enter',
  'Escape',
  'Tab',
  'MediaPlayPause',
  'Backspace',
] as const;

const endpoints = ['device', 'token', 'userinfo', 'refresh', 'revocation', 'any'] as const;

const orders: readonly ((pick: Pick) => ServerOrder)[] = [
  (pick) => approve(pick(['ada', 'grace'])),
  (pick) => approve(pick(['ada', 'grace'])),
  (pick) => approve(pick(['ada', 'grace'])),
  () => ({ method: 'POST', path: '/codes/latest/deny' }),
  () => ({ method: 'POST', path: '/codes/latest/expire' }),
  (pick) => fault({ kind: 'status', status: pick([400, 401, 404, 429, 500, 502, 503]) }, pick),
  (pick) => fault({ kind: 'html', status: 200 }, pick),
  (pick) => fault({ kind: 'truncated-json' }, pick),
  (pick) => fault({ kind: 'cut-before' }, pick),
  (pick) => fault({ kind: 'cut-after' }, pick),
  (pick) => fault({ kind: 'delay', delayMs: 300 }, pick),
  () => ({ method: 'PATCH', path: '/settings', body: { offline: true } }),
  () => ({ method: 'PATCH', path: '/settings', body: { offline: false } }),
  () => ({ method: 'PATCH', path: '/settings', body: { offline: false } }),
  () => ({ method: 'DELETE', path: '/faults' }),
  () => ({ method: 'POST', path: '/sessions/end' }),
];

/** From one of the first screens: out of any panel, and press what a new start would focus. */
const toFirstButton = ['Escape', 'Escape', 'Escape', 'Enter', 'ArrowLeft', 'ArrowLeft', 'Enter']
  // A person takes a moment for each key.
  .flatMap((key): Deed[] => [
    { type: 'key', key },
    { type: 'wait', until: 'nothing', maxMs: 150 },
  ]);

/** What a phone may do about a code. */
const decisions: readonly ((pick: Pick) => ServerOrder)[] = [
  () => approve('ada'),
  () => approve('grace'),
  (pick) => ({ method: 'POST', path: `/codes/latest/${pick(['deny', 'expire'])}` }),
];

type Pick = <Value>(values: readonly Value[]) => Value;

const approve = (account: string): ServerOrder => ({
  method: 'POST',
  path: '/codes/latest/approve',
  body: { account },
});

const fault = (what: Record<string, unknown>, pick: Pick): ServerOrder => ({
  method: 'POST',
  path: '/faults',
  body: { ...what, endpoint: pick(endpoints) },
});

/**
 * Makes things up that a viewer, a TV and a server may do.
 *
 * @param random in [0, 1); the same chances give the same deeds
 * @returns a function that gives the next deed
 */
export function createMonkey(random: () => number): () => Deed {
  const pick: Pick = (values) => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('There is nothing to pick from.');
    return value;
  };
  let hidden = false;

  /** Random keys hardly ever leave a code alone for long enough: here a phone gets its turn. */
  const useCode = (decision: ServerOrder): Deed[] => [
    { type: 'server', order: { method: 'DELETE', path: '/faults' } },
    { type: 'server', order: { method: 'PATCH', path: '/settings', body: { offline: false } } },
    { type: 'show' },
    ...toFirstButton,
    { type: 'wait', until: 'showing-code', maxMs: 4000 },
    { type: 'server', order: decision },
    { type: 'wait', until: 'signed-in', maxMs: 4000 },
  ];

  // The app makes few requests for codes an hour at once, which random keys use up: first sign in.
  let begun: readonly Deed[] = useCode(approve('ada'));

  return () => {
    const [going, ...rest] = begun;
    begun = rest;
    if (going !== undefined) return going;
    if (hidden && random() < 0.5) {
      hidden = false;
      return { type: 'show' };
    }
    const chance = random();
    if (chance < 0.004) {
      hidden = false;
      begun = useCode(pick(decisions)(pick));
    }
    if (chance < 0.85) return { type: 'key', key: pick(keys) };
    if (chance < 0.91) return { type: 'move', x: random(), y: random() };
    if (chance < 0.95) return { type: 'click', x: random(), y: random() };
    if (chance < 0.96) {
      hidden = true;
      return { type: 'hide' };
    }
    return { type: 'server', order: pick(orders)(pick) };
  };
}
