import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fill, languages, textsOf } from '../i18n/index';
import type { Account } from '../oauth/outcome';
import type { Problem } from '../oauth/problem';
import type { ConnectionState, SignInState } from '../sign-in/states';
import { describe } from './describe';
import type { ScreenDescription } from './screen-description';
import {
  everyState,
  failed,
  modelOf,
  panels,
  problemKinds,
  showingCode,
  signedIn,
} from './testing/models';

/** What a server may leave out, leave empty, or fill with characters that draw nothing. */
const missing = fc.constantFrom('', ' ', '\u200b', '\u202e\u0000');
const maybe = (present: string) => fc.oneof(fc.constant(undefined), missing, fc.constant(present));

const account: fc.Arbitrary<Account> = fc.record({
  id: fc.constantFrom('1', '2', '3'),
  name: fc.oneof(missing, fc.constantFrom('Ada', 'Grace')),
  email: maybe('ada@example.com'),
});
const problem: fc.Arbitrary<Problem> = fc.record({
  kind: fc.constantFrom(...problemKinds),
  code: fc.oneof(missing, fc.constant('a_code')),
  detail: maybe('Ask the administrator'),
  status: fc.constantFrom(undefined, 400, 503),
  retryAfterSeconds: fc.constantFrom(undefined, 30),
});
const connection: fc.Arbitrary<ConnectionState> = fc.oneof(
  fc.constant<ConnectionState>({ type: 'online' }),
  fc.constant<ConnectionState>({ type: 'storage-unreadable' }),
  problem.map((one): ConnectionState => ({ type: 'offline', problem: one })),
  fc.record({
    type: fc.constant('service-trouble' as const),
    problem,
    sinceWallMs: fc.constant(0),
    lastsADay: fc.boolean(),
  }),
  fc.record({ type: fc.constant('refused' as const), problem, reference: fc.constant('RF-4F2K') }),
);
const state: fc.Arbitrary<SignInState> = fc.oneof(
  fc.constantFrom(...everyState),
  fc
    .record({ one: account, others: fc.array(account, { maxLength: 2 }), connection })
    .chain(({ one, others, connection: now }) =>
      fc
        .constantFrom('kept' as const, 'not-given' as const, 'storage-failed' as const)
        .map((keeping) =>
          signedIn({ account: one, accounts: [one, ...others], keeping, connection: now }),
        ),
    ),
  fc
    .array(account, { minLength: 1, maxLength: 3 })
    .map((accounts): SignInState => ({ type: 'choosingAccount', accounts })),
  problem.map((one) => failed(one.kind, { problem: one, tries: one.status === 400 ? 1 : 3 })),
  fc
    .record({
      complete: maybe('https://id.example.com/device?user_code=A'),
      message: maybe('Hello'),
    })
    .map(({ complete, message }) => showingCode({ verificationUriComplete: complete, message })),
);

/** Everything of a description that is drawn or said. */
function sentencesOf(description: ScreenDescription): readonly string[] {
  const { title, body, steps, code, waiting, notice, footnote, controls, spoken } = description;
  return [
    title,
    ...body,
    ...steps.flatMap(({ text, address, detail }) => [
      text,
      address && address.before + address.address + address.after,
      detail,
    ]),
    code?.countdown,
    code?.qrCaption,
    code?.message,
    waiting,
    notice,
    footnote,
    ...controls.flatMap(({ label, card }) => [label, card?.initial, card?.detail]),
    spoken,
  ].filter((sentence) => sentence !== undefined);
}

it('no screen has a gap in a sentence, whatever values are missing, in any language', () => {
  fc.assert(
    fc.property(
      state,
      fc.record({
        language: fc.constantFrom(...languages),
        panel: fc.constantFrom(null, ...panels),
        serverHost: fc.constantFrom(undefined, 'id.example.com'),
        supportLine: fc.constantFrom(undefined, 'storage working'),
        staysListed: fc.constantFrom(undefined, true, false),
        offline: fc.boolean(),
        requestingLong: fc.boolean(),
      }),
      (now, model) => {
        for (const sentence of sentencesOf(describe(modelOf(now, model)))) {
          expect(sentence).not.toMatch(/\{\w+\}|undefined|null|NaN|\[object|Invalid Date/);
          expect(sentence).toMatch(/[\p{L}\p{N}•]/u);
          // Separators and punctuation stand between words.
          expect(sentence).not.toMatch(/^\s*[·,.:;]|· *(·|$)| {2}|\s$|[(“«„]\s*[)”»“]| ,/);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

it('every sentence names exactly the values that the app fills in, in every language', () => {
  const names = new Set(
    languages.flatMap((language) =>
      Object.values(textsOf(language)).flatMap((sentence) => sentence.match(/\{\w*\}?/g) ?? []),
    ),
  );
  for (const name of names) expect(name).toMatch(/^\{[a-z]+\}$/);
  for (const language of languages) {
    for (const sentence of Object.values(textsOf(language))) {
      const values = Object.fromEntries(Array.from(names, (name) => [name.slice(1, -1), 'value']));
      expect(fill(sentence, values)).not.toMatch(/[{}]/);
    }
  }
});
