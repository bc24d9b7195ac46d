import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Something in the app that others hold the rights of, or we do. */
export interface LicensedPart {
  /** Name, version and license, e.g. `ky 2.1.0 (MIT)`. */
  title: string;
  /** What its license files say, whole. */
  text: string;
}

interface PackageJson {
  name: string;
  version: string;
  license?: string;
}

/**
 * Packages that the bundler writes code of without reading a file of theirs, by the names it gives
 * to such modules.
 */
const generatedModules: Readonly<Record<string, string>> = {
  '\0rollupPluginBabelHelpers.js': '@babel/helpers',
  '\0commonjsHelpers.js': '@rollup/plugin-commonjs',
};

/** The folder of an installed package as the bundler's own packages see it. */
const installedFolder = (root: string, name: string): string =>
  path.dirname(createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`));

/**
 * The folder of the package that a module belongs to.
 *
 * @returns undefined for the app's own sources
 * @throws Error for a module that belongs to neither
 */
function packageFolderOf(module: string, root: string): string | undefined {
  const generatedBy = generatedModules[module];
  if (generatedBy !== undefined) return installedFolder(root, generatedBy);
  const file = module.replace(/^\0/, '').split(path.sep).join('/');
  // The last one counts: a package may lie in the folder of another.
  const [, folder] = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (folder !== undefined) return path.resolve(root, folder);
  if (file.startsWith('src/')) return undefined;
  throw new Error(
    `The bundle holds ${JSON.stringify(module)}, and it is not known whose code that is: tell it in tools/build/licenses.ts.`,
  );
}

/** The license of the package in a folder. */
function packageIn(folder: string): LicensedPart {
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as PackageJson;
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file))
    .sort();
  if (!files.some((file) => !/^notice/i.test(file))) {
    throw new Error(
      `${name} ${version} is in the bundle and comes without a license file: it may not be shipped.`,
    );
  }
  const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return { title: `${name} ${version} (${license ?? 'see below'})`, text: text.join('\n\n') };
}

/** Fonts by the license file beside them: `LICENSE-next.txt` is that of `next-….woff`. */
function fontsIn(folder: string): readonly LicensedPart[] {
  const fonts = readdirSync(folder).filter((file) => /\.(woff2?|ttf|otf)$/.test(file));
  const families = [...new Set(fonts.map((file) => file.replace(/[-.].*$/, '')))].sort();
  return families.map((family) => {
    const file = path.join(folder, `LICENSE-${family}.txt`);
    if (!existsSync(file)) {
      throw new Error(`The font ${family} comes without a license file: ${file} is missing.`);
    }
    const title = `The font ${family} (SIL Open Font License 1.1)`;
    return { title, text: readFileSync(file, 'utf8').trim() };
  });
}

/**
 * What the app contains, and under which licenses.
 *
 * @param modules ids of the bundled modules, as the bundler names them, but relative to the repository
 * @param root the repository
 * @throws Error when something comes without a license, or it is not known whose it is
 */
export function licensedParts(modules: readonly string[], root: string): readonly LicensedPart[] {
  const folders = new Set(modules.map((module) => packageFolderOf(module, root)));
  folders.delete(undefined);
  const packages = [...folders].map((folder) => packageIn(folder ?? root));
  return [
    packageIn(root),
    ...packages.sort((one, other) => (one.title < other.title ? -1 : 1)),
    ...fontsIn(path.join(root, 'static', 'fonts')),
  ];
}

/** The file of licenses that goes with every package; parts with the same text share it. */
export function licensesText(parts: readonly LicensedPart[]): string {
  const byText = new Map<string, string[]>();
  for (const { title, text } of parts) byText.set(text, [...(byText.get(text) ?? []), title]);
  const line = '-'.repeat(80);
  const sections = [...byText].map(
    ([text, titles]) => `${line}\n${titles.join('\n')}\n\n${text}\n`,
  );
  return `What this app contains, and under which licenses.\n\n${sections.join('\n')}`;
}
