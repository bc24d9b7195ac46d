import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { theme } from '../../src/ui/theme.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

const template = readFileSync(
  path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../src/index.html'),
  'utf8',
);

const escapeHtml = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** `<` never appears in the inlined JSON, so no value can close the script element. */
const inlineJson = (value: unknown) => JSON.stringify(value, null, 2).replace(/</g, '\\u003c');

function appName(settings: unknown): string {
  const name = (settings as { appSettings?: { name?: unknown } } | null)?.appSettings?.name;
  return typeof name === 'string' && name !== '' ? name : 'Sign in';
}

/** What is seen before the bundle runs: the same background as the app, so nothing jumps. */
function style(): string {
  const { background, glow, text, textQuiet } = theme.css;
  return [
    `html,body{margin:0;height:100%;overflow:hidden;color:${text};background:${background};`,
    `background-image:radial-gradient(60% 90% at 82% 45%,${glow} 0%,${background} 100%);`,
    'font-family:"Atkinson Hyperlegible Next",sans-serif}',
    'canvas{position:absolute;left:0;top:0}',
    '#splash{position:absolute;left:5vw;top:5vh;font-size:1.67vw;font-weight:600}',
    `#splash p{margin:0 0 .5em}#splash-text,.plain{color:${textQuiet};font-size:1.67vw}`,
  ].join('\n      ');
}

/**
 * The page that starts the app. Settings are inlined as data: a packaged app runs from `file://`,
 * where no request for a settings file succeeds.
 *
 * @param settings the parsed content of a settings file, valid or not: the app itself explains
 *   what is wrong with it
 * @param options.headScripts addresses of scripts to run before the app, for development pages
 * @returns the whole document
 */
export function renderIndexHtml(
  settings: unknown,
  options: { headScripts?: readonly string[] } = {},
): string {
  const headScripts = (options.headScripts ?? [])
    .map((source) => `<script src="${escapeHtml(source)}"></script>`)
    .join('\n    ');
  const values: Record<string, string> = {
    NAME: escapeHtml(appName(settings)),
    CONTENT_SECURITY_POLICY: escapeHtml(contentSecurityPolicy(settings)),
    STYLE: style(),
    SETTINGS: inlineJson(settings),
    HEAD_SCRIPTS: headScripts,
  };
  return template.replace(/%([A-Z_]+)%/g, (whole, key: string) => values[key] ?? whole);
}
