/** Words in the name of a field that holds what only one side may know. */
const secretName =
  /secret|passw(or)?d|pwd|passphrase|passcode|(^|[-_a-z])pass$|token|assertion|credential|private(?!ly)|(api|auth|access|shared|signing|encryption|master|license|account|storage|subscription|functions|service|crypto|aes|write)[-_]?key|cookie|session[-_]?id|hmac|bearer|^(basic[-_]?)?auth(ori[sz]ation)?$|jwt|mnemonic|keystore|connection[-_]?string|(^|[-_a-z])(dsn|otp|pin)$/i;

/** Names of what may be a secret: it is one where the value is long and random. */
const doubtfulName = /key|auth|sign|salt|seed|hash|hook|cert|pfx|p12|^(d|k|iv|sas|sid)$/i;

/** Names of groups: what is in them is a secret, too. */
const groupOfSecrets = /(secret|passw(or)?d|credential|token|api[-_]?key)s?$/i;

/** The name that decides about a member: with that of a group of secrets before it. */
export const nameWithin = (group: string, name: string): string =>
  groupOfSecrets.test(group) ? `${group}.${name}` : name;

/** Fields that are named after a secret and only say something about it. */
const aboutSecret =
  /(type|types|url|uri|endpoint|format|lifetime|expiry|seconds|minutes|ttl|length|method|name|header|supported|enabled|required|hint[-_]?text)$/i;

/** Fields whose values are long and random, and public all the same. */
const publicName =
  /(^|[-_a-z])(client|app|application|tenant|product|device|organi[sz]ation|org|connection|brand|channel|project|partner)[-_]?id$|thumbprint|challenge|audience|resource|^scopes?$/i;

const guid = /^\{?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\}?$/i;

/** Forms of values that are secrets wherever they stand. */
const secretForms: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/, 'is a private key'],
  [/["'](d|k)["']\s*:\s*["'][\w-]{16,}["']/, 'holds a private key (JWK)'],
  [/(^|[\s"'])(basic|bearer|dpop)\s+[\w+/=.~-]{8,}/i, 'holds what logs in (HTTP authentication)'],
  [/(password|pwd|accountkey|accesskey)\s*=\s*[^;&\s]/i, 'holds a password'],
  [/[?&;](sig|signature|x-amz-signature|x-goog-signature)=[\w%+/-]{16}/i, 'holds a signature'],
  [/"[^"]*(secret|password|private_key)[^"]*"\s*:\s*"[^"]+"/i, 'holds a secret'],
  [/(^|[\s"'])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/, 'holds a signed token (JWT)'],
  [/^[a-z][a-z\d+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i, 'holds a password'],
  [
    /(^|\W)(gh[oprsu]_\w{20}|github_pat_\w{20}|glpat-[\w-]{16}|npm_\w{20}|[sr]k_(live|test)_\w{10}|whsec_\w{10}|sk-[\w-]{20}|xox[abprs]-\w{10}|xapp-\d|GOCSPX-[\w-]{10}|ya29\.[\w-]{10}|A[KS]IA[A-Z\d]{16}|hv[sb]\.\w{16}|SG\.[\w-]{16,}\.[\w-]{16}|shp(at|ca|pa|ss)_\w{16})/,
    'is the secret of a known service',
  ],
];

/** Bits of information in each sign of a text, by how often each sign stands in it. */
function bitsPerSign(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => {
    const share = count / text.length;
    return bits - share * Math.log2(share);
  }, 0);
}

/** Whether a text looks like a random key: long, without words, and no name or number of things. */
function isRandom(text: string): boolean {
  if (!/^[\w+/=~-]{24,}$/.test(text) || guid.test(text)) return false;
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) return false;
  const isHex = /^[\da-f]+$/i.test(text);
  // Words between separators: first_party-device_flow_2024.
  const longestPart = Math.max(...text.split(/[-_+/=~]/).map((part) => part.length));
  return bitsPerSign(text) >= (isHex ? 3 : 3.8) && longestPart >= 16;
}

/**
 * Why a value must not be where everyone can read it.
 *
 * @param name of the field, which may say that it is a secret
 * @param options.random true where a long random text is a secret, too, whatever its name
 * @returns undefined for a value that may be public; else what it looks like
 */
export function secretLook(
  name: string,
  value: unknown,
  options: { random: boolean },
): string | undefined {
  if (typeof value === 'boolean' || value === '' || value === null || value === undefined)
    return undefined;
  if (secretName.test(name) && !aboutSecret.test(name)) return 'has the name of a secret';
  if (typeof value !== 'string') return undefined;
  const form = secretForms.find(([pattern]) => pattern.test(value));
  if (form !== undefined) return form[1];
  const mayBeSecret = options.random || doubtfulName.test(name);
  const isSecret = mayBeSecret && !publicName.test(name) && isRandom(value.trim());
  return isSecret ? 'looks like a random key' : undefined;
}
