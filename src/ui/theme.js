const hex = (argb) => `#${(argb & 0xffffff).toString(16).padStart(6, '0')}`;
const ownColors = {
    background: 0xff0b1020,
    glow: 0xff1c2a5c,
    text: 0xfff2f5fb,
    textQuiet: 0xffb7c2dd,
    accent: 0xff7aa2ff,
    accentDeep: 0xff4f6ef7,
    onLight: 0xff0b1020,
    buttonFill: 0xff1b2440,
    buttonFillFocused: 0xfff2f5fb,
    plate: 0xffffffff,
    module: 0xff000000,
    track: 0xff2a3558,
    avatar: 0xff2e3f7f,
    notice: 0xffffd27a,
};
/** Every colour's name, for the settings check. */
export const colorNames = Object.keys(ownColors);
const color = { ...ownColors };
/**
 * Every colour and type size of the app. Colours are ARGB as Lightning takes them, sizes are
 * pixels on a 1920 × 1080 screen.
 */
export const theme = {
    color: color,
    font: { text: 'Atkinson Hyperlegible Next', code: 'Atkinson Hyperlegible Mono' },
    size: {
        welcome: 92,
        title: 76,
        initial: 64,
        lead: 40,
        body: 36,
        address: 42,
        userCode: 124,
        caption: 32,
        footnote: 28,
        button: 36,
    },
};
const colorsWith = (overrides) => {
    const colors = { ...ownColors };
    for (const name of colorNames) {
        const value = overrides[name];
        if (value !== undefined && /^#[0-9a-f]{6}$/i.test(value)) {
            // Unsigned: `|` alone would make an opaque colour negative.
            colors[name] = (0xff000000 | Number.parseInt(value.slice(1), 16)) >>> 0;
        }
    }
    return colors;
};
/** Replaces colours by those of settings.json. Call before the first stage is opened. */
export function applyTheme(overrides) {
    Object.assign(color, colorsWith(overrides));
}
/** The colours that the page itself needs before the app runs, as CSS. */
export function cssColors(overrides = {}) {
    const colors = colorsWith(overrides);
    const css = {};
    for (const name of colorNames)
        css[name] = hex(colors[name]);
    return css;
}
