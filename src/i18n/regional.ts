/**
 * A language with the region that the viewer's device has for it, e.g. `de-AT`.
 *
 * @param language the language that the app speaks, e.g. `de`
 * @param preferred what the device prefers, best first: `navigator.languages`
 * @returns the language alone when no region is known for it
 */
export function withRegion(language: string, preferred: readonly string[]): string {
  for (const tag of preferred) {
    const [primary = '', ...subtags] = tag.split(/[-_]/);
    const region = subtags.find((subtag) => /^([a-z]{2}|\d{3})$/i.test(subtag));
    if (primary.toLowerCase() === language && region !== undefined) {
      return `${language}-${region.toUpperCase()}`;
    }
  }
  return language;
}
