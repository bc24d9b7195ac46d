import { Lightning } from '@lightningjs/sdk';
import { addressLines, cutMiddle } from '../address';
import { layout, snap, textStyle } from '../layout';
import { setLines } from '../typesetting';
import { outlined } from './paint';
import { measureOn, textPatch } from './text';
import { fitUserCode, UserCode } from './UserCode';
/** Longest address drawn, in characters; the middle of a longer path is left out. */
const addressLimit = 96;
/** `before`, the address in bold and `after`: on one line if they fit, else below one another. */
function setPhrase(phrase, code, top, measure) {
    const { width } = layout.steps;
    const quiet = textStyle.stepQuiet;
    const shown = cutMiddle({ text: phrase.address, hostLength: code?.address.hostLength ?? phrase.address.length }, addressLimit);
    const beforeWidth = measure(phrase.before, quiet);
    const afterWidth = measure(phrase.after, quiet);
    for (const size of [textStyle.address.size, 38, 34]) {
        const bold = { ...textStyle.address, size };
        const addressWidth = measure(shown.text, bold);
        if (beforeWidth + addressWidth + afterWidth > width)
            continue;
        return {
            pieces: [
                { x: 0, y: top, lines: [phrase.before], style: quiet },
                { x: beforeWidth, y: top, lines: [shown.text], style: bold },
                { x: beforeWidth + addressWidth, y: top, lines: [phrase.after], style: quiet },
            ],
            height: bold.lineHeight,
        };
    }
    const bold = { ...textStyle.address, size: 34, lineHeight: 44 };
    const perLine = Math.floor(width / measure('0', bold));
    const sentence = `${phrase.before.trim()} ${phrase.after.trim()}`.trim();
    const intro = setLines(sentence, quiet, width, measure);
    const address = addressLines(shown, perLine);
    const addressTop = top + intro.length * quiet.lineHeight;
    return {
        pieces: [
            { x: 0, y: top, lines: intro, style: quiet },
            { x: 0, y: addressTop, lines: address, style: bold },
        ],
        height: intro.length * quiet.lineHeight + address.length * bold.lineHeight,
    };
}
function setStep(step, code, measure) {
    const { width } = layout.steps;
    const pieces = [];
    let y = (layout.steps.circle - textStyle.step.lineHeight) / 2;
    const add = (text, style) => {
        if (text === undefined)
            return;
        const lines = setLines(text, style, width, measure);
        pieces.push({ x: 0, y, lines, style });
        y += lines.length * style.lineHeight;
    };
    add(step.text, textStyle.step);
    if (step.address !== undefined) {
        // A sentence without the address alone on the line is told at length, in the steps' own style.
        const phrase = setPhrase(step.address, code, y, measure);
        pieces.push(...phrase.pieces);
        y += phrase.height;
    }
    add(step.aside, textStyle.aside);
    const block = { pieces, height: y };
    if (step.showsCode && code !== undefined) {
        block.codeY = y + 8;
        block.height = block.codeY + fitUserCode(code.groups, width, measure).height;
    }
    return block;
}
/** The numbered steps, with the user code below the step that needs it. */
export class Steps extends Lightning.Component {
    /**
     * @param bottom the steps move closer together rather than reach below it
     * @returns y below the last step
     */
    show(steps, code, top, bottom) {
        const { x, circle, textX, width, gap } = layout.steps;
        const { stage } = this;
        const precision = stage.getRenderPrecision();
        const measure = measureOn(stage);
        const blocks = steps.map((step) => setStep(step, code, measure));
        const heights = blocks.reduce((sum, block) => sum + Math.max(block.height, circle), 0);
        const free = (bottom - top - heights) / Math.max(1, blocks.length - 1);
        const between = Math.max(6, Math.min(gap, free));
        const children = [];
        let y = top;
        let codePlace;
        blocks.forEach((block, index) => {
            const blockY = snap(y, precision);
            children.push({
                x: snap(x, precision),
                y: blockY,
                texture: outlined(circle, circle, circle / 2, 3, 'accent', precision),
            }, textPatch(stage, [String(index + 1)], textStyle.stepNumber, {
                x,
                y: blockY,
                width: circle,
                align: 'center',
            }), ...block.pieces.map((piece) => textPatch(stage, piece.lines, piece.style, {
                x: textX + piece.x,
                y: blockY + piece.y,
            })));
            if (block.codeY !== undefined)
                codePlace = { x: textX, y: blockY + block.codeY, width };
            y += Math.max(block.height, circle) + between;
        });
        if (codePlace !== undefined)
            children.push({ type: UserCode });
        this.children = children;
        const last = this.children[this.children.length - 1];
        if (code !== undefined && codePlace !== undefined && last instanceof UserCode) {
            last.show(code.groups, codePlace);
        }
        return y - between;
    }
}
