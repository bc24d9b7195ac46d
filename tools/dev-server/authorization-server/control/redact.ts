/** Fields that carry a secret, whatever they look like. */
const secretFields = new Set([
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'authtoken',
  'sessiontoken',
  'devicecode',
  'token',
  'code',
  'codeverifier',
  'clientsecret',
  'clientassertion',
  'assertion',
  'secret',
  'signature',
  'password',
  'authorization',
  'dpop',
  'cookie',
]);

/** Systems spell `device_code` as `deviceCode` and `Device-Code`, too. */
const isSecretField = (field: string) => secretFields.has(field.toLowerCase().replace(/[_-]/g, ''));

/** Long and without a space or a colon: no sentence and no URL, so perhaps a secret. */
const opaque = /^[\w.~+/=|-]{24,}$/;

/** A secret as people may see it: enough to tell two apart, not enough to use. */
export function redactSecret(secret: string): string {
  // Of a short secret four characters would be most of it.
  const start = secret.length >= 16 ? secret.slice(0, 4) : '';
  return `${start}… (${secret.length} characters)`;
}

/**
 * Copies a request's or reply's content with every secret cut to its first four characters.
 *
 * @param value anything that JSON can hold
 * @param field the name that the value has in its object
 * @param known values that are secrets wherever they stand, numbers among them
 */
export function redact(
  value: unknown,
  field = '',
  known: ReadonlySet<string> = new Set(),
): unknown {
  if (typeof value === 'number' && known.has(String(value))) return redactSecret(String(value));
  if (typeof value === 'string') {
    const secret = value !== '' && (isSecretField(field) || opaque.test(value) || known.has(value));
    return secret ? redactSecret(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, field, known));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, redact(item, key, known)]),
    );
  }
  return value;
}

/** An Authorization header with its scheme readable and its token redacted. */
export function redactAuthorization(header: string): string {
  const [scheme = '', ...rest] = header.split(' ');
  return rest.length === 0 ? redactSecret(header) : `${scheme} ${redactSecret(rest.join(' '))}`;
}
