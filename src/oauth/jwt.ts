import { isMembers, type Members } from './members';

/** What a signed JWT says; nothing here checks the signature. */
export interface Jwt {
  header: Members;
  claims: Members;
  isSigned: boolean;
}

function members(part: string): Members | undefined {
  const bytes = atob(part.replace(/-/g, '+').replace(/_/g, '/'));
  const escaped = bytes.replace(
    /[\s\S]/g,
    (byte) => `%${`0${byte.charCodeAt(0).toString(16)}`.slice(-2)}`,
  );
  const value: unknown = JSON.parse(decodeURIComponent(escaped));
  return isMembers(value) ? value : undefined;
}

/**
 * Reads a JWT in its compact form.
 *
 * @returns undefined for anything else, an encrypted one for example
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function readJwt(text: string): Jwt | undefined {
  const [first = '', second = '', signature, ...more] = text.split('.');
  if (signature === undefined || more.length > 0) return undefined;
  try {
    const header = members(first);
    const claims = members(second);
    const alg = header?.['alg'];
    if (header === undefined || claims === undefined || typeof alg !== 'string') return undefined;
    // What is no name of an algorithm may be "none" in disguise.
    const isSigned = /^[\w-]+$/.test(signature) && /^(?!none$)[\w.+-]+$/i.test(alg);
    return { header, claims, isSigned };
  } catch {
    return undefined;
  }
}
