import { theme } from './theme';

/** Letters beyond Latin-1, which come in files of their own: loaded when a name needs them. */
const extendedRange = 'U+0100-0151,U+0154-0177,U+0179-017F';

interface FontFile {
  family: string;
  weight: string;
  file: string;
  unicodeRange?: string;
}

const files: readonly FontFile[] = [
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

let loading: Promise<boolean> | undefined;
const available = new Set<string>();
const listeners = new Set<() => void>();

/** Whether a text holds letters whose font file the browser fetches only when it meets them. */
export const needsLaterFont = (text: string): boolean => /[\u0100-\u017f]/.test(text);

/**
 * Whether a family can be drawn with. One that is still loading must not be named: Lightning
 * would leave its texts out until it comes.
 */
export const isFontAvailable = (family: string): boolean => available.has(family);

const faceOf = ({ family, weight, file, unicodeRange }: FontFile, folder: string): FontFace => {
  const url = `url(${folder}${file}) format("woff")`;
  return unicodeRange === undefined
    ? new FontFace(family, url, { weight })
    : new FontFace(family, url, { weight, unicodeRange });
};

function startLoading(page: Document, folder: string): Promise<boolean> {
  if (typeof FontFace === 'undefined' || page.fonts === undefined) {
    return Promise.resolve(false);
  }
  const needed = files.filter((file) => file.unicodeRange === undefined);
  const loads = needed.map((file) =>
    faceOf(file, folder)
      .load()
      .then(
        (face) => {
          page.fonts.add(face);
          return true;
        },
        () => false,
      ),
  );
  return Promise.all(loads).then((loaded) => {
    needed.forEach(({ family }, index) => {
      if (loaded[index]) available.add(family);
    });
    for (const file of files) {
      // Not loaded yet: the browser fetches them when a text holds one of their letters.
      if (file.unicodeRange !== undefined) page.fonts.add(faceOf(file, folder));
    }
    for (const listener of listeners) listener();
    return loaded.every((one) => one);
  });
}

/**
 * Loads the app's fonts, once.
 *
 * @param page the document to add them to
 * @param waitMs longest time to wait; loading goes on afterwards
 * @param folder address of the font files, with a slash at the end
 * @returns whether every font is there. Never rejects: without them the TV's own font serves.
 */
export function loadFonts(
  page: Document,
  waitMs = 1500,
  folder = 'static/fonts/',
): Promise<boolean> {
  loading ??= new Promise<boolean>((resolve) => resolve(startLoading(page, folder))).catch(
    () => false,
  );
  const tooLate = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), waitMs);
  });
  return Promise.race([loading, tooLate]);
}

/**
 * Calls back whenever a font has arrived that pictures so far were drawn without.
 *
 * @returns ends that
 */
export function onFontsLoaded(page: Document, callback: () => void): () => void {
  listeners.add(callback);
  const { fonts } = page;
  const tells = fonts !== undefined && typeof fonts.addEventListener === 'function';
  if (tells) fonts.addEventListener('loadingdone', callback);
  return () => {
    listeners.delete(callback);
    if (tells) fonts.removeEventListener('loadingdone', callback);
  };
}
