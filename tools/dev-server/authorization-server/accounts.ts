import type { Account } from 'oidc-provider';

/** The two people who can sign in. */
export const people = {
  ada: { name: 'Ada Lovelace', email: 'ada@example.com', givenName: 'Ada', familyName: 'Lovelace' },
  grace: {
    name: 'Grace Hopper',
    email: 'grace@example.com',
    givenName: 'Grace',
    familyName: 'Hopper',
  },
} as const;

/** Who signs in; also the `sub` claim. */
export type AccountName = keyof typeof people;

/** Every account there is, in the order they are offered. */
export const accountNames = Object.keys(people) as AccountName[];

/** Whether a text names one of the accounts. */
export function isAccountName(text: unknown): text is AccountName {
  return typeof text === 'string' && Object.hasOwn(people, text);
}

/** What oidc-provider asks for when it issues tokens or answers userinfo. */
export async function findAccount(_context: unknown, id: string): Promise<Account | undefined> {
  if (!isAccountName(id)) return undefined;
  const { name, email, givenName, familyName } = people[id];
  return {
    accountId: id,
    claims: async () => ({
      sub: id,
      name,
      given_name: givenName,
      family_name: familyName,
      email,
      email_verified: true,
    }),
  };
}
