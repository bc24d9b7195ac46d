import { languages } from '../../src/i18n/index.ts';
import { providerFactsOf, providerNames } from '../../src/oauth/providers/index.ts';
import { remoteKeyNames } from '../../src/platform/keys.ts';
import { type AppSettings, checkSettings } from '../../src/settings/settings.ts';
import { colorNames } from '../../src/ui/theme.ts';

/** Settings that may go into a package. */
export interface PackableSettings {
  /** The settings as the page gets them: without anything secret. */
  json: unknown;
  settings: AppSettings;
  /** Why these packages are good for trying out only; empty when they are good for viewers. */
  warnings: readonly string[];
}

function withoutSecret(json: unknown): unknown {
  const copy = structuredClone(json) as { appSettings: { signIn: Record<string, unknown> } };
  delete copy.appSettings.signIn['clientSecret'];
  return copy;
}

/** Names of fields that hold what only one side may know. */
const secretName = /secret|password|assertion|sessionToken/i;

/** Hosts that mean another machine to a TV than to the one that builds. */
const ownMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Decides whether settings may be packed.
 *
 * @param json the parsed content of a settings file
 * @throws Error with sentences for the integrator when they may not
 */
export function checkPackable(json: unknown): PackableSettings {
  const outcome = checkSettings(json, {
    providers: providerNames,
    providerFacts: providerFactsOf,
    languages,
    colors: colorNames,
    keys: remoteKeyNames,
  });
  if (outcome.type === 'invalid') {
    const sentences = outcome.faults.map(({ sentence }) => `- ${sentence}`);
    throw new Error(`These settings cannot be packed:\n${sentences.join('\n')}`);
  }
  const { signIn } = outcome.settings;
  if (signIn.clientSecret !== undefined && signIn.relay === undefined) {
    throw new Error(
      'appSettings.signIn.clientSecret cannot be packed: everyone who has the package can read it. ' +
        'Register a public client with the authorization server, or keep the secret in a relay and name that in appSettings.signIn.relay.',
    );
  }
  const { device, ...ofOtherCalls } = signIn.parameters;
  const sections = [
    ['parameters', device],
    ...Object.entries(ofOtherCalls).map(
      ([call, fields]) => [`parameters.${call}`, fields] as const,
    ),
    ['providerOptions', signIn.providerOptions],
  ] as const;
  for (const [where, fields] of sections) {
    const name = Object.keys(fields).find((one) => secretName.test(one));
    if (name === undefined) continue;
    throw new Error(
      `appSettings.signIn.${where}.${name} cannot be packed: everyone who has the package can read it.`,
    );
  }
  if (signIn.relay !== undefined && !/^https?:\/\//.test(signIn.relay)) {
    throw new Error(
      `appSettings.signIn.relay is ${signIn.relay}: an installed app has no server of its own, so the relay needs a whole address that begins with https://.`,
    );
  }
  const warnings: string[] = [];
  const addresses = [signIn.issuer, signIn.relay, ...Object.values(signIn.endpoints)];
  for (const address of addresses as (string | undefined)[]) {
    if (address === undefined) continue;
    const { hostname, protocol } = new URL(address);
    if (ownMachine.test(hostname)) {
      warnings.push(
        `${address} is the TV itself to a TV: no viewer can sign in with these packages.`,
      );
    } else if (protocol === 'http:') {
      warnings.push(`${address} is not encrypted.`);
    }
  }
  if (signIn.allowInsecureHttp) {
    warnings.push('appSettings.signIn.allowInsecureHttp is true, which is for development.');
  }
  return { json: withoutSecret(json), settings: outcome.settings, warnings };
}
