import { withRegion } from '../i18n/regional';
import type { AuthorizationServer } from '../oauth/authorization-server';
import { createAuthorizationServer } from '../oauth/client';
import type { Clock } from '../oauth/clock';
import { providerNamed } from '../oauth/providers/index';
import type { Locks } from '../session/dependencies';
import { createProofs } from '../session/dpop';
import { createSession, type Session } from '../session/session';
import { indexedDbStore } from '../session/store';
import type { AppSettings } from '../settings/settings';
import type { SessionEvent } from '../sign-in/states';
import type { Preferences } from './preferences';

export interface OpenSessionOptions {
  page: Window;
  settings: AppSettings;
  /** What to call this TV where the settings do not say. */
  deviceName: string;
  clock: Clock;
  random(): number;
  preferences: Preferences;
  language(): string;
  onEvent(event: SessionEvent): void;
  /** @see HttpDependencies.onRequestEnded */
  onRequestEnded(answered: boolean): void;
}

/** Web Locks where the engine has them (Chromium 69 and later, secure origins). */
function webLocks(page: Window): Locks | undefined {
  const locks = page.navigator.locks as LockManager | undefined;
  return locks === undefined
    ? undefined
    : {
        request: async <Result>(
          name: string,
          options: { signal: AbortSignal },
          work: () => Promise<Result>,
        ): Promise<Result> => (await locks.request(name, options, work)) as Result,
      };
}

/** Sends to the other windows of this app, where the engine has BroadcastChannel. */
function tabs(onMessage: (message: unknown) => void): (message: unknown) => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel('tv-sign-in');
  channel.onmessage = (event) => onMessage(event.data);
  return (message) => channel.postMessage(message);
}

/** A session and the server it belongs to. */
export interface OpenedSession extends Session {
  readonly server: AuthorizationServer;
  /** False when the provider has no revocation. */
  readonly revokes: boolean;
}

/**
 * Gives the OAuth client and the session what they need of a browser: nothing else of them meets the
 * page.
 */
export function openSession(options: OpenSessionOptions): OpenedSession {
  const { page, settings, clock, random, preferences } = options;
  const { signIn } = settings;
  const fetcher: typeof fetch = (input, init) => page.fetch(input, init);
  const store = indexedDbStore(() => page.indexedDB, 'tv-sign-in');
  const crypto = page.crypto as Crypto | undefined;
  const proofs = createProofs({
    mode: signIn.dpop,
    store,
    clock,
    crypto,
  });
  const provider = providerNamed(signIn.provider);
  const server = createAuthorizationServer({
    settings: signIn,
    provider,
    dependencies: {
      fetch: fetcher,
      clock,
      isOnline: () => page.navigator.onLine !== false,
      pageOrigin: page.location.origin,
      onRequestEnded: options.onRequestEnded,
    },
    appName: settings.name,
    deviceName: options.deviceName,
    language: () => withRegion(options.language(), page.navigator.languages ?? []),
    deviceId: preferences.deviceId,
    proofs,
    metadataCache: preferences.metadataCache,
  });
  const locks = webLocks(page);
  const storage = page.navigator.storage as StorageManager | undefined;
  const session = createSession({
    server,
    clock,
    random,
    store,
    fetch: fetcher,
    proofs,
    apiOrigins: signIn.apiOrigins,
    crypto,
    locks,
    persist: storage?.persist && (() => storage.persist()),
    joinTabs: tabs,
    onEvent: options.onEvent,
  });
  return { ...session, server, revokes: provider.revokeRequest !== 'none' };
}
