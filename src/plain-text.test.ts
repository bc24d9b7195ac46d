import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasHidden, hasVisible, plainText } from './plain-text';

/** Every code point with one of Unicode's properties. */
function codePointsOf(property: RegExp): string[] {
  const found: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (property.test(character)) found.push(character);
  }
  return found;
}

const nameOf = (character: string) => `U+${character.codePointAt(0)?.toString(16)}`;

describe('hidden characters', () => {
  it('counts every code point that Unicode says to draw nothing for as hidden', () => {
    const ignorable = codePointsOf(/^\p{Default_Ignorable_Code_Point}$/u);
    expect(ignorable.length).toBeGreaterThan(4000);
    expect(ignorable.filter((one) => !hasHidden(one) || hasVisible(one)).map(nameOf)).toEqual([]);
  });

  it('counts controls, bidirectional marks, private characters and broken halves as hidden', () => {
    const properties =
      /^[\p{Control}\p{Bidi_Control}\p{Private_Use}\p{Surrogate}\p{Line_Separator}\p{Paragraph_Separator}]$/u;
    expect(
      codePointsOf(properties)
        .filter((one) => !hasHidden(one))
        .map(nameOf),
    ).toEqual([]);
  });

  it('counts no letter, digit, punctuation or emoji as hidden', () => {
    const seen = codePointsOf(/^[\p{L}\p{N}\p{P}\p{S}]$/u).filter((one) => hasHidden(one));
    // Hangul fillers, the Braille blank, the null notehead and the replacement characters draw nothing of use.
    expect(seen.map(nameOf)).toEqual([
      'U+115f',
      'U+1160',
      'U+2800',
      'U+3164',
      'U+ffa0',
      'U+fffc',
      'U+fffd',
      'U+1d159',
    ]);
  });
});

describe('a server’s text made plain', () => {
  it.each([
    ['MARKED\u{E0041}\u{E007F}TEXT', 'MARKED TEXT'],
    ['a\u061cb\u180ec\u3164d', 'a b c d'],
    ['Ada\u202Eecalevol', 'Ada ecalevol'],
    ['\u{1D173}\u{1BCA0}', ''],
    ['half \ud83d of one', 'half of one'],
    ['Zoë 👩🏽 ok', 'Zoë 👩🏽 ok'],
    [`Z${'\u0335\u0301'.repeat(30)}algo`, 'Z\u0335\u0301algo'],
    ['e\u0302\u0301 (Vietnamese)', 'e\u0302\u0301 (Vietnamese)'],
  ])('shows %j as %j', (text, plain) => {
    expect(plainText(text, 100)).toBe(plain);
  });

  it('cuts no character in half', () => {
    expect(plainText('👍'.repeat(20), 10)).toBe(`${'👍'.repeat(4)}…`);
  });

  it('shows one short line without hidden characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const plain = plainText(text, 20);
        expect(plain.length).toBeLessThanOrEqual(20);
        expect(hasHidden(plain)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
