import { randomBytes, randomInt } from 'node:crypto';
import type { RecordedValues } from '../../../src/oauth/testing/recording.ts';

const digits = '23456789';
const capitals = 'BCDFGHJKLMNPQRSTVWXZ';

const oneOf = (letters: string) => letters[randomInt(letters.length)] ?? '';

/** A code of the same length, case and punctuation; letters and digits that are told apart. */
function sameShape(recorded: string): string {
  if (/^[0-9A-F]+$/.test(recorded) && /\d/.test(recorded)) {
    return recorded.replace(/./g, () => oneOf('0123456789ABCDEF'));
  }
  return recorded
    .replace(/[a-z]/g, () => oneOf(capitals).toLowerCase())
    .replace(/[A-Z]/g, () => oneOf(capitals))
    .replace(/\d/g, () => oneOf(digits));
}

const sixteenths = (recorded: string) =>
  recorded.replace(/[0-9a-f]/g, () => oneOf('0123456789abcdef'));

/** A secret that begins as the recorded one does (`gho_…`), and is otherwise random. */
function secret(recorded: string): string {
  if (recorded.length >= 16 && /^[0-9a-f-]+$/.test(recorded)) return sixteenths(recorded);
  const prefix = /^[\w.-]*[_|./]/.exec(recorded)?.[0] ?? '';
  return prefix + randomBytes(24).toString('base64url');
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned ID token of the viewer of every stand-in. */
function idToken(issuer: string): string {
  const claims = {
    iss: issuer,
    sub: 'ada-1815',
    name: 'Ada Lovelace',
    preferred_username: 'ada@example.com',
    email: 'ada@example.com',
  };
  return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
}

/** Values of one code: random ones in the shape of the recorded ones. */
export function newValues(recorded: RecordedValues, page: string, issuer: string): RecordedValues {
  const { deviceCode, intermediate } = recorded;
  return {
    userCode: sameShape(recorded.userCode),
    verificationUri: page,
    ...newTokens(recorded),
    ...(deviceCode === undefined
      ? {}
      : { deviceCode: typeof deviceCode === 'number' ? randomInt(1e8, 1e9) : secret(deviceCode) }),
    ...(intermediate === undefined ? {} : { intermediate: secret(intermediate) }),
    ...(recorded.idToken === undefined ? {} : { idToken: idToken(issuer) }),
  };
}

/** Tokens of one grant or refresh. */
export function newTokens(
  recorded: RecordedValues,
): Pick<RecordedValues, 'accessToken' | 'refreshToken'> {
  const { accessToken, refreshToken } = recorded;
  return {
    ...(accessToken === undefined ? {} : { accessToken: secret(accessToken) }),
    ...(refreshToken === undefined ? {} : { refreshToken: secret(refreshToken) }),
  };
}
