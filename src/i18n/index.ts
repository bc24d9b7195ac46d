import { de } from './de';
import { en, type Texts } from './en';
import { es } from './es';
import { fr } from './fr';

export type { Texts };

/** Every language, in the order they are offered. A new one is a file and a name in this table. */
const all = { en, de, es, fr } as const;

/** A language the app speaks, as a BCP 47 primary subtag. */
export type Language = keyof typeof all;

/** Every language, in the order they are offered. */
export const languages = Object.keys(all) as readonly Language[];

/** Every sentence in one language. */
export const textsOf = (language: Language): Texts => all[language];

/** Fills the `{…}` of a sentence; a name without a value stays as it is. */
export const fill = (sentence: string, values: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

const known = (name: string): Language | undefined =>
  languages.find((language) => language === name);

/**
 * The language to start with.
 *
 * @param setting `appSettings.language`: a language, or `auto` for the viewer's own
 * @param preferred what the viewer's device prefers, best first: `navigator.languages`
 * @returns English when nothing matches
 */
export function chooseLanguage(setting: string, preferred: readonly string[]): Language {
  for (const name of setting === 'auto' ? preferred : [setting]) {
    const language = known((name.split('-')[0] ?? '').toLowerCase());
    if (language !== undefined) return language;
  }
  return 'en';
}
