import { describe, expect, it } from 'vitest';
import { withRegion } from './regional';

describe('a language with the region of the device', () => {
  it.each([
    ['de', ['de-AT', 'de'], 'de-AT'],
    ['de', ['en-GB', 'de-CH'], 'de-CH'],
    ['de', ['de', 'de-AT'], 'de-AT'],
    ['de', ['de_at'], 'de-AT'],
    ['es', ['es-419', 'es-MX'], 'es-419'],
    ['en', ['en-Latn-US-u-ca-gregory'], 'en-US'],
    ['fr', ['en-GB'], 'fr'],
    ['fr', [], 'fr'],
    ['fr', ['', '-', 'fr-', 'fra-FR'], 'fr'],
  ])('formats %s on a device with the languages %j as %s', (language, preferred, expected) => {
    expect(withRegion(language, preferred)).toBe(expected);
  });
});
