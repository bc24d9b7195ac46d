import type { LockedPackage } from './lock-file.ts';

/** Licenses that ask for nothing but their text to be passed on, as `licenses.txt` does. */
const forEverything = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
];

/** Also fine for what is used here and never passed on: nothing of it is in a site or package. */
const forTools = ['CC-BY-3.0', 'CC-BY-4.0', 'MPL-2.0', 'OFL-1.1', 'Python-2.0', 'Zlib'];

/** Packages whose own word for their license is missing or no SPDX name, as their files say it. */
const asTheirFilesSay: Readonly<Record<string, string>> = {
  // It has no license file; its readme says MIT.
  'callsite@1.0.0': 'MIT',
  'rechoir@0.6.2': 'MIT',
  'union@0.5.0': 'MIT',
  'localcookies@2.0.0': 'Apache-2.0',
  '@lightningjs/cli@2.14.2': 'Apache-2.0',
};

/**
 * Whether an SPDX expression leaves a way to use the package.
 *
 * @param expression names joined by OR, or by AND; one that mixes the two is refused
 */
export function isAllowed(expression: string, isForTools: boolean): boolean {
  const allowed = isForTools ? [...forEverything, ...forTools] : forEverything;
  const names = expression.replace(/^\(|\)$/g, '');
  if (names.includes(' OR ') && names.includes(' AND ')) return false;
  return names.includes(' OR ')
    ? names.split(' OR ').some((name) => allowed.includes(name))
    : names.split(' AND ').every((name) => allowed.includes(name));
}

const licenseOf = ({ name, version, license }: LockedPackage): string =>
  asTheirFilesSay[`${name}@${version}`] ?? license ?? 'none';

/** Packages by their license, most packages first. */
export function packagesByLicense(
  packages: Iterable<LockedPackage>,
): readonly (readonly [license: string, packages: readonly LockedPackage[]])[] {
  const byLicense = new Map<string, LockedPackage[]>();
  for (const one of packages) {
    const license = licenseOf(one);
    byLicense.set(license, [...(byLicense.get(license) ?? []), one]);
  }
  return [...byLicense].sort(([, some], [, others]) => others.length - some.length);
}

/** What may not be used: a sentence for each package. */
export function refusedLicenses(packages: Iterable<LockedPackage>): readonly string[] {
  return [...packages]
    .filter((one) => !isAllowed(licenseOf(one), one.isForTools))
    .map(
      (one) =>
        `${one.name} ${one.version} (${one.isForTools ? 'tools' : 'app'}): license ${licenseOf(one)}`,
    );
}
