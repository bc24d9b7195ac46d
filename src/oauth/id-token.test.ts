import { describe, expect, it } from 'vitest';
import { accountFromClaims } from './id-token';

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
