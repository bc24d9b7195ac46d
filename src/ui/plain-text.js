/** True for characters that draw nothing or change the direction of what follows. */
function isInvisible(code) {
    return (code < 0x20 ||
        (code >= 0x7f && code <= 0x9f) ||
        code === 0xad ||
        (code >= 0x200b && code <= 0x200f) ||
        (code >= 0x2028 && code <= 0x202e) ||
        (code >= 0x2060 && code <= 0x206f) ||
        code === 0xfeff);
}
/**
 * A server's text made safe to show: one line, without characters that hide or reorder others,
 * and not longer than `limit` characters.
 */
export function plainText(text, limit) {
    let plain = '';
    for (const character of text.slice(0, limit * 4)) {
        plain += isInvisible(character.charCodeAt(0)) ? ' ' : character;
    }
    plain = plain.replace(/\s+/g, ' ').trim();
    return plain.length > limit ? `${plain.slice(0, limit - 1).trim()}…` : plain;
}
