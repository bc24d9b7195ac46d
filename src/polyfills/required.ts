import { languages, textsOf } from '../i18n/index';

/** What no polyfill here replaces. Chromium 48 and older lack the first two. */
const needed = [
  'fetch',
  'URLSearchParams',
  'Request',
  'Headers',
  'Promise',
  'Symbol',
  'Map',
  'WeakMap',
  'TextEncoder',
  'Uint8Array',
];

function canDraw(document: Document): boolean {
  try {
    return !!document.createElement('canvas').getContext('2d');
  } catch {
    return false;
  }
}

/** What this engine lacks; empty where the app can run. */
function missingFeatures(page: Window): readonly string[] {
  const scope = page as unknown as Record<string, unknown>;
  const missing = needed.filter((name) => scope[name] === undefined);
  return canDraw(page.document) ? missing : missing.concat('canvas');
}

/**
 * Whether a page of another origin shows this one in a frame: it could lay its own picture over the
 * app's. Two files are of two origins, too.
 */
function isFramedByOthers(page: Window): boolean {
  try {
    for (let inner = page; inner.parent && inner.parent !== inner; inner = inner.parent) {
      // Throws for another origin; engines of before 2018 answer with nothing.
      if (!inner.parent.location.href) return true;
    }
    return false;
  } catch {
    return true;
  }
}

function whyNot(page: Window): 'tooOld' | 'framed' | undefined {
  if (missingFeatures(page).length > 0) return 'tooOld';
  return isFramedByOthers(page) ? 'framed' : undefined;
}

const obstacle = whyNot(window);

/** Whether the app can run here. Where it cannot, a sentence on the page says why. */
export const canRun: boolean = obstacle === undefined;

if (obstacle !== undefined) {
  const preferred = (navigator.language || '').slice(0, 2).toLowerCase();
  const language = languages.filter((name) => name === preferred)[0] || 'en';
  const place = document.getElementById('splash-text');
  if (place !== null) place.textContent = textsOf(language)[obstacle];
}
