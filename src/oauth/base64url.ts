/**
 * Encodes bytes in base64url without padding, as JWTs and DPoP proofs have it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-5
 */
export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  let text = '';
  for (const byte of Array.from(new Uint8Array(bytes))) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
