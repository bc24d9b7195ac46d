import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { layout, safe } from '../../src/ui/layout.ts';
import { cssColors } from '../../src/ui/theme.ts';
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

/** Colors of the settings file, as far as they are what the app expects. */
function themeColors(settings: unknown): Record<string, string> {
  const theme = (settings as { appSettings?: { theme?: unknown } } | null)?.appSettings?.theme;
  const colors: Record<string, string> = {};
  if (typeof theme !== 'object' || theme === null) return colors;
  for (const [name, value] of Object.entries(theme)) {
    if (typeof value === 'string') colors[name] = value;
  }
  return colors;
}

/** A color between two, both `#rrggbb`: `share` of the first. */
function mixed(first: string, second: string, share: number): string {
  const channel = (color: string, at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  const value = (at: number) =>
    Math.round(channel(first, at) * share + channel(second, at) * (1 - share));
  return `rgb(${value(1)},${value(3)},${value(5)})`;
}

/** Pixels of the 1920 × 1080 layout as a share of the window's width. */
const width = (pixels: number) => `${+((pixels / 1920) * 100).toFixed(3)}vw`;

/**
 * What is seen before the bundle runs: the app's background, mark and name in the places where
 * the app draws them, so that nothing jumps.
 */
function style(settings: unknown): string {
  const colors = cssColors(themeColors(settings));
  const { y, mark, gap } = layout.brand;
  return [
    `html,body{margin:0;height:100%;overflow:hidden;color:${colors.text};background:${colors.background}}`,
    `body{background-image:radial-gradient(54% 84% at 82% 45%,${colors.glow},${mixed(colors.glow, colors.background, 0.42)} 48%,transparent),`,
    `linear-gradient(${mixed(colors.glow, colors.background, 0.2)},${colors.background} 62%);`,
    'font-family:"Atkinson Hyperlegible Next",sans-serif}',
    'canvas{position:absolute;left:0;top:0}',
    `#splash{position:absolute;left:${width(safe.left)};right:${width(safe.left)};top:${width(y)};`,
    `line-height:${width(mark)};font-size:${width(32)};font-weight:600}`,
    `#splash::before{content:"";float:left;width:${width(mark)};height:${width(mark)};`,
    `margin-right:${width(gap)};border-radius:${width(mark / 4)};`,
    `background:linear-gradient(135deg,${colors.accent},${colors.accentDeep})}`,
    '#splash p{margin:0}#splash-name{white-space:nowrap}',
    `#splash-text,#splash-slow,.plain{color:${colors.textQuiet};font-weight:400;line-height:1.4}`,
    // Where the script cannot even be read nothing else is left to speak: shown by itself, late.
    '#splash-slow{visibility:hidden;-webkit-animation:slow 0s 20s forwards;animation:slow 0s 20s forwards}',
    '@-webkit-keyframes slow{to{visibility:visible}}@keyframes slow{to{visibility:visible}}',
    '#splash-text:not(:empty)~#splash-slow{display:none}',
  ].join('\n      ');
}

/**
 * The page that starts the app. Settings are inlined as data: a packaged app runs from `file://`,
 * where no request for a settings file succeeds.
 *
 * @param settings the public settings, valid or not: the app itself explains what is wrong with them
 * @param options.headScripts addresses of scripts to run before the app, for development pages
 * @param options.development see {@link contentSecurityPolicy}
 * @returns the whole document
 */
export function renderIndexHtml(
  settings: unknown,
  options: { headScripts?: readonly string[]; development?: boolean } = {},
): string {
  const headScripts = (options.headScripts ?? [])
    .map((source) => `<script src="${escapeHtml(source)}"></script>`)
    .join('\n    ');
  const values: Record<string, string> = {
    NAME: escapeHtml(appName(settings)),
    CONTENT_SECURITY_POLICY: escapeHtml(contentSecurityPolicy(settings, options)),
    STYLE: style(settings),
    SETTINGS: inlineJson(settings),
    HEAD_SCRIPTS: headScripts,
  };
  return template.replace(/%([A-Z_]+)%/g, (whole, key: string) => values[key] ?? whole);
}
