import {
  type PublishableSettings,
  type PublishOptions,
  publishableSettings,
} from '../settings/publishable-settings.ts';
import { resolveOrigins, unnamedDomain } from './connect-origins.ts';

/** What may be said when a site or a package is made. */
export interface PublishRequest extends PublishOptions {
  /** Asks no server where its endpoints are. */
  offline?: boolean;
  /** Is told what is being done; by default on standard error. */
  report?(line: string): void;
}

type Json = Record<string, unknown>;

/** A copy of public settings that lists the origins which the app connects to. */
function withConnectOrigins(json: unknown, origins: readonly string[]): unknown {
  const copy = structuredClone(json) as { appSettings: { signIn: Json } };
  copy.appSettings.signIn['connectOrigins'] = origins;
  return copy;
}

/**
 * Makes of a settings file what is written into a site or a package: checked, without anything that
 * is not for everyone's eyes, and with every origin that the app connects to. Where the server cannot be
 * asked where its endpoints are, that is the issuer's whole domain.
 *
 * @param json the parsed content of a settings file
 * @throws Error with sentences for the integrator when it may not be published, or when the app could
 *   not sign in with what the server says
 */
export async function publish(
  json: unknown,
  options: PublishRequest = {},
): Promise<PublishableSettings> {
  const published = publishableSettings(json, options);
  const { signIn } = published.settings;
  const report = options.report ?? ((line: string) => process.stderr.write(`${line}\n`));
  const resolved = await resolveOrigins(signIn, { ...options, report });
  if (resolved.type === 'unusable') throw new Error(resolved.why);
  const { origins } = resolved;
  if (resolved.type === 'unresolved') {
    const domain = options.offline === true ? undefined : unnamedDomain(signIn);
    if (domain !== undefined && !published.development) {
      report(cure(resolved.why, domain));
      return published;
    }
    report(resolved.why);
  }
  report(`The app will connect to ${origins.join(', ') || 'its own server'} and to nothing else.`);
  const settings = { ...published.settings, signIn: { ...signIn, connectOrigins: origins } };
  return { ...published, json: withConnectOrigins(published.json, origins), settings };
}

const cure = (unresolved: string, domain: string) =>
  `${unresolved}\nThe app may therefore connect to every host of ${domain}, and to no other. To name single hosts, ` +
  'build where the server can be reached, list those of its endpoints in appSettings.signIn.connectOrigins, ' +
  "or say --offline if all are the issuer's own.";
