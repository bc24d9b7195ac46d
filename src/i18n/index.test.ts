import { describe, expect, it } from 'vitest';
import { chooseLanguage, fill, languages, textsOf } from './index';

const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe('every language', () => {
  const english = textsOf('en');

  it.each(languages)(
    'the language %s has every sentence of English, with the same placeholders',
    (language) => {
      const texts = textsOf(language);
      expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
      for (const key of Object.keys(english) as (keyof typeof english)[]) {
        expect(texts[key].trim(), key).not.toBe('');
        // A wrong clock and an unreachable server always name the date and the server.
        expect(placeholders(texts[key]), key).toEqual(placeholders(english[key]));
      }
    },
  );

  it('no language but English has a sentence in English', () => {
    for (const language of languages.filter((one) => one !== 'en')) {
      const texts = textsOf(language);
      const same = (Object.keys(english) as (keyof typeof english)[]).filter(
        (key) => texts[key] === english[key],
      );
      expect(same).toEqual([]);
    }
  });
});

describe('choosing a language', () => {
  it.each([
    ['auto', ['de-AT', 'en'], 'de'],
    ['auto', ['pt-BR', 'FR'], 'fr'],
    ['auto', ['ja'], 'en'],
    ['auto', [], 'en'],
    ['es', ['de'], 'es'],
  ])(
    'chooses for the setting %s and the device’s languages %j the language %s',
    (setting, preferred, language) => {
      expect(chooseLanguage(setting, preferred)).toBe(language);
    },
  );
});

it('fills the placeholders of a sentence that have a value and leaves the others', () => {
  expect(fill('{a} and {b} and {a}', { a: '1 $& {b}' })).toBe('1 $& {b} and {b} and 1 $& {b}');
});
