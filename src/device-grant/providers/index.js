/** RFC 8628 to the letter: nothing to say. */
const rfc8628 = { name: 'rfc8628' };
const providers = [rfc8628];
/** Names that `appSettings.signIn.provider` may have. */
export const providerNames = providers.map((provider) => provider.name);
/** The dialect of a name; plain RFC 8628 for a name that is not known. */
export const providerNamed = (name) =>
  providers.find((provider) => provider.name === name) ?? rfc8628;
