/** Members of a reply's body, whatever they are. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of several spellings that holds a text. */
export function textMember(members: Members, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = members[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of several spellings that holds a number or a text that spells one. */
export function numberMember(members: Members, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = members[name];
    const number =
      typeof value === 'string' && value.trim() !== '' ? Number(value) : (value as number);
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}
