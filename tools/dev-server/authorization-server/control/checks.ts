/** An order of the control API that does not say what it must; the message names the field. */
export interface InvalidOrder extends Error {
  code: 'invalid-order';
}

/** Whether an error says that an order is not understood. */
export function isInvalidOrder(error: unknown): error is InvalidOrder {
  return error instanceof Error && (error as Partial<InvalidOrder>).code === 'invalid-order';
}

function invalid(field: string, expected: string): InvalidOrder {
  const message = field === '' ? `Expected ${expected}.` : `"${field}" must be ${expected}.`;
  return Object.assign(new Error(message), { code: 'invalid-order' as const });
}

/** Returns the value as what it must be. @throws InvalidOrder */
export type Check<T> = (value: unknown, field: string) => T;

/** What a check lets through. */
export type Checked<C> = C extends Check<infer T> ? T : never;

/** A number within bounds, both included. */
export function number(min: number, max: number): Check<number> {
  return (value, field) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw invalid(field, `a number from ${min} to ${max}`);
  };
}

/** A whole number within bounds, both included. */
export function integer(min: number, max: number): Check<number> {
  return (value, field) => {
    if (Number.isInteger(value)) return number(min, max)(value, field);
    throw invalid(field, `a whole number from ${min} to ${max}`);
  };
}

export const boolean: Check<boolean> = (value, field) => {
  if (typeof value === 'boolean') return value;
  throw invalid(field, 'true or false');
};

export const text: Check<string> = (value, field) => {
  if (typeof value === 'string') return value;
  throw invalid(field, 'a text');
};

/** One of these words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Check<Word> {
  return (value, field) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw invalid(field, `one of ${words.join(', ')}`);
  };
}

/** The same, or null. */
export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, field) => (value === null ? null : check(value, field));
}

/** The same, or this when the field is left out. */
export function orElse<T>(check: Check<T>, fallback: T): Check<T> {
  return (value, field) => (value === undefined ? fallback : check(value, field));
}

/** The same, or undefined when the field is left out. */
export function orNothing<T>(check: Check<T>): Check<T | undefined> {
  return (value, field) => (value === undefined ? undefined : check(value, field));
}

type Fields = Record<string, Check<unknown>>;
type Content<F extends Fields> = { [Name in keyof F]: Checked<F[Name]> };

function knownEntries(value: unknown, fields: Fields): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('', 'a JSON object');
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) {
      throw invalid(name, `left out: known are ${Object.keys(fields).join(', ')}`);
    }
  }
  return value as Record<string, unknown>;
}

/** An object with these fields and no others. */
export function object<F extends Fields>(fields: F): (value: unknown) => Content<F> {
  return (value) => {
    const given = knownEntries(value, fields);
    const entries = Object.entries(fields).map(([name, check]) => [name, check(given[name], name)]);
    return Object.fromEntries(entries) as Content<F>;
  };
}

/** An object with some of these fields and no others. */
export function someOf<F extends Fields>(fields: F): (value: unknown) => Partial<Content<F>> {
  return (value) => {
    const given = knownEntries(value, fields);
    const entries = Object.entries(given).map(([name, item]) => [name, fields[name]?.(item, name)]);
    return Object.fromEntries(entries) as Partial<Content<F>>;
  };
}
