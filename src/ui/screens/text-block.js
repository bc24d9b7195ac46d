import { setLines } from '../typesetting';
/** Sets a text within a width. */
export function setText(text, style, width, measure, maxLines) {
    const lines = setLines(text, style, width, measure, maxLines);
    return { lines, style, height: lines.length * style.lineHeight };
}
/**
 * Sets a title: in a smaller size rather than on a second line, and on two lines rather than
 * very small.
 */
export function setTitle(text, style, width, measure) {
    for (const share of [1, 0.9, 0.8, 0.72]) {
        const smaller = {
            ...style,
            size: Math.round(style.size * share),
            lineHeight: Math.round(style.lineHeight * share),
        };
        if (measure(text, smaller) <= width)
            return setText(text, smaller, width, measure);
    }
    const two = {
        ...style,
        size: Math.round(style.size * 0.8),
        lineHeight: Math.round(style.lineHeight * 0.8),
    };
    return setText(text, two, width, measure, 2);
}
/** Height of texts one below the other. */
export const stackHeight = (texts, gap) => texts.reduce((sum, text) => sum + text.height, 0) + Math.max(0, texts.length - 1) * gap;
