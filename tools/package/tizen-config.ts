import type { AppSettings } from '../../src/settings/settings.ts';
import { connectOrigins, unnamedDomain } from '../build/connect-origins.ts';
import type { Metadata } from './metadata.ts';

const escapeXml = (value: string) =>
  value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A name that may stand behind the dot of a Tizen application id. */
const applicationName = (identifier: string) =>
  identifier
    .slice(identifier.lastIndexOf('.') + 1)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 40);

/**
 * config.xml, which says to a Samsung TV what the app is and may do.
 *
 * @param settings with every origin that the app connects to in `signIn.connectOrigins`, as far as
 *   they are known
 */
export function tizenConfig(metadata: Metadata, settings: AppSettings): string {
  const { identifier, tizenPackageId, version } = metadata;
  const applicationId = `${tizenPackageId}.${applicationName(identifier)}`;
  const domain = unnamedDomain(settings.signIn);
  const access = [
    ...connectOrigins(settings.signIn).map((origin) => [origin, false] as const),
    ...(domain === undefined ? [] : [[`https://${domain}`, true] as const]),
  ]
    .map(
      ([origin, subdomains]) =>
        `  <access origin="${escapeXml(origin)}" subdomains="${subdomains}"/>`,
    )
    .join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<widget xmlns="http://www.w3.org/ns/widgets" xmlns:tizen="http://tizen.org/ns/widgets" id="https://${identifier.split('.').reverse().join('.')}" version="${version}" viewmodes="maximized">
  <name>${escapeXml(settings.name)}</name>
  <icon src="icon.png"/>
  <content src="index.html"/>
${access}
  <feature name="http://tizen.org/feature/screen.size.normal.1080.1920"/>
  <tizen:application id="${applicationId}" package="${tizenPackageId}" required_version="4.0"/>
  <tizen:profile name="tv-samsung"/>
  <tizen:privilege name="http://tizen.org/privilege/internet"/>
  <tizen:privilege name="http://tizen.org/privilege/tv.inputdevice"/>
  <tizen:setting screen-orientation="landscape" context-menu="disable" background-support="disable" encryption="disable" install-location="auto" hwkey-event="enable"/>
</widget>
`;
}
