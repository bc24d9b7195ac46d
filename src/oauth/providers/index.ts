import type { ProviderFacts } from '../../settings/settings';
import { amazonLwa } from './amazon-lwa';
import { awsIamIdentityCenter } from './aws-iam-identity-center';
import { azureAdV1 } from './azure-ad-v1';
import { entraV2 } from './entra-v2';
import { facebook } from './facebook';
import { github } from './github';
import { google } from './google';
import { jellyfin } from './jellyfin';
import { oracleIdcs } from './oracle-idcs';
import { plex } from './plex';
import type { Provider } from './provider';
import { realDebrid } from './real-debrid';
import { rfc8628 } from './rfc8628';
import { salesforce } from './salesforce';
import { simkl } from './simkl';
import { trakt } from './trakt';
import { twitch } from './twitch';
import { veeamVb365 } from './veeam-vb365';

const providers: readonly Provider[] = [
  rfc8628,
  oracleIdcs,
  azureAdV1,
  // The library's name is better known than that of the endpoints it spoke to.
  { ...azureAdV1, name: 'adal' },
  veeamVb365,
  entraV2,
  google,
  github,
  twitch,
  amazonLwa,
  facebook,
  salesforce,
  awsIamIdentityCenter,
  trakt,
  plex,
  jellyfin,
  simkl,
  realDebrid,
];

/** Names that `appSettings.signIn.provider` may have. */
export const providerNames: readonly string[] = providers.map((provider) => provider.name);

/** The provider of a name; plain RFC 8628 for a name that is not known. */
export const providerNamed = (name: string): Provider =>
  providers.find((provider) => provider.name === name) ?? rfc8628;

/** What settings may say to a provider. */
export const providerFactsOf = (name: string): ProviderFacts => providerNamed(name);
