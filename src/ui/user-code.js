/**
 * Parts of a user code to draw with a gap between them. Only looks are concerned: joined, the
 * parts are the code exactly as the server sent it. A code that brings its own separator is one
 * part; nine characters make 3 × 3, eight make 2 × 4.
 */
export function codeGroups(userCode) {
    if (userCode.length < 8 || !/^[a-z0-9]+$/i.test(userCode))
        return [userCode];
    const size = [4, 3, 5].find((candidate) => userCode.length % candidate === 0);
    if (size === undefined)
        return [userCode];
    const groups = [];
    for (let start = 0; start < userCode.length; start += size) {
        groups.push(userCode.slice(start, start + size));
    }
    return groups;
}
/** A user code letter by letter, e.g. `P K Q W dash R N S J`. */
export function spellCode(userCode, texts) {
    const names = {
        '-': texts.dash,
        ' ': texts.space,
        '.': texts.dot,
    };
    return Array.from(userCode, (character) => names[character] ?? character).join(' ');
}
