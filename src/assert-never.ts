/**
 * Ends a `switch` over a union: does not compile while a member of the union has no case.
 *
 * @throws TypeError for a value that the types rule out, e.g. one from a newer release's storage
 */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`);
}
