/** RFC 4648 §5, without padding. */
export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  let text = '';
  for (const byte of Array.from(new Uint8Array(bytes))) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/**
 * Reads text written as base64url over UTF-8.
 * @throws when it is neither
 */
export function textOfBase64url(encoded: string): string {
  const bytes = atob(encoded.replace(/-/g, '+').replace(/_/g, '/'));
  let escaped = '';
  for (let at = 0; at < bytes.length; at++) {
    escaped += `%${`0${bytes.charCodeAt(at).toString(16)}`.slice(-2)}`;
  }
  return decodeURIComponent(escaped);
}
