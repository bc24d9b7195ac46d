import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';

const all = { en, de, es, fr };
/** Every language, in the order they are offered. */
export const languages = ['en', 'de', 'es', 'fr'];
/** Every sentence in one language. */
export const textsOf = (language) => all[language];
/** Fills the `{…}` of a sentence; a name without a value stays as it is. */
export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const known = (name) => languages.find((language) => language === name);
/**
 * The language to start with.
 *
 * @param setting `appSettings.language`: a language, or `auto` for the viewer's own
 * @param preferred what the viewer's device prefers, best first: `navigator.languages`
 * @returns English when nothing matches
 */
export function chooseLanguage(setting, preferred) {
  for (const name of setting === 'auto' ? preferred : [setting]) {
    const language = known((name.split('-')[0] ?? '').toLowerCase());
    if (language !== undefined) return language;
  }
  return 'en';
}
