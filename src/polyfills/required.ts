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

/** Whether this engine can run the app. Where it cannot, a sentence on the page says so. */
export const canRun: boolean = missingFeatures(window).length === 0;

if (!canRun) {
  const preferred = (navigator.language || '').slice(0, 2).toLowerCase();
  const language = languages.filter((name) => name === preferred)[0] || 'en';
  const place = document.getElementById('splash-text');
  if (place !== null) place.textContent = textsOf(language).tooOld;
}
