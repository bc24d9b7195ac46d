import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { renderIndexHtml } from '../build/index-html.ts';
import { openChromium } from '../engines/devtools.ts';
import { engines } from '../engines/engines.ts';
import { unpackChromium } from '../engines/unpack.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Every picture that a package needs, as PNG files. */
export interface PackageImages {
  /** Square, by their side in pixels. */
  icons: ReadonlyMap<number, Buffer>;
  /** What the app's page shows before the app runs, at 1920 × 1080: nothing jumps at the start. */
  splash: Buffer;
}

/** The page before the app has started, with its font inside. */
function splashPage(settings: unknown): string {
  const font = readFileSync(path.join(root, 'static/fonts/next-600.woff')).toString('base64');
  const face = `@font-face{font-family:"Atkinson Hyperlegible Next";font-weight:600;src:url(data:font/woff;base64,${font})}`;
  return renderIndexHtml(settings)
    .replace('</style>', `${face}</style>`)
    .replace(/<script src=[^>]*><\/script>/g, '');
}

function dataOf(url: unknown): Buffer {
  const data = /^data:image\/png;base64,(.+)$/.exec(String(url))?.[1];
  if (data === undefined) throw new Error('The icon cannot be drawn.');
  return Buffer.from(data, 'base64');
}

/**
 * Draws icons and splash with the pinned Chromium of this repository, so that the same sources give
 * the same pictures.
 *
 * @param options.icon path of the SVG
 * @param options.iconSides sides of the icons in pixels
 * @param options.settings the parsed content of a settings file
 */
export async function drawImages(options: {
  icon: string;
  iconSides: readonly number[];
  settings: unknown;
}): Promise<PackageImages> {
  const pinned = engines.find((engine) => engine.name === 'current');
  if (pinned?.engine !== 'chromium') throw new Error('There is no pinned Chromium.');
  const svg = readFileSync(options.icon).toString('base64');
  const folder = mkdtempSync(path.join(tmpdir(), 'package-images-'));
  const splashFile = path.join(folder, 'index.html');
  writeFileSync(splashFile, splashPage(options.settings));
  const page = await openChromium({
    ...(await unpackChromium(pinned)),
    profile: path.join(folder, 'profile'),
  });
  try {
    const icons = new Map<number, Buffer>();
    for (const side of options.iconSides) {
      const url = await page.evaluate(`new Promise(function (resolve, reject) {
        var image = new Image(${side}, ${side});
        image.onload = function () {
          var canvas = document.createElement('canvas');
          canvas.width = canvas.height = ${side};
          canvas.getContext('2d').drawImage(image, 0, 0, ${side}, ${side});
          resolve(canvas.toDataURL('image/png'));
        };
        image.onerror = function () { reject(new Error('The icon is no picture.')); };
        image.src = 'data:image/svg+xml;base64,${svg}';
      })`);
      icons.set(side, dataOf(url));
    }
    await page.goto(pathToFileURL(splashFile).href);
    await page.evaluate('document.fonts.ready.then(function () { return true; })');
    return { icons, splash: await page.screenshot() };
  } finally {
    await page.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
