import { providerNames } from '../../src/oauth/providers/index.ts';
import {
  type Recording,
  recordingNamed,
  recordingNames,
} from '../../src/oauth/testing/recording.ts';
import { aliasesOf } from '../dev-server/stand-ins/names.ts';

/** The settings that lead to a provider: its names, and the flow where it has several. */
function settingOf(name: string, { signIn }: Recording): string {
  const names = [signIn.provider, ...aliasesOf(name)].map((one) => `\`${one}\``).join(' or ');
  const { flow } = (signIn['providerOptions'] ?? {}) as { flow?: string };
  return flow === undefined ? names : `${names}, \`"flow": "${flow}"\``;
}

/** The table of servers for the README: plain RFC 8628, and a row for each recording. */
export function serversTable(): string {
  const recordings = recordingNames.map((name) => ({ name, recording: recordingNamed(name) }));
  const rows = providerNames.flatMap((provider) =>
    recordings
      .filter(({ recording }) => recording.signIn.provider === provider)
      .map(
        ({ name, recording }) =>
          `| ${recording.title} | ${settingOf(name, recording)} | ${recording.tested} | ${recording.unverified} |`,
      ),
  );
  return [
    '| server | `provider` | tested against | unverified |',
    '| --- | --- | --- | --- |',
    '| any RFC 8628 server with metadata: Keycloak, Auth0, Okta, ZITADEL, authentik, Authelia, Dex, Ory Hydra, PingFederate, PingOne, FusionAuth, Duende, Glewlwyd, better-auth, Authlib | `rfc8628` | oidc-provider (the real library); a table of the others’ replies | the others, live |',
    ...rows,
  ].join('\n');
}
