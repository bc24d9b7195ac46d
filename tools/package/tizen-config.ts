import type { AppSettings } from '../../src/settings/settings.ts';
import type { Metadata } from './metadata.ts';

const escapeXml = (value: string) =>
  value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/**
 * Where the app may send requests to. An issuer may place its endpoints on any host, which only its
 * metadata tells, and a system of its own kind brings its own: without a relay both need them all.
 */
function origins({ signIn }: AppSettings): readonly string[] {
  const elsewhere = signIn.issuer !== undefined || signIn.provider !== 'rfc8628';
  if (signIn.relay === undefined && elsewhere) return ['*'];
  const addresses = [signIn.relay, ...Object.values(signIn.endpoints), ...signIn.apiOrigins];
  return [
    ...new Set(
      (addresses as (string | undefined)[])
        .filter((address) => address !== undefined)
        .map((address) => new URL(address).origin),
    ),
  ];
}

/** A name that may stand behind the dot of a Tizen application id. */
const applicationName = (identifier: string) =>
  identifier
    .slice(identifier.lastIndexOf('.') + 1)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 40);

/** config.xml, which says to a Samsung TV what the app is and may do. */
export function tizenConfig(metadata: Metadata, settings: AppSettings): string {
  const { identifier, tizenPackageId, version } = metadata;
  const applicationId = `${tizenPackageId}.${applicationName(identifier)}`;
  const access = origins(settings)
    .map((origin) => `  <access origin="${escapeXml(origin)}" subdomains="true"/>`)
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
