import { snap } from '../layout';
import { Component } from '../lightning';
import { fitUserCode, groupGap } from './fit-user-code';
import { measureOn, textPatch } from './text';

/** The user code in large letters that cannot be mistaken for one another. */
export class UserCode extends Component {
  /** @returns height taken, in layout pixels */
  show(
    groups: readonly string[],
    place: { x: number; y: number; width: number },
    largest?: number,
  ): number {
    const measure = measureOn(this.stage);
    const fit = fitUserCode(groups, place.width, measure, largest);
    const texts: object[] = [];
    fit.lines.forEach((line, index) => {
      let x = 0;
      for (const group of line) {
        texts.push(
          textPatch(this.stage, [group], fit.style, { x, y: index * fit.style.lineHeight }),
        );
        x += measure(group, fit.style) + groupGap(fit.style.size);
      }
    });
    const precision = this.stage.getRenderPrecision();
    this.patch({ x: snap(place.x, precision), y: snap(place.y, precision) });
    this.children = texts;
    return fit.height;
  }
}
