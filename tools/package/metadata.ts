import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What metadata.json says of the app as a product. */
export interface Metadata {
  /** The app's id on webOS, and what its id on Tizen is made of. */
  identifier: string;
  /** X.Y.Z */
  version: string;
  /** Path of the SVG that every icon is drawn from, relative to the repository's root. */
  icon: string;
  /** The ten letters and digits that Samsung knows the app by. */
  tizenPackageId: string;
}

/** Ten letters and digits that belong to an identifier, for an app that Samsung does not know yet. */
function derivedTizenId(identifier: string): string {
  const digest = createHash('sha256').update(identifier).digest();
  const signs = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return Array.from(digest.subarray(0, 10), (byte) => signs[byte % signs.length]).join('');
}

/**
 * Checks the content of metadata.json.
 *
 * @param json the parsed file
 * @throws Error with a sentence that names the key
 */
export function checkMetadata(json: unknown): Metadata {
  const values = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const text = (key: string, form: RegExp, rule: string): string => {
    const value = values[key];
    if (typeof value === 'string' && form.test(value)) return value;
    throw new Error(
      `metadata.json: ${key} is ${JSON.stringify(value) ?? 'missing'}, and must be ${rule}.`,
    );
  };
  const identifier = text(
    'identifier',
    /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/,
    'lower-case words, digits and hyphens with dots between, e.g. com.example.channel (LG rejects anything else)',
  );
  return {
    identifier,
    version: text('version', /^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'three numbers, e.g. 1.0.0'),
    icon: text('icon', /\.svg$/, 'the path of an SVG file'),
    tizenPackageId:
      values['tizenPackageId'] === undefined
        ? derivedTizenId(identifier)
        : text('tizenPackageId', /^[A-Za-z0-9]{10}$/, 'ten letters and digits'),
  };
}

/** @throws Error when the file cannot be read or says something impossible */
export function readMetadata(file: string): Metadata {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON.`, { cause });
  }
  return checkMetadata(json);
}
