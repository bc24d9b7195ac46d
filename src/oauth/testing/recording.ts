import { readdirSync, readFileSync } from 'node:fs';
import type { PollOutcome } from '../outcome';

/** Whether an exchange is as a public source shows it, or only believed to be so. */
export type Provenance = 'published' | 'unverified';

export interface RecordedCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** As the provider's own addresses are, whatever the settings say in a test. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  form?: Readonly<Record<string, string>>;
  json?: Readonly<Record<string, unknown>>;
  from: Provenance;
}

export interface RecordedReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON; a text is sent as it is, null is no body at all. */
  body: unknown;
  from: Provenance;
}

export type CallName = 'prepare' | 'device' | 'poll' | 'redeem' | 'refresh' | 'revoke' | 'account';

export type ReplyName =
  | 'prepared'
  | 'device'
  | 'deviceAlternative'
  | 'pending'
  | 'slowDown'
  | 'denied'
  | 'expired'
  | 'success'
  | 'redeemed'
  | 'refreshed'
  | 'refreshRefused'
  | 'revoked'
  | 'account';

/** Replies to polls; `success` is what tells of the approval, tokens or not. */
export const pollReplies = ['pending', 'slowDown', 'denied', 'expired', 'success'] as const;

/** What in an exchange is different each time: the values as they stand in the recording. */
export interface RecordedValues {
  deviceCode?: string | number;
  userCode: string;
  verificationUri?: string;
  /** A value that is redeemed for tokens. */
  intermediate?: string;
  accessToken?: string;
  refreshToken?: string;
  idToken?: string;
}

/** What alone makes a reply mean something. */
export interface Sign {
  /** Any status unless stated. */
  statuses?: readonly number[];
  /** Members with these values, or `{"like": "…"}` for a pattern; null for a body without members. */
  body: Readonly<Record<string, unknown>> | null;
}

/** How a stand-in of the provider behaves beyond its replies. */
export interface StandInFacts {
  /** Whether the provider answers calls from browsers. */
  cors: boolean;
  /** What follows the address in `issuer`. */
  issuerPath?: string;
  /** How its ID tokens are made; by default they name its address and look signed. */
  idToken?: { issuer?: string; unsigned?: boolean };
  /** Paths of calls that have another one below an issuer of one's own. */
  paths?: Readonly<Partial<Record<CallName, string>>>;
  /** Where the viewer types the code. */
  page?: string;
  /** For providers that send no interval, and yet refuse to be asked more often. */
  intervalSeconds?: number;
  /** A first poll at once is no hurry, nor are others a little early. */
  lenient?: boolean;
  /** What a poll is recognized by, where it is not the device code. */
  polledBy?: 'userCode';
  /** The address of Microsoft's part is an option of its own. */
  authorityOption?: boolean;
  /** A recording whose session comes first. */
  firstSignIn?: string;
}

/** The exchanges of one provider, with the settings that lead to them. */
export interface Recording {
  /** What the provider is called, in the README and on the stand-in's page. */
  title: string;
  /** What it was tested against, and what rests on memory: for the README. */
  tested: string;
  unverified: string;
  /** What alone may be taken for "pending" or success, where it is not as in RFC 8628. */
  signs?: { pending?: readonly Sign[]; success?: readonly Sign[] };
  /** The client that a refresh token is bound to, where one is made at the sign-in. */
  boundTo?: { clientId: string; clientSecret: string };
  signIn: Readonly<Record<string, unknown>> & { provider: string };
  language?: string;
  appName?: string;
  deviceName?: string;
  deviceId?: string;
  /** Settings that the recorded refresh was made with. */
  refreshWith?: Readonly<Record<string, unknown>>;
  standIn: StandInFacts;
  variables: RecordedValues;
  calls: Readonly<Partial<Record<CallName, RecordedCall>>>;
  replies: Readonly<Partial<Record<ReplyName, RecordedReply>>>;
  /** Outcomes of polls that are not those of RFC 8628. */
  expected?: Readonly<Partial<Record<ReplyName, PollOutcome['type']>>>;
  /** Further replies to polls. */
  also?: readonly { name: string; reply: RecordedReply; type: PollOutcome['type'] }[];
  otherDeviceReplies?: readonly RecordedReply[];
}

const folder = new URL('../providers/exchanges/', import.meta.url);

/** Names of all recordings, in alphabetical order. */
export const recordingNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''))
  .sort();

/** @throws when there is no such recording */
export const recordingNamed = (name: string): Recording =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recording;
