import { describe, expect, it } from 'vitest';
import { readFontMetrics } from '../../../tools/fonts/font-metrics.ts';
import { languages, textsOf } from '../../i18n/index';
import { describe as describeModel } from '../describe';
import { layout } from '../layout';
import { modelOf, showingCode } from '../testing/models';
import type { Measure } from '../typesetting';
import { fitSteps, heightOf } from './fit-steps';

const fonts = {
  400: readFontMetrics('next-400.woff'),
  600: readFontMetrics('next-600.woff'),
  700: readFontMetrics('next-700.woff'),
};
const mono = readFontMetrics('mono-700.woff');
const measure: Measure = (text, style) =>
  (style.face === 'code' ? mono : fonts[style.weight]).width(text) * style.size +
  (style.letterSpacing ?? 0) * text.length;

const label = (letter: string, length: number) => letter.repeat(length);
/** The longest name that DNS allows: 253 characters. */
const longest = (letter: string) =>
  [label(letter, 63), label(letter, 63), label(letter, 63), label(letter, 53), 'example'].join('.');

const hosts = [
  'id.example.com',
  'idcs-8c2f6b1e3f0d4d6c9a7b5e4d3c2b1a0f.identity.oraclecloud.com',
  'keycloak.agreeablemushroom-1234abcd.westeurope.azurecontainerapps.io',
  'accounts.google.com.secure-login-verification-center.evil.example',
  `${label('w', 63)}.example`,
  longest('a'),
  longest('w'),
  Array.from({ length: 126 }, () => 'a').join('.'),
];

const space = layout.steps.bottom - layout.steps.y;

describe('the steps beside a code', () => {
  const cases = hosts.flatMap((host) =>
    languages.map((language) => [`${host.slice(0, 40)} (${host.length})`, language, host] as const),
  );

  it.each(cases)(
    'show the host whole, and the warning, beside a code: %s, in %s',
    (_name, language, host) => {
      for (const path of ['', '/device', `/${'x'.repeat(1500)}`]) {
        const verificationUri = `https://${host}${path}`;
        const picture = describeModel(
          modelOf(
            showingCode({
              verificationUri,
              verificationUriComplete: undefined,
              userCode: 'WWWW-WWWW',
            }),
            { language },
          ),
        );
        const { blocks, between } = fitSteps(picture.steps, picture.code, space, measure);
        const pieces = blocks.flatMap((block) => block.pieces);
        const bold = pieces.filter(({ style }) => style.weight === 700);
        const shown = bold.map(({ lines }) => lines.join(''));
        expect(shown.join('')).toBe(host);
        for (const part of shown.slice(0, -1)) expect(part).toMatch(/\.$/);
        if (host.length <= 70 && !/w{60}/.test(host)) expect(shown).toEqual([host]);
        const sizes = bold.map(({ style }) => style.size);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(
          /w{60}/.test(host) ? 16 : host.length > 100 ? 20 : 24,
        );
        expect(pieces.flatMap(({ lines }) => lines).join(' ')).toContain(textsOf(language).ownTv);
        const height = blocks.reduce((sum, block) => sum + heightOf(block), 0);
        expect(height + between * (blocks.length - 1)).toBeLessThanOrEqual(space);
        for (const { x, lines, style } of pieces) {
          for (const line of lines) {
            expect(x + measure(line, style), line).toBeLessThanOrEqual(layout.steps.width + 1);
          }
        }
      }
    },
  );
});
