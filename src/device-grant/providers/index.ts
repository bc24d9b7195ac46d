import type { Provider } from './provider';

/** RFC 8628 to the letter: nothing to say. */
const rfc8628: Provider = { name: 'rfc8628' };

const providers: readonly Provider[] = [rfc8628];

/** Names that `appSettings.signIn.provider` may have. */
export const providerNames: readonly string[] = providers.map((provider) => provider.name);

/** The dialect of a name; plain RFC 8628 for a name that is not known. */
export const providerNamed = (name: string): Provider =>
  providers.find((provider) => provider.name === name) ?? rfc8628;
