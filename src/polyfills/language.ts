/**
 * What ky and this app use of the language that TV engines back to Chromium 38 do not have. Each is
 * added only where it is missing, and only as far as it is used.
 */

type Loose = Record<string, unknown>;

function add(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

const scope = window as unknown as Loose;
add(scope, 'globalThis', scope);

add(Object, 'assign', (target: Loose, ...sources: (Loose | null | undefined)[]) => {
  for (const source of sources) {
    if (source) for (const name of Object.keys(source)) target[name] = source[name];
  }
  return target;
});
add(Object, 'values', (object: Loose) => Object.keys(object).map((name) => object[name]));
add(Object, 'entries', (object: Loose) => Object.keys(object).map((name) => [name, object[name]]));
add(Object, 'fromEntries', (entries: Iterable<[string, unknown]>) => {
  const object: Loose = {};
  for (const [name, value] of Array.from(entries)) object[name] = value;
  return object;
});
add(Object, 'hasOwn', (object: object, name: PropertyKey) =>
  Object.prototype.hasOwnProperty.call(object, name),
);

add(
  Array,
  'from',
  (
    source: ArrayLike<unknown> & Iterable<unknown>,
    map?: (value: unknown, index: number) => unknown,
  ) => {
    const list: unknown[] = [];
    const iterator = typeof Symbol === 'undefined' ? undefined : source[Symbol.iterator];
    if (iterator === undefined) {
      for (let index = 0; index < source.length; index++) list.push(source[index]);
    } else {
      const steps = iterator.call(source);
      for (let step = steps.next(); !step.done; step = steps.next()) list.push(step.value);
    }
    return map === undefined ? list : list.map(map);
  },
);
add(
  Array.prototype,
  'find',
  function find(this: unknown[], test: (value: unknown, index: number, all: unknown[]) => boolean) {
    return this.filter(test)[0];
  },
);
add(
  Array.prototype,
  'findIndex',
  function findIndex(this: unknown[], test: (value: unknown) => boolean) {
    for (let index = 0; index < this.length; index++) if (test(this[index])) return index;
    return -1;
  },
);
add(Array.prototype, 'includes', function includes(this: unknown[], value: unknown) {
  return this.some((one) => one === value || (Number.isNaN(one) && Number.isNaN(value)));
});
add(
  Array.prototype,
  'fill',
  function fill(this: unknown[], value: unknown, from = 0, to = this.length) {
    for (let index = from; index < to; index++) this[index] = value;
    return this;
  },
);

add(String.prototype, 'includes', function includes(this: string, part: string) {
  return this.indexOf(part) >= 0;
});
add(String.prototype, 'startsWith', function startsWith(this: string, part: string) {
  return this.slice(0, part.length) === part;
});
add(String.prototype, 'endsWith', function endsWith(this: string, part: string) {
  return part === '' || this.slice(-part.length) === part;
});
add(String.prototype, 'repeat', function repeat(this: string, times: number) {
  return new Array(times + 1).join(this);
});

add(Promise.prototype, 'finally', function atTheEnd(this: Promise<unknown>, work: () => unknown) {
  return this.then(
    (value) => Promise.resolve(work()).then(() => value),
    (error: unknown) =>
      Promise.resolve(work()).then(() => {
        throw error;
      }),
  );
});
