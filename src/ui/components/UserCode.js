import { Lightning } from '@lightningjs/sdk';
import { snap, textStyle } from '../layout';
import { measureOn, textPatch } from './text';
const sizes = [124, 116, 108, 100, 92, 84, 76, 68, 60, 52, 44, 36, 28];
/** Gap between two groups, as a share of the type size. */
const groupGap = 0.42;
const lineWidth = (groups, style, measure) => groups.reduce((width, group) => width + measure(group, style), 0) +
    (groups.length - 1) * groupGap * style.size;
/** A code of one group that is too long even when small, cut into lines. */
function cutGroup(group, style, width, measure) {
    const perLine = Math.max(1, Math.floor(width / measure('W', style)));
    const lines = [];
    for (let start = 0; start < group.length; start += perLine) {
        lines.push(group.slice(start, start + perLine));
    }
    return lines;
}
/**
 * Sets a user code as large as the width allows: fifteen wide letters still stand about 100 px
 * high. Only a code longer than any real one goes on a second line.
 */
export function fitUserCode(groups, width, measure) {
    for (const size of sizes) {
        const style = {
            ...textStyle.userCode,
            size,
            lineHeight: Math.round(size * 1.2),
            letterSpacing: size >= 116 ? Math.round(size * 0.03) : 0,
        };
        if (lineWidth(groups, style, measure) <= width) {
            return { style, lines: [groups], height: style.lineHeight };
        }
        if (size <= 68) {
            const lines = cutGroup(groups.join(''), style, width, measure).map((line) => [line]);
            if (lines.length <= 2 || size === 28) {
                return { style, lines, height: lines.length * style.lineHeight };
            }
        }
    }
    return { style: textStyle.userCode, lines: [groups], height: textStyle.userCode.lineHeight };
}
/** The user code in large letters that cannot be mistaken for one another. */
export class UserCode extends Lightning.Component {
    /** @returns height taken, in layout pixels */
    show(groups, place) {
        const measure = measureOn(this.stage);
        const fit = fitUserCode(groups, place.width, measure);
        const texts = [];
        fit.lines.forEach((line, index) => {
            let x = 0;
            for (const group of line) {
                texts.push(textPatch(this.stage, [group], fit.style, { x, y: index * fit.style.lineHeight }));
                x += measure(group, fit.style) + groupGap * fit.style.size;
            }
        });
        const precision = this.stage.getRenderPrecision();
        this.patch({ x: snap(place.x, precision), y: snap(place.y, precision) });
        this.children = texts;
        return fit.height;
    }
}
