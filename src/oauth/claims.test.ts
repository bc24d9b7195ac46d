import { describe, expect, it } from 'vitest';
import { accountFromClaims, hasMadeUpId, idMember } from './claims';

describe('the name of an account', () => {
  it.each([
    [{ name: 'Ada Lovelace', given_name: 'A', preferred_username: 'ada' }, 'Ada Lovelace'],
    [{ given_name: 'Ada', family_name: 'Lovelace', preferred_username: 'ada1' }, 'Ada Lovelace'],
    [{ given_name: ' Ada ', family_name: ' ', preferred_username: 'ada1' }, 'Ada'],
    [{ family_name: 'Lovelace', preferred_username: 'ada1' }, 'Lovelace'],
    [{ given_name: 7, family_name: null, preferred_username: 'ada1' }, 'ada1'],
    [{ preferred_username: 'ada1', email: 'a@example.com' }, 'ada1'],
    [{ email: 'a@example.com' }, 'a@example.com'],
    [{}, ''],
  ])('names the account with the claims %j as %j', (claims, name) => {
    expect(accountFromClaims({ sub: '1', ...claims })?.name).toBe(name);
  });
});

const long = (length: number) => `${'a'.repeat(length - 1)}z`;

describe('the id of an account', () => {
  it.each([
    ['of 121 characters', long(121)],
    ['of 255 characters', long(255)],
    ['of 1,024 characters', long(1024)],
    ['with spaces around it', ' ada '],
    ['with a line end', 'ada\n'],
    ['in capitals', 'ADA'],
    ['in a decomposed form', 'Zoe\u0308'],
    ['with a pair of surrogates at its end', `${'a'.repeat(119)}🍎`],
    ['that is a number', 42, '42'],
    ['that is the largest exact number', 2 ** 53 - 1, '9007199254740991'],
    ['that is zero', 0, '0'],
    ['that looks like JSON', '{"a":1}'],
  ])('keeps an id %s exactly', (_case, sub, id = sub as string) => {
    expect(accountFromClaims({ sub })?.id).toBe(id);
  });

  it.each([
    ['an object', { value: 'ada' }],
    ['a list', ['ada']],
    ['a truth value', true],
    ['null', null],
    ['an empty text', ''],
    ['spaces alone', '  '],
    ['characters that show nothing', '\u200b\u2060'],
    ['more than 1,024 characters', long(1025)],
    ['a number that JSON has rounded', 2 ** 53],
    ['a fraction', 1.5],
    ['half a surrogate pair', 'ada\ud83c'],
    ['an id as this app makes them up', '\u0000viewer'],
  ])('takes the next member where the subject is %s', (_case, sub) => {
    expect(accountFromClaims({ sub, oid: 'o-1', name: 'Ada' })?.id).toBe('o-1');
    const unknown = accountFromClaims({ sub, name: 'Ada' });
    expect(unknown?.name).toBe('Ada');
    expect(unknown && hasMadeUpId(unknown)).toBe(true);
  });

  it.each([{ email: 'a@example.com' }, { username: 'a' }, { login: 'a' }, { unique_name: 'a' }])(
    'takes what only one person has where there is no subject: %j',
    (claims) => {
      expect(accountFromClaims({ ...claims, name: 'Ada' })?.id).toBe(Object.values(claims)[0]);
    },
  );

  it('never shows nor keeps a member that is an object', () => {
    const object = { first: 'Ada' };
    const account = accountFromClaims({ sub: object, name: object, email: object, login: object });
    expect(account).toBeUndefined();
    expect(idMember({ uuid: object }, 'uuid')).toBeUndefined();
  });
});
