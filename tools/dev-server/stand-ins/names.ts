import { recordingNames } from '../../../src/oauth/testing/recording.ts';
import { nearest } from '../../../src/settings/settings.ts';

const aliases: Readonly<Record<string, string>> = { adal: 'azure-ad-v1' };

/** Names that `npm start -- --provider` takes. */
export const standInNames: readonly string[] = recordingNames;

/** Other names of a stand-in. */
export const aliasesOf = (name: string): readonly string[] =>
  Object.keys(aliases).filter((alias) => aliases[alias] === name);

const withoutAlias = (name: string) => aliases[name.toLowerCase()] ?? name;

/** Whether there is a stand-in of that name. */
export const isStandIn = (name: string) => standInNames.includes(withoutAlias(name));

/**
 * The stand-in of a name.
 *
 * @throws Error that lists all and suggests the nearest
 */
export function standInNamed(name: string): string {
  const known = withoutAlias(name);
  if (standInNames.includes(known)) return known;
  const near = nearest(name, standInNames);
  const suggestion = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new Error(
    `There is no stand-in named "${name}".${suggestion} Known: ${standInNames.join(', ')}.`,
  );
}
