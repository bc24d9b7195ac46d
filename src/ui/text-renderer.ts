import { needsLaterFont } from './fonts';
import { TextTexture } from './lightning';

/**
 * Lets Lightning draw texts without asking the browser each time whether their font is there: on a
 * weak chip the question takes as long as all the rest. The families that the app names have been
 * loaded (see `fonts.ts`), but for letters whose files come only when they are needed.
 */
export function trustLoadedFonts(): void {
  const { renderer } = TextTexture;
  TextTexture.renderer = (stage, canvas, settings) => {
    const made = renderer(stage, canvas, settings);
    if (!needsLaterFont(settings.text ?? '')) Object.assign(made, { _load: () => undefined });
    return made;
  };
}
