import { type Recording, recordingNamed } from '../../../src/oauth/testing/recording.ts';

/** `appSettings.signIn` with which the TV app signs in to a stand-in at `url`. */
export function settingsFor(recording: Recording, url: string): Readonly<Record<string, unknown>> {
  const { clientSecret, ...signIn } = recording.signIn;
  const { standIn } = recording;
  const options = { ...(signIn['providerOptions'] as Record<string, string> | undefined) };
  if (standIn.firstSignIn !== undefined) {
    const first = recordingNamed(standIn.firstSignIn);
    // The session comes of a sign-in, as it does with a real server.
    delete options['sessionToken'];
    Object.assign(options, {
      tenant: (first.signIn['providerOptions'] as Record<string, string>)['tenant'],
    });
  }
  if (standIn.authorityOption || standIn.firstSignIn !== undefined) options['authority'] = url;
  return {
    ...signIn,
    issuer: `${url}${standIn.issuerPath ?? ''}`,
    allowInsecureHttp: true,
    providerOptions: Object.keys(options).length === 0 ? undefined : options,
    relay: standIn.cors && clientSecret === undefined ? undefined : 'relay',
  };
}
