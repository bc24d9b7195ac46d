import { describe, expect, it } from 'vitest';
import { readFontMetrics } from '../../tools/fonts/font-metrics.ts';
import { languages } from '../i18n/index';
import { fitRow } from './components/fit-row';
import { describe as describeModel } from './describe';
import { layout, safe, textStyle } from './layout';
import {
  everyState,
  failed,
  modelOf,
  panels,
  problemKinds,
  showingCode,
  signedIn,
} from './testing/models';
import { ellipsize, type Measure, setLines } from './typesetting';

const fonts = {
  400: readFontMetrics('next-400.woff'),
  600: readFontMetrics('next-600.woff'),
  700: readFontMetrics('next-700.woff'),
};
const measure: Measure = (text, style) => fonts[style.weight].width(text) * style.size;

const longName = { id: '1', name: 'Maximiliane', email: 'maximiliane@example.com' };
const states = [
  ...everyState,
  ...problemKinds.map((kind) => failed(kind)),
  { ...showingCode(), step: 2 as const },
  ...problemKinds.flatMap((kind) => [
    {
      ...showingCode(),
      transientFailure: { problem: { kind, code: 'a_code' }, sinceMs: -3_600_000, count: 9 },
    },
    {
      type: 'expired' as const,
      returnTo: { type: 'signedOut' as const },
      problem: { kind, code: 'a_code' },
    },
  ]),
  signedIn({ account: longName, accounts: [longName, { ...longName, id: '2' }] }),
];
const everyPicture = languages.flatMap((language) =>
  [null, ...panels].flatMap((panel) =>
    states.map((state) =>
      describeModel(
        modelOf(state, { language, panel, requestingLong: true, serverHost: 'id.example.com' }),
      ),
    ),
  ),
);

describe('in every language', () => {
  it('the buttons of a screen fit in one row', () => {
    for (const { controls, arrangement } of everyPicture) {
      const width =
        arrangement === 'code' || arrangement === 'help'
          ? layout.plate.x - safe.left
          : safe.right - safe.left;
      const labels = controls.filter((one) => one.card === undefined).map((one) => one.label);
      expect(fitRow(labels, width, measure).width, labels.join(' | ')).toBeLessThanOrEqual(width);
    }
  });

  it('a title takes one line, if need be in a smaller size', () => {
    for (const { title, arrangement } of everyPicture) {
      const width =
        arrangement === 'code' || arrangement === 'help'
          ? layout.codeTitle.width
          : layout.text.width;
      expect(measure(title, textStyle.title) * 0.72, title).toBeLessThanOrEqual(width);
    }
  });

  it('a step takes two lines at most', () => {
    for (const { steps } of everyPicture) {
      for (const { text = '', detail = '' } of steps) {
        const { width } = layout.steps;
        expect(setLines(text, textStyle.step, width, measure).length, text).toBeLessThanOrEqual(2);
        expect(setLines(detail, textStyle.detail, width, measure).length, detail).toBe(1);
      }
    }
  });

  it('a notice leaves room for the name of the app', () => {
    for (const { notice = '' } of everyPicture) {
      const { padding, dot } = layout.notice;
      const width = 2 * padding + dot + 16 + measure(notice, textStyle.notice);
      expect(safe.right - safe.left - width, notice).toBeGreaterThan(300);
    }
  });

  it('the fonts have every letter', () => {
    const words = everyPicture.flatMap((picture) => [
      picture.title,
      ...picture.body,
      picture.notice ?? '',
      picture.footnote ?? '',
      picture.waiting ?? '',
      ...picture.controls.map((control) => control.label),
      ...picture.steps.flatMap((step) => [step.text ?? '', step.detail ?? '']),
    ]);
    const missing = [...new Set(words.join(''))].filter((character) => !fonts[400].has(character));
    expect(missing).toEqual([]);
  });
});

describe('setting lines', () => {
  const style = { ...textStyle.body, size: 10 };
  const tenEach: Measure = (text) => text.length * 10;

  it('keeps a text that fits on one line', () => {
    expect(setLines('one two', style, 70, tenEach)).toEqual(['one two']);
  });

  it('leaves no single word on the last line', () => {
    expect(setLines('aaaa bbbb cccc dd', style, 160, tenEach)).toEqual(['aaaa bbbb', 'cccc dd']);
  });

  it('begins a sentence on a line of its own where that takes no more lines', () => {
    expect(setLines('Go on now. Or wait a bit.', style, 160, tenEach)).toEqual([
      'Go on now.',
      'Or wait a bit.',
    ]);
  });

  it('breaks a word that is wider than the line', () => {
    expect(setLines('abcdefgh', style, 30, tenEach)).toEqual(['abc', 'def', 'gh']);
  });

  it('ends a text that does not fit with an ellipsis', () => {
    expect(setLines('aaa bbb ccc ddd', style, 40, tenEach, 2)).toEqual(['aaa', 'bbb…']);
    expect(ellipsize('abcdef', style, 40, tenEach)).toBe('abc…');
  });

  it('keeps punctuation after a no-break space on the line of its word', () => {
    expect(setLines('aaaa bbbb\u00a0?', style, 90, tenEach)).toEqual(['aaaa', 'bbbb\u00a0?']);
  });
});

describe('a code with a long message', () => {
  it('a long message of the server keeps the code on the screen', () => {
    const message = 'word '.repeat(500);
    expect(describeModel(modelOf(showingCode({ message }))).code?.message?.length).toBe(240);
  });
});
