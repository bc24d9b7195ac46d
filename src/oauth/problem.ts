/** Every way in which signing in can fail, as the viewer is told. */
export type ProblemKind =
  | 'offline'
  | 'server-unreachable'
  | 'server-error'
  | 'server-busy'
  | 'time-out'
  | 'clock-wrong'
  | 'misconfigured'
  /** The server's metadata names a host that is not the server's. */
  | 'untrusted-address'
  | 'browser-calls-refused'
  | 'not-completed'
  /** The server refused in OAuth's own form, for a reason of its own. */
  | 'refused'
  /** A captive portal answers in the server's place. */
  | 'network-sign-in'
  /** A setting, e.g. the app's name, cannot be put into a request. */
  | 'not-sendable'
  /** What was kept on this TV cannot be read now; it may still be there. */
  | 'storage-unreadable'
  /** The key that a session is bound to is missing: only a new sign-in helps. */
  | 'key-lost';

/** What went wrong, in terms a screen can explain and a report may hold. */
export interface Problem {
  kind: ProblemKind;
  /** Stable code for integrators: an OAuth error code, or one of this app's own. */
  code: string;
  /** The server's `error_description`, or what this app found: plain text, shortened, no secrets. */
  detail?: string | undefined;
  /** The detail is this app's own although a reply came: what the server says is marked as such. */
  isOwnDetail?: true | undefined;
  /** HTTP status, when a reply came. */
  status?: number | undefined;
  /** Seconds that the server asked to be left alone (`Retry-After`). */
  retryAfterSeconds?: number | undefined;
}

/** What was thrown where nothing should throw; its message may hold secrets. */
export const unexpectedProblem = (error: unknown): Problem => ({
  kind: 'not-completed',
  code: 'unexpected_error',
  detail: error instanceof Error ? error.name : undefined,
});
