/** One sentence for TVs that can run this script and not this app, by language. */
const sentences: Readonly<Record<string, string>> = {
  en: 'The software of this TV is too old for this app. Look for a TV update in its settings.',
  de: 'Die Software dieses Fernsehers ist zu alt für diese App. Suchen Sie in den Einstellungen nach einem Update.',
  es: 'El software de este televisor es demasiado antiguo para esta aplicación. Busque una actualización en los ajustes.',
  fr: 'Le logiciel de ce téléviseur est trop ancien pour cette application. Cherchez une mise à jour dans les réglages.',
};

/** What nothing here can make up for. Old engines lack the first two, from Chromium 48 down. */
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
export function missingFeatures(page: Window): readonly string[] {
  const scope = page as unknown as Record<string, unknown>;
  const missing = needed.filter((name) => scope[name] === undefined);
  return canDraw(page.document) ? missing : missing.concat('canvas');
}

/** Whether this engine can run the app. Where it cannot, a sentence on the page says so. */
export const canRun: boolean = missingFeatures(window).length === 0;

if (!canRun) {
  const language = (navigator.language || 'en').slice(0, 2).toLowerCase();
  const place = document.getElementById('splash-text');
  if (place !== null) place.textContent = sentences[language] || (sentences['en'] as string);
}
