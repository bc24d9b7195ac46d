import { randomBytes, randomInt } from 'node:crypto';
import type { RecordedValues, Recording } from '../../../src/oauth/testing/recording.ts';

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

/**
 * An ID token of the viewer of every stand-in, with times and audience as they are due. Its signature
 * is none: no app could check it against a stand-in's keys.
 */
function idToken({ signIn, standIn }: Recording, address: string): string {
  const { issuer = address, unsigned = false } = standIn.idToken ?? {};
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: signIn['clientId'],
    sub: 'ada-1815',
    tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    iat: issuedAt,
    exp: issuedAt + 3600,
    name: 'Ada Lovelace',
    preferred_username: 'ada@example.com',
    email: 'ada@example.com',
  };
  return unsigned
    ? `${encoded({ typ: 'JWT', alg: 'none' })}.${encoded(claims)}.`
    : `${encoded({ typ: 'JWT', alg: 'RS256' })}.${encoded(claims)}.${randomBytes(32).toString('base64url')}`;
}

/** Values of one code: random ones in the shape of the recorded ones. */
export function newValues(recording: Recording, page: string, address: string): RecordedValues {
  const { variables: recorded } = recording;
  const { deviceCode, intermediate } = recorded;
  return {
    userCode: sameShape(recorded.userCode),
    verificationUri: page,
    ...newTokens(recorded),
    ...(deviceCode === undefined
      ? {}
      : { deviceCode: typeof deviceCode === 'number' ? randomInt(1e8, 1e9) : secret(deviceCode) }),
    ...(intermediate === undefined ? {} : { intermediate: secret(intermediate) }),
    ...(recorded.idToken === undefined ? {} : { idToken: idToken(recording, address) }),
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
