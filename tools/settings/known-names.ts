import { languages } from '../../src/i18n/index.ts';
import { providerFactsOf, providerNames } from '../../src/oauth/providers/index.ts';
import { remoteKeyNames } from '../../src/platform/keys.ts';
import type { KnownNames } from '../../src/settings/settings.ts';
import { colorNames } from '../../src/ui/theme.ts';

/** All names that settings may refer to, as the app knows them. */
export const knownNames: KnownNames = {
  providers: providerNames,
  providerFacts: providerFactsOf,
  languages,
  colors: colorNames,
  keys: remoteKeyNames,
};
