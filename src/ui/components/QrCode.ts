import type { Lightning } from '@lightningjs/sdk';
import { layout } from '../layout';
import { Component, StaticTexture } from '../lightning';
import { encodeQr, placeQr, type QrModules } from '../qr-code';
import { cssColor, theme } from '../theme';
import { filled, painting } from './paint';

export interface QrCodeSpec extends Lightning.Component.TemplateSpec {
  Plate: object;
  Modules: object;
}

/** A QR code on its white plate. Without a text only the place it will take is shown. */
export class QrCode
  extends Component<QrCodeSpec>
  implements Lightning.Component.ImplementTemplateSpec<QrCodeSpec>
{
  private readonly Plate = this.getByRef('Plate')!;
  private readonly Modules = this.getByRef('Modules')!;
  private shown: string | undefined;

  static override _template(): Lightning.Component.Template<QrCodeSpec> {
    return { Plate: {}, Modules: { visible: false } };
  }

  /** @param text what the code says; undefined while it is not known yet */
  show(text: string | undefined): void {
    const { side, radius, quietModules } = layout.plate;
    const precision = this.stage.getRenderPrecision();
    this.Plate.patch({
      texture: filled(side, side, radius, text === undefined ? 'buttonFill' : 'plate', precision),
    });
    if (text !== undefined && text === this.shown) return;
    this.shown = text;
    const modules = text === undefined ? undefined : encodeQr(text);
    if (modules === undefined) {
      this.Modules.patch({ visible: false });
      return;
    }
    const { module, offset } = placeQr(Math.round(side * precision), modules.size, quietModules);
    this.Modules.patch({
      visible: true,
      x: offset / precision,
      y: offset / precision,
      w: (module * modules.size) / precision,
      h: (module * modules.size) / precision,
      texture: this.stage.isWebgl()
        ? this.pixelPerModule(modules)
        : this.wholePixelCells(modules, module, text ?? ''),
    });
  }

  /** One texture pixel a module, enlarged by the graphics chip without smoothing. */
  private pixelPerModule({ size, isDark }: QrModules): Lightning.Texture {
    const gl = this.stage.gl as WebGLRenderingContext;
    const pixels = new Uint8Array(size * size * 4);
    const paint = (at: number, argb: number) => {
      pixels[at] = (argb >> 16) & 255;
      pixels[at + 1] = (argb >> 8) & 255;
      pixels[at + 2] = argb & 255;
      pixels[at + 3] = 255;
    };
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        paint((y * size + x) * 4, isDark(x, y) ? theme.color.module : theme.color.plate);
      }
    }
    return new StaticTexture(this.stage, {
      source: pixels,
      w: size,
      h: size,
      texParams: {
        [gl.TEXTURE_MAG_FILTER]: gl.NEAREST,
        [gl.TEXTURE_MIN_FILTER]: gl.NEAREST,
      },
    });
  }

  /** A 2D canvas smooths what it enlarges: every module is painted at its final size. */
  private wholePixelCells(
    { size, isDark }: QrModules,
    module: number,
    text: string,
  ): Lightning.Texture.SettingsLoose {
    const side = module * size;
    return painting(`qr ${text}`, side, side, 1, (context) => {
      context.fillStyle = cssColor('plate');
      context.fillRect(0, 0, side, side);
      context.fillStyle = cssColor('module');
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          if (isDark(x, y)) context.fillRect(x * module, y * module, module, module);
        }
      }
    });
  }
}
