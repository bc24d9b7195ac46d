/*
 * Levers in the address's list of steps: `set-PARAM-VALUE`. A full stop divides steps, so that of a
 * value is written `_`.
 */

/** The step that pulls a lever. */
export const leverStep = ({ kind, param, normal }, set) =>
  `set-${param}-${set ?? (kind === 'toggle' ? 'off' : normal)}`.replaceAll('.', '_');

/** Which lever a step pulls, and to what; undefined when it is another step. */
export function leverOfStep(levers, name) {
  const lever = levers.find(({ param }) => name.startsWith(`set-${param}-`));
  if (lever === undefined) return undefined;
  const text = name.slice(`set-${lever.param}-`.length).replaceAll('_', '.');
  return { lever, set: lever.kind === 'toggle' && text === 'off' ? undefined : text };
}
