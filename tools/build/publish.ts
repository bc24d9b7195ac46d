import {
  type PublishableSettings,
  type PublishOptions,
  publishableSettings,
} from '../settings/publishable-settings.ts';
import { resolveOrigins } from './connect-origins.ts';

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
 * is not for everyone's eyes, and with every origin that the app connects to.
 *
 * @param json the parsed content of a settings file
 * @throws Error with sentences for the integrator when it may not be published, or when the server
 *   could not be asked where its endpoints are
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
    const isSettled =
      signIn.connectOrigins.length > 0 || options.offline === true || published.development;
    if (!isSettled) throw new Error(cure(resolved.why, origins));
    report(resolved.why);
  }
  report(`The app will connect to ${origins.join(', ') || 'its own server'} and to nothing else.`);
  const settings = { ...published.settings, signIn: { ...signIn, connectOrigins: origins } };
  return { ...published, json: withConnectOrigins(published.json, origins), settings };
}

const cure = (unresolved: string, origins: readonly string[]) =>
  `${unresolved}\nThe policy of the page names every host that the app may connect to, so they must be known now. ` +
  'Build where the server can be reached, or list the hosts of its endpoints in appSettings.signIn.connectOrigins, ' +
  `or add --offline if they are all at ${origins.join(', ')}.`;
