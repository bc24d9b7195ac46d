import { theme } from './theme';
/** Letters beyond Latin-1, which come in files of their own: loaded when a name needs them. */
const extendedRange = 'U+0100-0151,U+0154-0177,U+0179-017F';
const files = [
    { family: theme.font.text, weight: '400', file: 'next-400.woff' },
    { family: theme.font.text, weight: '600', file: 'next-600.woff' },
    { family: theme.font.text, weight: '700', file: 'next-700.woff' },
    { family: theme.font.code, weight: '700', file: 'mono-700.woff' },
    ...['400', '600', '700'].map((weight) => ({
        family: theme.font.text,
        weight,
        file: `next-${weight}-extended.woff`,
        unicodeRange: extendedRange,
    })),
];
let loading;
function startLoading(page, folder) {
    if (typeof FontFace === 'undefined' || page.fonts === undefined) {
        return Promise.resolve(false);
    }
    const needed = [];
    for (const { family, weight, file, unicodeRange } of files) {
        const url = `url(${folder}${file}) format("woff")`;
        const face = unicodeRange === undefined
            ? new FontFace(family, url, { weight })
            : new FontFace(family, url, { weight, unicodeRange });
        page.fonts.add(face);
        if (unicodeRange === undefined)
            needed.push(face.load());
    }
    return Promise.all(needed).then(() => true, () => false);
}
/**
 * Loads the app's fonts, once.
 *
 * @param page the document to add them to
 * @param waitMs longest time to wait; loading goes on afterwards
 * @param folder address of the font files, with a slash at the end
 * @returns whether every font is there. Never rejects: without them the TV's own font serves.
 */
export function loadFonts(page, waitMs = 1500, folder = 'static/fonts/') {
    loading ?? (loading = new Promise((resolve) => resolve(startLoading(page, folder))).catch(() => false));
    const tooLate = new Promise((resolve) => {
        setTimeout(() => resolve(false), waitMs);
    });
    return Promise.race([loading, tooLate]);
}
/** Calls back whenever fonts have arrived after they were missed. */
export function onFontsLoaded(callback) {
    const { fonts } = document;
    if (fonts === undefined || typeof fonts.addEventListener !== 'function')
        return () => undefined;
    fonts.addEventListener('loadingdone', callback);
    return () => fonts.removeEventListener('loadingdone', callback);
}
