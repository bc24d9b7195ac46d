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
import { eraseStorage, ownDatabases } from './erase';
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

/** After everything was removed, the other windows of this app start afresh. */
const erasedMessage = 'erased';

/** Sends to the other windows of this app, where the engine has BroadcastChannel. */
function openTabs(page: Window) {
  const channel =
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tv-sign-in');
  const send = (message: unknown) => channel?.postMessage(message);
  return {
    send,
    join(onMessage: (message: unknown) => void) {
      if (channel !== undefined) {
        channel.onmessage = ({ data }) => {
          if (data === erasedMessage) page.location.reload();
          else onMessage(data);
        };
      }
      return send;
    },
  };
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
  const store = indexedDbStore(() => page.indexedDB, ownDatabases.records);
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
  const tabs = openTabs(page);
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
    joinTabs: tabs.join,
    async erase() {
      preferences.forget();
      await eraseStorage(page);
      tabs.send(erasedMessage);
    },
    onEvent: options.onEvent,
  });
  return { ...session, server, revokes: provider.revokeRequest !== 'none' };
}
