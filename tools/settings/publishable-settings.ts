import { type AppSettings, checkSettings } from '../../src/settings/settings.ts';
import { knownNames } from './known-names.ts';
import { publicSettings, type Withheld } from './public-settings.ts';

/** What may be said about settings when a site or a package is made of them. */
export interface PublishOptions {
  /** Allows plain http to the local network; this machine is allowed without. */
  development?: boolean;
  /** Keys whose values are public although they look like secrets. */
  declaredPublic?: readonly string[];
}

/** Settings that may be published. */
export interface PublishableSettings {
  /** What goes into the page; see {@link publicSettings}. */
  json: unknown;
  settings: AppSettings;
  /** Whether this is for trying out only. */
  development: boolean;
  /** What the integrator must know: why it is for trying out only. */
  warnings: readonly string[];
}

/** Hosts that mean another machine to a TV than to the one that builds. */
const ownMachine = /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/;

/** Every address that the settings name, by its key. */
function addressesOf({ signIn }: AppSettings): readonly (readonly [string, URL])[] {
  const { issuer, relay, endpoints, providerOptions, apiOrigins, connectOrigins } = signIn;
  const named = { issuer, relay };
  return Object.entries({
    ...named,
    ...Object.fromEntries(
      Object.entries(endpoints).map(([name, one]) => [`endpoints.${name}`, one]),
    ),
    ...Object.fromEntries(
      Object.entries(providerOptions).map(([name, one]) => [`providerOptions.${name}`, one]),
    ),
    ...Object.fromEntries(apiOrigins.map((one, index) => [`apiOrigins[${index}]`, one])),
    ...Object.fromEntries(connectOrigins.map((one, index) => [`connectOrigins[${index}]`, one])),
  }).flatMap(([name, address]) =>
    address !== undefined && /^https?:\/\//.test(address)
      ? [[`appSettings.signIn.${name}`, new URL(address)] as const]
      : [],
  );
}

/** What is refused unless it was asked for, and what is said of what is for trying out only. */
function developmentOnly(settings: AppSettings): { faults: string[]; warnings: string[] } {
  const faults: string[] = [];
  const warnings: string[] = [];
  const addresses = addressesOf(settings);
  const insecure = addresses.filter(([, { protocol }]) => protocol === 'http:');
  for (const [key, { origin, hostname, protocol }] of addresses) {
    if (ownMachine.test(hostname)) {
      warnings.push(`${key}: ${origin} is the TV itself to a TV, so no viewer can sign in.`);
    } else if (protocol === 'http:') {
      warnings.push(`${key}: ${origin} is not encrypted.`);
      faults.push(
        `${key} is not encrypted: use https. (For a TV on your own network, to try things out, add --development.)`,
      );
    }
  }
  if (settings.signIn.allowInsecureHttp) {
    warnings.push('appSettings.signIn.allowInsecureHttp is true, which is for development.');
    if (insecure.length === 0) {
      faults.push(
        'appSettings.signIn.allowInsecureHttp is for development and no address needs it: remove it.',
      );
    }
  }
  return { faults, warnings };
}

/** Says of a value that it must not be public, and what to do. */
function secretFault({ key, why }: Withheld): string {
  const isDeclarable = why !== 'is a secret';
  const declare = isDeclarable ? ` If it is meant for everyone's eyes, add --public ${key}.` : '';
  return (
    `${key} ${why}: everyone could read it. Register a public client with the authorization server, or keep it in a relay ` +
    `and name that in appSettings.signIn.relay.${declare}`
  );
}

/** True for the secret that only the relay needs, where there is a relay. */
const isForRelay = ({ key }: Withheld, { signIn }: AppSettings) =>
  key === 'appSettings.signIn.clientSecret' && signIn.relay !== undefined;

/**
 * Decides whether settings may be written into a site or a package.
 *
 * @param json the parsed content of a settings file
 * @throws Error with sentences for the integrator when they may not
 */
export function publishableSettings(
  json: unknown,
  options: PublishOptions = {},
): PublishableSettings {
  const outcome = checkSettings(json, knownNames);
  if (outcome.type === 'invalid') throw refused(outcome.faults.map(({ sentence }) => sentence));
  const { settings } = outcome;
  const { faults, warnings } = developmentOnly(settings);
  const development = warnings.length > 0;
  const projection = publicSettings(json, { ...options, development });
  const secrets = projection.withheld.filter((one) => !isForRelay(one, settings)).map(secretFault);
  const all = options.development === true ? secrets : [...secrets, ...faults];
  if (all.length > 0) throw refused(all);
  // Spaces around addresses and the like are gone: what is published is what was checked.
  const published = checkSettings(projection.settings, knownNames);
  if (published.type === 'invalid') {
    throw refused(published.faults.map(({ sentence }) => sentence));
  }
  return { json: projection.settings, settings: published.settings, development, warnings };
}

const refused = (sentences: readonly string[]) =>
  new Error(
    `These settings cannot be published:\n${sentences.map((one) => `- ${one}`).join('\n')}`,
  );
