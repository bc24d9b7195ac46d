import { accountNames } from '../accounts.ts';
import { boolean, type Checked, integer, number, oneOf, orNull, someOf } from './checks.ts';

const day = 24 * 60 * 60;

const fields = {
  /** Seconds between polls that a device response states and that each code starts with. */
  intervalSeconds: number(0, day),
  /** Seconds that a new device code lives. */
  codeLifetimeSeconds: integer(1, day),
  /** Seconds that a new access token lives. */
  accessTokenLifetimeSeconds: integer(1, day),
  /** Approves each code this many seconds after it was issued; null leaves it to a person. */
  autoApproveAfterSeconds: orNull(number(0, day)),
  /** Who signs in when a code is approved by itself. */
  autoApproveAccount: oneOf(accountNames),
  /** Leaves `interval` out of the device response; RFC 8628 §3.2 then means 5 s. */
  omitInterval: boolean,
  /** Leaves `verification_uri_complete` out of the device response. */
  omitVerificationUriComplete: boolean,
  /** Refuses DPoP proofs without a server nonce (RFC 9449 §8). */
  requireDpopNonce: boolean,
  /** Refuses forms whose `Content-Type` has parameters, as some servers do. */
  strictContentType: boolean,
  /** Refuses form fields that the standards do not know, and repeated ones. */
  strictParameters: boolean,
  /** The one way in which the client must say who it is; `any` leaves it to the library. */
  clientAuthentication: oneOf(['any', 'none', 'client_secret_basic', 'client_secret_post']),
  /** Leaves every CORS header out, as servers do that never thought of browsers. */
  refuseCors: boolean,
  /** Milliseconds that every reply waits. */
  latencyMs: number(0, 120_000),
  /** Cuts every connection but those of the control API. */
  offline: boolean,
};

/** What can be changed about the server while it runs. */
export type ControlSettings = { [Name in keyof typeof fields]: Checked<(typeof fields)[Name]> };

/** Some of the settings. */
export type ControlSettingsPatch = Partial<ControlSettings>;

/** Reads a change of settings. @throws InvalidOrder */
export const readSettingsPatch: (value: unknown) => ControlSettingsPatch = someOf(fields);

/** The settings of a server that behaves well. */
export const normalSettings: Readonly<ControlSettings> = {
  intervalSeconds: 5,
  codeLifetimeSeconds: 600,
  accessTokenLifetimeSeconds: 3600,
  autoApproveAfterSeconds: null,
  autoApproveAccount: 'ada',
  omitInterval: false,
  omitVerificationUriComplete: false,
  requireDpopNonce: false,
  strictContentType: false,
  strictParameters: false,
  clientAuthentication: 'any',
  refuseCors: false,
  latencyMs: 0,
  offline: false,
};
