import { snap } from '../layout';
import { theme } from '../theme';
import { canvasMeasure, facesOf } from '../typesetting';
const measures = new WeakMap();
/** Measures text as this stage draws it. */
export function measureOn(stage) {
    let measure = measures.get(stage);
    if (measure === undefined) {
        measure = canvasMeasure(stage.getRenderPrecision());
        measures.set(stage, measure);
    }
    return measure;
}
/** Half the height of a capital letter, as a share of the type size. */
const capMiddle = 0.335;
/**
 * What to patch a text element with. Lines are broken beforehand: a set width and line height keep
 * clear of Lightning's automatic ones, which are wrong at any precision but 1.
 */
export function textPatch(stage, lines, style, place) {
    const precision = stage.getRenderPrecision();
    const measure = measureOn(stage);
    const widest = Math.max(0, ...lines.map((line) => measure(line, style)));
    const align = place.align ?? 'left';
    // A little more than measured: the last letter may lean over its own width.
    const width = Math.ceil(place.width ?? widest) + 8;
    const lean = align === 'left' ? 0 : align === 'right' ? 8 : 4;
    const baseline = style.lineHeight / 2 + capMiddle * style.size;
    return {
        visible: lines.length > 0 && lines[0] !== '',
        x: snap(place.x - lean, precision),
        y: snap(place.y + baseline - style.size, precision),
        text: {
            text: lines.join('\n'),
            w: width,
            fontFace: facesOf(style),
            fontStyle: String(style.weight),
            fontSize: style.size,
            lineHeight: style.lineHeight,
            letterSpacing: style.letterSpacing ?? 0,
            textAlign: align,
            textColor: theme.color[style.color],
            wordWrap: false,
        },
    };
}
