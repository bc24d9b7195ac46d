import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cssColors } from '../../src/ui/theme.ts';
import { buildSite, renderIndexHtml } from '../build/build.ts';
import { appinfo } from './appinfo.ts';
import { drawImages } from './images.ts';
import { makeIpk } from './ipk.ts';
import { readMetadata } from './metadata.ts';
import { checkPackable } from './packable-settings.ts';
import { filesBelow, type PackedFile } from './packed-file.ts';
import { tizenConfig } from './tizen-config.ts';
import { zip } from './zip.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** What was made. */
export interface Packages {
  /** Absolute paths. */
  files: readonly string[];
  /** What the integrator must know before handing them on. */
  warnings: readonly string[];
}

const iconSides = { webos: 80, webosLarge: 130, tizen: 117 } as const;

async function siteFiles(settings: unknown): Promise<readonly PackedFile[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'package-site-'));
  try {
    await buildSite({ outDir: folder });
    const index = Buffer.from(renderIndexHtml(settings));
    return filesBelow(folder).map((file) =>
      file.name === 'index.html' ? { ...file, content: index } : file,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Earlier packages of this app, which would otherwise stay beside the new ones. */
function removeEarlier(outDir: string, identifier: string): void {
  for (const file of readdirSync(outDir)) {
    const ours = file.startsWith(`${identifier}-`) && /\.(ipk|wgt|zip)$/.test(file);
    if (ours) rmSync(path.join(outDir, file));
  }
}

/**
 * Makes every package: webOS, Tizen (not signed: only the owner of a TV can) and hosted.
 *
 * @param options.settings the parsed content of a settings file
 * @param options.outDir where the packages go; default `releases`
 * @param options.metadataFile default `metadata.json`
 * @throws Error when the settings or metadata cannot be packed, or the build fails
 */
export async function makePackages(options: {
  settings: unknown;
  outDir?: string;
  metadataFile?: string;
}): Promise<Packages> {
  const metadata = readMetadata(options.metadataFile ?? path.join(root, 'metadata.json'));
  const { json, settings, warnings } = checkPackable(options.settings);
  const outDir = path.resolve(options.outDir ?? path.join(root, 'releases'));
  const site = await siteFiles(json);
  const images = await drawImages({
    icon: path.resolve(root, metadata.icon),
    iconSides: Object.values(iconSides),
    settings: json,
  });
  const icon = (side: number): Buffer => images.icons.get(side) ?? Buffer.alloc(0);
  const colors = cssColors(settings.theme);
  // A package for trying things out says so in its name.
  const name = `${metadata.identifier}-${metadata.version}${warnings.length > 0 ? '-development' : ''}`;
  const ipk = makeIpk(metadata, [
    ...site,
    { name: 'icon.png', content: icon(iconSides.webos) },
    { name: 'largeIcon.png', content: icon(iconSides.webosLarge) },
    { name: 'splash.png', content: images.splash },
    {
      name: 'appinfo.json',
      content: Buffer.from(
        appinfo(metadata, {
          name: settings.name,
          background: colors.background,
          iconColor: colors.accentDeep,
        }),
      ),
    },
  ]);
  const made: PackedFile[] = [
    { name: `${name}.ipk`, content: ipk },
    {
      name: `${name}.wgt`,
      content: await zip([
        ...site,
        { name: 'icon.png', content: icon(iconSides.tizen) },
        { name: 'config.xml', content: Buffer.from(tizenConfig(metadata, settings)) },
      ]),
    },
    { name: `${name}-hosted.zip`, content: await zip(site) },
  ];
  const sums = made
    .map(({ name, content }) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
    .join('');
  made.push({ name: 'SHA256SUMS', content: Buffer.from(sums) });
  mkdirSync(outDir, { recursive: true });
  removeEarlier(outDir, metadata.identifier);
  for (const { name, content } of made) writeFileSync(path.join(outDir, name), content);
  return { files: made.map(({ name }) => path.join(outDir, name)), warnings };
}
