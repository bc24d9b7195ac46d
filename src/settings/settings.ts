export { hasDotSegments, isAllowedAddress, normalAddress, withoutWellKnown } from './address';
export {
  checkSettings,
  halfCharacter,
  type KnownNames,
  type OptionKind,
  type ProviderFacts,
  type SettingsFault,
  type SettingsOutcome,
} from './check';
export { nearest } from './nearest';
export type {
  AppSettings,
  ClientAuthentication,
  DpopMode,
  EndpointSettings,
  RevocationReach,
  SignInSettings,
} from './schema';
