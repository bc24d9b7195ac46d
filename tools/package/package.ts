import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppSettings } from '../../src/settings/settings.ts';
import { cssColors } from '../../src/ui/theme.ts';
import { buildApp, renderIndexHtml } from '../build/build.ts';
import { headerFiles } from '../build/headers.ts';
import { type PublishRequest, publish } from '../build/publish.ts';
import { appinfo } from './appinfo.ts';
import { drawImages } from './images.ts';
import { makeIpk } from './ipk.ts';
import { readMetadata } from './metadata.ts';
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
    await buildApp({ outDir: folder });
    writeFileSync(path.join(folder, 'index.html'), renderIndexHtml(settings));
    return filesBelow(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error for a relay that only a page of a server would find */
function checkRelay({ signIn: { relay } }: AppSettings): void {
  if (relay === undefined || /^https?:\/\//.test(relay)) return;
  throw new Error(
    `appSettings.signIn.relay is ${relay}: an installed app has no server of its own, so the relay needs a whole address that begins with https://.`,
  );
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
export async function makePackages(
  options: { settings: unknown; outDir?: string; metadataFile?: string } & PublishRequest,
): Promise<Packages> {
  const metadata = readMetadata(options.metadataFile ?? path.join(root, 'metadata.json'));
  const { json, settings, development, warnings } = await publish(options.settings, options);
  checkRelay(settings);
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
  const name = `${metadata.identifier}-${metadata.version}${development ? '-development' : ''}`;
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
  const headers = Object.entries(headerFiles(json)).map(([name, content]) => ({
    name,
    content: Buffer.from(content),
  }));
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
    { name: `${name}-hosted.zip`, content: await zip([...site, ...headers]) },
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
